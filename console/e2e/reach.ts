import type { Visitor } from './harness';

/** Everything is what the home knows of places: the administrator's directory, and where each institution has findings. */
export interface Everything {
  organisations: Organisation[];
  /** Regions in whose findings an institution stands, by its code: one elsewhere that treated the region's people too. */
  findings: Map<string, Set<string>>;
}

interface Organisation { code: string; kind: string; name: string; region: string }

/** everything is read by who keeps the directory and by who supervises all regions. */
export async function everything(directory: Visitor, supervisor: Visitor): Promise<Everything> {
  const organisations: Organisation[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page: { items: Organisation[]; next?: string } = await directory.ask('GET', `/api/organisations?limit=500&cursor=${encodeURIComponent(cursor)}`);
    organisations.push(...page.items);
    cursor = page.next;
  }
  const findings = new Map<string, Set<string>>();
  for (const region of new Set(organisations.map((o) => o.region))) {
    const { items } = await supervisor.ask('GET', `/api/findings/groups?by=institution&limit=500&region=${region}`);
    for (const { key } of items as { key: string }[]) findings.set(key, (findings.get(key) ?? new Set()).add(region));
  }
  return { organisations, findings };
}

/** Reach says what an answer to somebody must not name. */
export interface Reach {
  /** They have all of the home's region. */
  whole: boolean;
  foreignIn(answer: string): string[];
}

/** within says whether a division lies in another: 370000 holds 371800, which holds 371802. */
const within = (region: string, outer: string) => region.startsWith(outer.replace(/(00){1,2}$/, ''));

/**
 * reachOf is what somebody may be told of, by the organisation that GET /api/me says is
 * theirs: an institution's people itself; an authority's people the institutions of their
 * region and those that stand in its findings, and who has all of the home's region those
 * elsewhere that treated its people; the officers of the installation all. What is no
 * institution of the home, as in the cases of rules, is nobody's.
 */
export async function reachOf(visitor: Visitor, all: Everything): Promise<Reach> {
  const me = await visitor.ask('GET', '/api/me');
  const grants = me.grants as { organisation?: string }[];
  if (grants.some((g) => !g.organisation)) return { whole: true, foreignIn: () => [] };
  const own = all.organisations.find((o) => o.code === me.organisation)!;
  const inside = ['institution', 'office', 'department'].includes(own.kind);
  const institution = own.code.split('.')[0]!;
  const institutions = all.organisations.filter((o) => o.kind === 'institution');
  const offices = all.organisations.filter((o) => o.kind === 'administration' || o.kind === 'agency');
  const elsewhere = (o: Organisation) => !offices.some((office) => within(o.region, office.region));
  const whole = institutions.every((o) => elsewhere(o) || within(o.region, own.region));
  const mine = (o: Organisation) => (inside ? o.code === institution : within(o.region, own.region) || all.findings.get(o.code)?.has(own.region) || (whole && elsewhere(o)));
  const codes = new Set(institutions.filter(mine).map((o) => o.code));
  const names = institutions.filter(mine).map((o) => o.name);
  const foreignNames = institutions.filter((o) => !codes.has(o.code) && !names.some((n) => n.includes(o.name))).map((o) => o.name);
  const known = new Set(institutions.map((o) => o.code));
  const regions = new Set(all.organisations.map((o) => o.region));
  const foreignRegions = [...regions].filter((r) => !within(r, own.region) && !within(own.region, r));
  return {
    whole: whole && !inside,
    foreignIn(answer) {
      const named = new Set([...answer.matchAll(/\b[HP]\d{11}\b/g)].map((m) => m[0]).filter((code) => known.has(code) && !codes.has(code)));
      return [
        ...[...named].slice(0, 3).map((code) => `institution ${code}`),
        ...foreignNames.filter((name) => answer.includes(name)).slice(0, 3).map((name) => `institution ${name}`),
        ...foreignRegions.filter((region) => answer.includes(`"${region}"`)).map((region) => `region ${region}`),
      ];
    },
  };
}
