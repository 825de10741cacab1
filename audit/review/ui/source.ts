import { queryOptions } from '@tanstack/react-query';
import { api, got, useMe, type components } from '@api';
import type { Source, State } from '@kit';
import type { filterFields } from './pages';
import type { Line, Sum } from './words';

export type Filter = State<typeof filterFields>;

/** useWhole says whether somebody answers for a whole institution; its departments and doctors do not. */
export const useWhole = () => ['institution', 'office'].includes(useMe().place?.kind ?? '');

/** groupsOf are the rules, institutions, batches, regions or doctors that findings within reach have. */
export const groupsOf = (by: 'rule' | 'institution' | 'batch' | 'region' | 'doctor') => queryOptions({
  queryKey: ['/api/findings/groups', 'choices', by], staleTime: 60_000,
  queryFn: async ({ signal }) => got(await api.GET('/api/findings/groups', { params: { query: { by, limit: 1000 } }, signal })).items ?? [],
});

/** trendOf is an institution by month beside its peers. */
export const trendOf = (code: string) => queryOptions({
  queryKey: ['/api/findings/trend', code],
  queryFn: async ({ signal }) => got(await api.GET('/api/findings/trend', { params: { query: { fixmedins_code: code } }, signal })),
});

/** waiting is what waits for whoever looks, by step. */
export const waiting = queryOptions({ queryKey: ['/api/todo/counts'], queryFn: async ({ signal }) => got(await api.GET('/api/todo/counts', { signal })) });

/** queryOf is the filter as the API takes it, without what is not asked. */
export function queryOf(at: Filter): Record<string, string | string[] | boolean> {
  const all: Record<string, string | string[] | boolean> = {};
  for (const name of ['state', 'result', 'outcome', 'answer', 'rule_id', 'fixmedins_code', 'region', 'batch', 'dept_name', 'dr_code', 'psn_no', 'mdtrt_id', 'desk'] as const) if (at[name].length) all[name] = at[name];
  for (const name of ['main_finding_id', 'from', 'to', 'taken', 'moved', 'min_counted'] as const) if (at[name]) all[name] = at[name];
  for (const name of ['overdue', 'gone', 'news'] as const) if (at[name]) all[name] = true;
  return all;
}

/** addressOf is a query as it stands in an address. */
export function addressOf(query: Record<string, string | string[] | boolean | number>): string {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) for (const v of Array.isArray(value) ? value : [value]) all.append(name, String(v));
  return all.toString();
}

/** sourceOf are the findings that a filter gives, the most money or the nearest deadline first. */
export function sourceOf(at: Filter, onTotal?: (total: Sum) => void): Source<Line> {
  const query = queryOf(at);
  return {
    key: ['/api/findings', query],
    async read(asked, signal) {
      const page = got(await api.GET('/api/findings', { params: { query: { ...query, sort: asked.sort === 'due' ? 'due' : 'money', cursor: asked.cursor || undefined, limit: asked.limit } }, signal }));
      onTotal?.(page.total);
      return { items: page.items ?? [], total: page.total.findings, next: page.next };
    },
  };
}

/** most is how many findings one decision may have. */
export const most = 10_000;

/** allOf reads every finding that a filter gives, at most 10,000. */
export async function allOf(at: Filter, onCome: (n: number) => void): Promise<Line[]> {
  const all: Line[] = [];
  let cursor: string | undefined;
  do {
    const page: components['schemas']['Lines'] = got(await api.GET('/api/findings', { params: { query: { ...queryOf(at), cursor, limit: 500 } } }));
    all.push(...(page.items ?? []));
    cursor = page.next;
    onCome(all.length);
  } while (cursor && all.length < most);
  return all.slice(0, most);
}
