import { api, got, type paths } from '@api';

/** Rows is a page of a list. */
export interface Rows<T> {
  items: T[];
  /** Of all pages; a list that does not count them leaves it out. */
  total?: number;
  /** The cursor of the next page; nothing when this is the last. */
  next?: string;
}

/** Asked is what a table asks of a list. */
export interface Asked {
  q: string;
  filter: string[];
  sort: string;
  cursor: string;
  limit: number;
}

/** Source is where a table's rows come from. */
export interface Source<T> {
  /** What the rows depend on, beside what is asked; the first is the list's name. */
  key: readonly unknown[];
  read(asked: Asked, signal: AbortSignal): Promise<Rows<T>>;
  /** The address of the whole list as a table, without extension; nothing when there is none. */
  exports?: string;
  /** What else the export is asked for. */
  query?: Record<string, string | readonly string[] | undefined>;
}

/** The paths of the server's uniform lists. */
export type ListPath = {
  [P in keyof paths]: paths[P] extends { get: { parameters: { query?: { cursor?: string; q?: string } }; responses: { 200: { content: { 'application/json': { items: unknown } } } } } } ? P : never;
}[keyof paths];

/** RowOf is a row of one of them. */
export type RowOf<P extends ListPath> = paths[P] extends { get: { responses: { 200: { content: { 'application/json': { items: infer I } } } } } } ? NonNullable<I> extends (infer T)[] ? T : never : never;

/** listOf is one of the server's uniform lists as a source; query is what it takes beside. */
export function listOf<P extends ListPath>(path: P, query: Record<string, string | undefined> = {}): Source<RowOf<P>> {
  return {
    key: [path, query],
    exports: path,
    query,
    async read(asked, signal) {
      const answer = await (api.GET as (path: string, init: unknown) => Promise<{ data?: unknown }>)(path, { params: { query: { ...query, ...nonEmpty(asked) } }, signal });
      const page = got(answer) as { items: RowOf<P>[] | null; total: number; next?: string };
      return { items: page.items ?? [], total: page.total, next: page.next };
    },
  };
}

function nonEmpty(asked: Asked): Partial<Asked> {
  return Object.fromEntries(Object.entries(asked).filter(([, v]) => v !== '' && !(Array.isArray(v) && v.length === 0)));
}

/** Exported is what an export is asked by. */
export type Exported = Pick<Source<unknown>, 'exports' | 'query'>;

/** exportURL is the address of a list's export with what the table shows. */
export function exportURL(source: Exported, asked: Pick<Asked, 'q' | 'filter' | 'sort'>, extension: 'csv' | 'xlsx'): string {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(source.query ?? {})) for (const one of [value ?? []].flat()) if (one) all.append(name, one);
  if (asked.q) all.append('q', asked.q);
  if (asked.sort) all.append('sort', asked.sort);
  for (const f of asked.filter) all.append('filter', f);
  const query = all.toString();
  return `${source.exports}.${extension}${query ? `?${query}` : ''}`;
}
