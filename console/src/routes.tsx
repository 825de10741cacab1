import type { Page } from '@kit';
import { pages as knowledge } from '../../audit/knowledge/ui/pages';
import { pages as rule } from '../../audit/rule/ui/pages';
import { pages as across } from '../../audit/review/ui/overview_pages';
import { pages as screening } from '../../audit/screening/ui/pages';
import { pages as review } from '../../audit/review/ui/pages';
import { pages as registry } from '../../facts/registry/ui/pages';
import { pages as intake } from '../../facts/claim/ui/pages';
import { pages as access } from '../../ground/access/ui/pages';
import { pages as calendar } from '../../ground/calendar/ui/pages';
import { pages as job } from '../../ground/job/ui/pages';
import { pages as journal } from '../../ground/journal/ui/pages';
import { pages as paper } from '../../ground/paper/ui/pages';
import { pages as param } from '../../ground/param/ui/pages';

/** The rooms that have pages: one line each. Within a group the menu shows their entries in this order. */
export const rooms: readonly (readonly Page<any>[])[] = [
  across,
  rule,
  knowledge,
  review,
  registry,
  paper,
  intake,
  screening,
  job,
  param,
  calendar,
  access,
  journal,
];
