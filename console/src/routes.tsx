import type { Page } from '@kit';
import { pages as access } from '../../ground/access/ui/pages';

/** The rooms that have pages, in the order of their entries in the menu: one line each. */
export const rooms: readonly (readonly Page<any>[])[] = [
  access,
];
