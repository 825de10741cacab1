import { useMemo } from 'react';
import { api, got, type components } from '@api';
import { Code, DataTable, usePage, type Column, type Source } from '@kit';
import type { Change } from './changes';
import { oneChange as here } from './pages';
import { days, exclusionFields, exclusionMade, Layer } from './words';

type Changed = components['schemas']['ChangedExclusion'];

const columns: readonly Column<Changed>[] = [
  { key: 'made', title: '变化', width: 64, render: (x) => exclusionMade[x.made] ?? x.made },
  { key: 'ex_id', title: '编号', kind: 'code', width: 140, sorts: true },
  { key: 'kind', title: '种类', width: 92, render: (x) => x.kind_name },
  { key: 'rules', title: '规则', width: 180, render: (x) => <span title={(x.rule_ids ?? []).join('、')}><Code>{(x.rule_ids ?? []).join('、')}</Code></span> },
  { key: 'region', title: '区划', width: 76, render: (x) => <Layer of={x.region} /> },
  { key: 'fields', title: '内容，逐项变化', render: (x) => <Alterations x={x} /> },
  { key: 'valid_from', title: '适用', width: 172, render: (x) => <span className="figures">{days(x.valid_from, x.valid_to)}</span> },
];

function Alterations({ x }: { x: Changed }) {
  const all = x.fields ?? [];
  if (all.length === 0) return <div className="wraps"><div>{(x.conditions ?? []).join('，')}</div><div className="quiet">{x.reason}</div></div>;
  return <div className="wraps">{all.map((f) => <div key={f.field} className="altered"><span className="faint">{exclusionFields[f.field] ?? f.field}</span> <del>{f.before || '空'}</del> <ins>{f.after || '空'}</ins></div>)}</div>;
}

/** ChangedExclusions are the exclusions that a change makes, alters and withdraws. */
export function ChangedExclusions({ c }: { c: Change }) {
  const { at, go } = usePage(here);
  const source = useMemo<Source<Changed>>(() => {
    const made = ['new', 'changed', 'gone'].includes(at.made) ? [at.made] : undefined;
    return {
      key: ['/api/knowledge/changes', 'exclusions', c.id, c.state, at.made],
      exports: `/api/knowledge/changes/${c.id}/exclusions`,
      query: { made },
      async read(asked, signal) {
        const page = got(await api.GET('/api/knowledge/changes/{id}/exclusions', { signal, params: { path: { id: c.id }, query: { q: asked.q || undefined, cursor: asked.cursor || undefined, limit: asked.limit, sort: (asked.sort || undefined) as never, made: made as never } } }));
        return { items: page.items, total: page.total, next: page.next };
      },
    };
  }, [c.id, c.state, at.made]);
  return <DataTable label="变更的例外" source={source} columns={columns} rowKey={(x) => x.ex_id} at={at} go={go} onOpen={false} searches="编号、规则、条件、理由" empty="没有这样的例外" />;
}
