import { useQuery } from '@tanstack/react-query';
import { api, got, useMay } from '@api';
import { Code, count, Facts, money, Nothing, PlainTable, Section, StateTag, Time, To } from '@kit';
import { source } from '../../../facts/claim/ui/pages';
import type { OverviewData } from './overview_parts';
import { byDefaults, defaultsTitle } from '../../screening/ui/words';
import { findings } from './pages';

/** Data is how fresh and how whole the data are that findings come from, and what was not checked for lack of them. */
export function Data({ o }: { o: OverviewData }) {
  const s = o.screening;
  const intake = useMay('intake.read');
  return (
    <div className="ov-two">
      <Section title="最近一次筛查">
        {s ? (
          <>
            <Facts columns={3} items={[
              ['费用日期', `${s.from} 至 ${s.to}`],
              ['接收时间', <Time key="t" at={s.taken_at} />],
              ['本批疑点', <To key="b" page={findings} at={{ batch: [s.run_id] }}><Code>{s.run_id.slice(0, 12)}</Code></To>],
              ['读取', `${count(s.read.lines)} 行，${count(s.read.settlements)} 笔结算`],
              ['基金支付（元）', money(s.judged.fund_pay_sumamt)],
              ['运行规则', `${s.ran} / ${s.rules} 类`],
            ]} />
            <Missed rows={[
              ...s.not_run.map((n) => ({ why: n.why, what: `未运行规则 ${n.rules.join('、')}`, n: `${n.rules.length} 类` })),
              ...s.gaps.filter((g) => !byDefaults(g)).map((g) => ({ why: g.why, what: g.what, n: '' })),
              ...s.unchecked.slice(0, 5).map((u) => ({ why: u.reason, what: '缺少数据，这些检查没有做', n: `${count(u.count)} 次` })),
            ]} />
            <Defaults names={s.gaps.filter(byDefaults).map((g) => g.what).join('、')} />
          </>
        ) : (
          <Nothing>还没有接收过筛查结果</Nothing>
        )}
      </Section>
      {intake && <Intake />}
    </div>
  );
}

/** Missed is what was not run or not checked, and why. */
function Missed({ rows }: { rows: { why: string; what: string; n: string }[] }) {
  if (rows.length === 0) return <p className="quiet">规则全部运行，没有因缺数据未查的情形</p>;
  return (
    <ul className="ov-missed" tabIndex={0} aria-label="未运行、未查和用默认阈值判定的">
      {rows.map((r) => <li key={r.why + r.what}><div><b>{r.why}</b><span title={r.what}>{r.what}</span></div><em>{r.n}</em></li>)}
    </ul>
  );
}

/** Defaults are the rules that ran by thresholds of the software. */
function Defaults({ names }: { names: string }) {
  if (!names) return null;
  return (
    <ul className="ov-missed" tabIndex={0} aria-label={defaultsTitle}>
      <li><div><b>{defaultsTitle}</b><span title={names}>{names}</span></div><em>{names.split('、').length} 类</em></li>
    </ul>
  );
}

/** Intake are the newest epoch and what the last intakes kept and put aside. */
function Intake() {
  const epochs = useQuery({ queryKey: ['/api/intake/epochs', 'overview'], queryFn: async ({ signal }) => got(await api.GET('/api/intake/epochs', { params: { query: { sort: '-id', limit: 1 } }, signal })) });
  const sources = useQuery({ queryKey: ['/api/intake/sources', 'overview'], queryFn: async ({ signal }) => got(await api.GET('/api/intake/sources', { params: { query: { sort: '-seq', limit: 12 } }, signal })) });
  const e = epochs.data?.items?.[0];
  if (epochs.data && !e) return null; // nothing yet, or not all of the home lies within reach
  return (
    <Section title="最近接收的数据">
      <Facts columns={3} items={[
        ['最新数据期', e ? `第 ${e.id} 期` : '—'],
        ['接收时间', <Time key="t" at={e?.at} />],
        ['新增', e ? `${count(e.kept)} 行，${count(e.added)} 个来源` : '—'],
      ]} />
      <PlainTable label="最近接收的数据" loading={sources.isPending} empty="还没有接收过数据" rowKey={(s) => s.tag} rows={sources.data?.items ?? []}
        columns={[
          { title: '来源', render: (_, s) => <To page={source} params={{ id: s.id }}>{s.name}</To> },
          { title: '数据表', width: 150, render: (_, s) => <span title={s.table}>{s.table_name || s.table}</span> },
          { title: '保留行数', align: 'right', width: 110, render: (_, s) => <span className="figures">{count(s.kept)}</span> },
          { title: '隔离行数', align: 'right', width: 100, render: (_, s) => <span className={`figures ${s.quarantined ? 'ov-low' : ''}`}>{count(s.quarantined)}</span> },
          { title: '状态', width: 90, render: (_, s) => <StateTag tone={s.state === 'live' ? 'good' : 'low'}>{{ live: '在用', replaced: '已替换', retired: '已停用' }[s.state] ?? s.state}</StateTag> },
        ]} />
    </Section>
  );
}
