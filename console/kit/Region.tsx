import { queryOptions, useQuery } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import { api, got } from '@api';

/** named are the bureaus of the regions within one's reach and above it, by code. */
const named = queryOptions({
  queryKey: ['/api/regions'], staleTime: 300_000, retry: false,
  queryFn: async ({ signal }) => new Map(got(await api.GET('/api/regions', { signal })).items?.map((r) => [r.code, r.name])),
});

/** regionOf is a region by the name of its bureau: 嘉禾市医疗保障局 is 嘉禾市's. */
export const regionOf = (bureau: string) => bureau.replace(/(医疗保障|医保).*$/, '') || bureau;

/** useRegion names regions; a code without a name stays one. */
export function useRegion(): (code: string) => string {
  const { data } = useQuery(named);
  return (code) => regionOf(data?.get(code) ?? '') || (/^\d\d9900$/.test(code) ? '省本级' : /^\d{4}99$/.test(code) ? '市本级' : code);
}

/** Region is a region, or several, by name; the title has the code, which stands beside where `coded`. */
export function Region({ code, coded }: { code?: string | readonly string[]; coded?: boolean }): ReactNode {
  const nameOf = useRegion();
  const codes = [code ?? []].flat().filter(Boolean);
  if (codes.length === 0) return <span className="faint">—</span>;
  return codes.map((c, i) => {
    const name = nameOf(c);
    return <Fragment key={c}>{i > 0 && '、'}{name === c ? <span className="code">{c}</span> : <span title={`${name} ${c}`}>{name}{coded && <> <span className="faint code">{c}</span></>}</span>}</Fragment>;
  });
}
