import { Tabs } from 'antd';
import { useState, type ReactNode } from 'react';
import { Code, count, DataTable, Money, money, PageHead, To, useGoTo, usePage, type Column } from '@kit';
import { useMe } from '@api';
import { BulkActs, ChooseAll } from './bulk';
import { ExportFindings } from './export';
import { Filters } from './filters';
import { Groups } from './groups';
import { finding, findings as here } from './pages';
import { Due, Result, State, Totals } from './parts';
import { queryOf, sourceOf } from './source';
import './review.css';
import { answers, fen, outcomes, type Line, type Sum } from './words';

const columns: readonly Column<Line>[] = [
  { key: 'state_title', title: '环节与结论', width: 128, render: (f) => <span className="rv-two"><State f={f} /><span className="faint rv-under">{f.outcome ? outcomes[f.outcome] : f.sent ? answers[f.answer || 'none'] : ''}</span></span> },
  { key: 'result', title: '性质', width: 62, render: (f) => <Result of={f.result} /> },
  { key: 'rule_name', title: '规则与编号', render: (f) => <To page={finding} params={{ id: f.finding_id }} className="rv-two"><b title={f.rule_name}>{f.rule_name}</b><Code>{f.finding_id}</Code></To> },
  { key: 'fixmedins_name', title: '机构与科室', width: 176, render: (f) => <span className="rv-two"><span title={f.fixmedins_name}>{f.fixmedins_name}</span><span className="faint" title={f.dept_name}>{f.dept_name || '—'}</span></span> },
  { key: 'psn_no', title: '人员与就诊', width: 148, render: (f) => (f.psn_no || f.mdtrt_id ? <span className="rv-two"><Code>{f.psn_no}</Code><Code>{f.mdtrt_id}</Code></span> : <span className="faint">—</span>) },
  { key: 'last_day', title: '最后费用日', width: 94, render: (f) => <span className="figures">{f.last_day}</span> },
  { key: 'counted', title: '计入金额', width: 118, kind: 'money', sorts: true, render: (f) => <span className="rv-two"><Money yuan={f.counted} />{fen(f.stake) > 0 && <span className="faint figures">待定 {money(f.stake)}</span>}</span> },
  { key: 'due', title: '期限', width: 134, sorts: true, render: (f) => <Due due={f.due} overdue={f.overdue} /> },
];

/** Findings as work: what there is by filter, added up, grouped, decided one by one or many at once. */
export default function Findings(): ReactNode {
  const { at, go } = usePage(here);
  const me = useMe();
  const own = !me.operations?.includes('review.read');
  const goTo = useGoTo();
  const [total, setTotal] = useState<Sum>();
  const [chosen, setChosen] = useState<Line[]>([]);
  const table = { ...at, q: '', filter: [] as string[], sort: at.sort === 'due' ? 'due' : '-counted' };
  const goTable = (patch: Record<string, unknown>, how?: { replace?: boolean }) => {
    if ('sort' in patch) patch = { ...patch, sort: String(patch.sort).endsWith('due') ? 'due' : '' };
    go(patch, how);
  };
  const change: typeof go = (patch, how) => {
    setChosen([]);
    go({ ...patch, cursor: '' }, how);
  };
  return (
    <>
      <PageHead title={own ? '本机构疑点' : '疑点'}>
        <ExportFindings at={at} groups={at.tab === 'groups' ? at.by : undefined} />
      </PageHead>
      <Filters at={at} go={change} />
      <Tabs activeKey={at.tab} onChange={(tab) => go({ tab: tab as 'list' | 'groups', cursor: '' })} items={[{ key: 'list', label: total ? `清单 ${count(total.findings)}` : '清单' }, { key: 'groups', label: '分组汇总' }]} />
      {at.tab === 'groups' ? <Groups at={at} go={change} own={own} /> : (
          <DataTable label="疑点" filters={<Totals total={total} />} source={sourceOf(at, setTotal)} columns={columns} rowKey={(f) => f.finding_id} at={table} go={goTable} formats={[]}
            onOpen={(f) => goTo(finding, { params: { id: f.finding_id } })} rowClass={(f) => (f.ended ? 'row-over' : f.overdue ? 'row-high' : '')}
            empty={Object.keys(queryOf(at)).length > 0 ? '没有符合筛选条件的疑点' : own ? '没有告知本机构的疑点' : '没有疑点。筛查结果接收办理后，疑点在这里出现。'}
            choose={{ chosen: chosen.map((f) => f.finding_id), onChange: (keys, rows) => setChosen(keep(keys, [...chosen, ...rows])), allowed: (f) => !f.ended, acts: <BulkActs chosen={chosen} onChosen={setChosen} /> }}
            acts={<ChooseAll at={at} total={total?.findings ?? 0} onChosen={setChosen} />} />
      )}
    </>
  );
}

/** keep are the findings of the keys: rows of other pages are not given anew. */
function keep(keys: string[], rows: (Line | undefined)[]): Line[] {
  const by = new Map(rows.filter((f) => f !== undefined).map((f) => [f.finding_id, f]));
  return keys.map((k) => by.get(k)).filter((f) => f !== undefined);
}
