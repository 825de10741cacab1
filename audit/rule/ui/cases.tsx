import { PlayCircleOutlined } from '@ant-design/icons';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Alert, Button, Select } from 'antd';
import { api, got, useMay, type components } from '@api';
import { count, Facts, Loading, PlainTable, Section, StateTag, To, usePage, Wrong } from '@kit';
import { useState } from 'react';
import { editor, oneClass } from './pages';
import { choices, kinds, Result } from './words';

type Case = components['schemas']['Case'];
type Run = components['schemas']['CaseRun'];
type Go = ReturnType<typeof usePage<(typeof oneClass)['search']>>['go'];

/** casesOf are the cases of a class. */
export const casesOf = (id: string) => queryOptions({ queryKey: ['/api/rules/classes', 'cases', id], queryFn: async () => got(await api.GET('/api/rules/classes/{id}/cases', { params: { path: { id } } })).items });

/** The cases of a class, and running them here with the evaluator that judges. */
export function Cases({ id, chosen, kind, go }: { id: string; chosen: string; kind: string; go: Go }) {
  const query = useQuery(casesOf(id));
  const [asked, setAsked] = useState(0);
  const runs = useQuery({
    queryKey: ['/api/rules/classes', 'run', id, asked],
    enabled: asked > 0,
    staleTime: Infinity,
    queryFn: async () => got(await api.POST('/api/rules/classes/{id}/cases/run', { params: { path: { id } } })),
  });
  if (query.isLoadingError) return <Wrong error={query.error} again={() => void query.refetch()} />;
  if (query.isPending) return <Loading />;
  const gave = new Map((runs.data?.items ?? []).map((r) => [r.name, r]));
  const there = query.data.filter((c) => kind === '' || c.kind === kind);
  const open = query.data.find((c) => c.name === chosen);
  return (
    <>
      <div className="spaced held-asked">
        <Select aria-label="种类" style={{ width: 160 }} value={kind || undefined} placeholder="全部种类" allowClear onChange={(value?: string) => go({ kind: value ?? '' })} options={choices(kinds).filter((k) => query.data.some((c) => c.kind === k.value)).map((k) => ({ value: k.value, label: `${k.text} ${query.data.filter((c) => c.kind === k.value).length}` }))} />
        <Button icon={<PlayCircleOutlined />} loading={runs.isFetching} disabled={query.data.length === 0} onClick={() => setAsked(asked + 1)}>运行全部案例</Button>
        {runs.data && <span role="status">{runs.data.failed === 0 ? <StateTag tone="good">{`${count(runs.data.items.length)} 个案例全部相符`}</StateTag> : <StateTag tone="high">{`${count(runs.data.failed)} 个案例不符`}</StateTag>}</span>}
      </div>
      {runs.isError && <Wrong error={runs.error} />}
      <div className={open ? 'beside' : undefined}>
        <PlainTable<Case> label="案例" rows={there} rowKey={(c) => c.name} empty="这个规则类没有案例" rowClass={(c) => (c.name === chosen ? 'is-open' : '')} columns={[
          { title: '种类', width: 90, render: (_, c) => kinds[c.kind] ?? c.kind },
          { title: '案例', render: (_, c) => <Button type="link" size="small" className="in-line" onClick={() => go({ case: c.name === chosen ? '' : c.name })}>{c.name}</Button> },
          ...(open ? [] : [
            { title: '应有疑点', align: 'right' as const, width: 90, render: (_: unknown, c: Case) => <span className="figures">{(c.expect ?? []).length}</span> },
            { title: '应计金额', align: 'right' as const, width: 110, render: (_: unknown, c: Case) => <span className="figures">{(c.expect ?? []).map((e) => e.own_amount).join('、') || '—'}</span> },
          ]),
          { title: '运行结果', width: 110, render: (_, c) => <Gave run={gave.get(c.name)} /> },
        ]} />
        {open && <One id={id} c={open} run={gave.get(open.name)} onClose={() => go({ case: '' })} />}
      </div>
    </>
  );
}

const Gave = ({ run }: { run?: Run }) => (!run ? <span className="faint">未运行</span> : run.fits ? <StateTag tone="good">相符</StateTag> : <StateTag tone="high">不符</StateTag>);

/** One case: what is given, and what must be found. */
function One({ id, c, run, onClose }: { id: string; c: Case; run?: Run; onClose: () => void }) {
  const edits = useMay('expression.write');
  const h = c.history;
  const hit = new Set((c.expect ?? []).flatMap((e) => e.lines ?? []));
  return (
    <div className="beside-one">
      <Section title={c.name} extra={<Button size="small" type="text" onClick={onClose}>收起</Button>}>
        {run && !run.fits && <Alert className="modal-error" type="error" showIcon title="运行结果与案例不符" description={<ul className="plain-list">{run.diffs.map((d) => <li key={d}>{d}</li>)}</ul>} />}
        <Facts items={[
          ['人员', [h.psn_no, (h.person as { brdy?: string } | undefined)?.brdy && `${(h.person as { brdy?: string }).brdy} 生`].filter(Boolean).join('，')],
          ['应有疑点', (c.expect ?? []).length === 0 ? '没有' : <span className="spaced">{(c.expect ?? []).map((e, i) => <span key={i}><Result of={e.result} /> <span className="figures">{e.own_amount} 元</span></span>)}</span>],
        ]} />
        <PlainTable<Line> label="明细" rows={(h.lines ?? []) as unknown as Line[]} rowKey={(l) => l.bkkp_sn} rowClass={(l) => (hit.has(l.bkkp_sn) ? 'row-hit' : '')} empty="没有明细" columns={[
          { title: '明细', render: (_, l) => <span className="code">{l.bkkp_sn}</span> },
          { title: '时间', render: (_, l) => <span className="figures nowrap">{(l.fee_ocur_time ?? '').slice(0, 16)}</span> },
          { title: '编码', render: (_, l) => <span className="code">{l.med_list_codg}</span> },
          { title: '数量', align: 'right', render: (_, l) => <span className="figures">{l.cnt}</span> },
          { title: '金额', align: 'right', render: (_, l) => <span className="figures">{l.det_item_fee_sumamt}</span> },
        ]} />
        <h3 className="case-rest">就诊、知识点和应有疑点的原文</h3>
        <pre className="log" tabIndex={0}>{JSON.stringify({ encounters: h.encounters, settlements: h.settlements, points: c.points, expect: c.expect }, null, 1)}</pre>
        {edits && <p><To page={editor} at={{ case: `${id}/${c.name}` }}>在自定义检查中用作样例</To></p>}
      </Section>
    </div>
  );
}

interface Line { bkkp_sn: string; fee_ocur_time?: string; med_list_codg?: string; cnt?: string | number; det_item_fee_sumamt?: string | number }
