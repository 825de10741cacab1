import { useQuery } from '@tanstack/react-query';
import type { TableColumnsType } from 'antd';
import { useMay, type components } from '@api';
import { count, money, Money, PlainTable, Section, To } from '@kit';
import { institution } from '../../../facts/registry/ui/pages';
import { findings, overdue, todo } from './pages';
import { waiting } from './source';
import { kinds } from './words';

export type OverviewData = components['schemas']['Overview'];
type Group = components['schemas']['Group'];
type RuleFigure = components['schemas']['RuleFigure'];
interface Part { o: OverviewData; region: string }

const within = (region: string) => (region ? { region: [region] } : {});

/** Work is what waits for whoever looks: by step, what ends today, what is late. */
export function Work({ o, region }: Part) {
  const counts = useQuery(waiting).data;
  const authority = useMay('review.read');
  return (
    <ul className="ov-cards" aria-label="今天">
      <li><To page={todo}><span>我的待办</span><b>{counts ? count(counts.count) : '—'}</b></To></li>
      <li className={counts && counts.today > counts.overdue ? 'is-middle' : ''}><To page={todo} at={{ today: true }}><span>今日到期</span><b>{counts ? count(counts.today - counts.overdue) : '—'}</b></To></li>
      <li className={counts?.overdue ? 'is-high' : ''}><To page={overdue}><span>我的逾期</span><b>{counts ? count(counts.overdue) : '—'}</b></To></li>
      <li className={o.overdue ? 'is-high' : ''}><To page={findings} at={{ ...within(region), overdue: true }}><span>{authority ? '辖区逾期' : '本机构逾期'}</span><b>{count(o.overdue)}</b></To></li>
      {authority && <li><To page={findings} at={{ ...within(region), taken: o.at.slice(0, 10) }}><span>今日新增疑点</span><b>{count(o.today.findings)}</b></To></li>}
      {authority && <li><To page={findings} at={{ ...within(region), state: ['closed'], moved: o.at.slice(0, 10) }}><span>今日收回（元）</span><b>{money(o.today.collected)}</b></To></li>}
      {(counts?.items ?? []).map((c) => (
        <li key={c.kind + c.state} className="is-step">
          <To page={todo} at={{ state: [c.state] }}><span>{c.state_title}</span><b>{count(c.count)}</b>{c.overdue > 0 && <i>逾期 {count(c.overdue)}</i>}</To>
        </li>
      ))}
    </ul>
  );
}

/** Money5 is the counted money and the five kinds that it is the sum of. */
export function Money5({ o, region }: Part) {
  const all = Number(o.total.counted) || 1;
  return (
    <section className="ov-money" aria-label="疑点金额">
      <To page={findings} at={within(region)} className="ov-money-all"><span>疑点 {count(o.total.findings)} 条，计入金额（元）</span><b>{money(o.total.counted)}</b></To>
      <div>
        <div className="ov-bar" aria-hidden>{kinds.map(([name]) => <i key={name} className={`money-${name}`} style={{ width: `${(Number(o.total[name]) / all) * 100}%` }} />)}</div>
        <dl>
          {kinds.map(([name, title]) => (
            <div key={name}><dt><i className={`money-${name}`} aria-hidden />{title}</dt><dd>{money(o.total[name])}</dd></div>
          ))}
        </dl>
      </div>
    </section>
  );
}

const number = (n: number) => <span className="figures">{count(n)}</span>;

/** States are the steps of the chain with what stands there. */
export function States({ o, region }: Part) {
  const columns: TableColumnsType<Group> = [
    { title: '环节', render: (_, g) => <To page={findings} at={{ ...within(region), state: [g.key] }}>{g.name}</To> },
    { title: '疑点', align: 'right', width: 80, render: (_, g) => <To page={findings} at={{ ...within(region), state: [g.key] }}>{number(g.findings)}</To> },
    { title: '计入金额', align: 'right', width: 130, render: (_, g) => <Money yuan={g.counted} /> },
    { title: '待定', align: 'right', width: 130, render: (_, g) => <Money yuan={g.stake} /> },
  ];
  return <Section title="按环节" extra={<To page={findings} at={{ ...within(region), tab: 'groups', by: 'state' }}>全部环节</To>}><PlainTable label="按环节" rows={o.states} columns={columns} rowKey={(g) => g.key} empty="没有疑点" /></Section>;
}

/** Rules are those with the most money that is not decided, and how right each was. */
export function Rules({ o, region }: Part) {
  const columns: TableColumnsType<RuleFigure> = [
    { title: '规则', ellipsis: true, render: (_, r) => <To page={findings} at={{ ...within(region), rule_id: [r.key] }}>{r.name || r.key}</To> },
    { title: '疑点', align: 'right', width: 70, render: (_, r) => <To page={findings} at={{ ...within(region), rule_id: [r.key] }}>{number(r.findings)}</To> },
    { title: '待定金额', align: 'right', width: 120, render: (_, r) => <Money yuan={r.stake} /> },
    {
      title: '准确率', align: 'right', width: 84, render: (_, r) => (r.precision === '' ? <span className="faint">—</span> : (
        <To page={findings} at={{ ...within(region), rule_id: [r.key], outcome: ['dismissed'] }}><span className={`figures ${Number(r.precision) < 0.6 ? 'ov-low' : ''}`}>{(Number(r.precision) * 100).toFixed(1)}%</span></To>
      )),
    },
  ];
  return <Section title="突出的规则" extra={<To page={findings} at={{ ...within(region), tab: 'groups', by: 'rule' }}>全部规则</To>}><PlainTable label="突出的规则" rows={o.rules} columns={columns} rowKey={(r) => r.key} empty="没有疑点" /></Section>;
}

/** Institutions are those with the most money. */
export function Institutions({ o, region }: Part) {
  const columns: TableColumnsType<Group> = [
    { title: '机构', ellipsis: true, render: (_, g) => <To page={institution} params={{ code: g.key }}>{g.name || g.key}</To> },
    { title: '疑点', align: 'right', width: 70, render: (_, g) => <To page={findings} at={{ ...within(region), fixmedins_code: [g.key] }}>{number(g.findings)}</To> },
    { title: '计入金额', align: 'right', width: 120, render: (_, g) => <Money yuan={g.counted} /> },
    { title: '待定金额', align: 'right', width: 120, render: (_, g) => <Money yuan={g.stake} /> },
  ];
  return <Section title="突出的机构" extra={<To page={findings} at={{ ...within(region), tab: 'groups', by: 'institution' }}>全部机构</To>}><PlainTable label="突出的机构" rows={o.institutions} columns={columns} rowKey={(g) => g.key} empty="没有疑点" /></Section>;
}
