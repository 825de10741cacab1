import { CloseOutlined } from '@ant-design/icons';
import { useConnectionLost } from '@api';
import { count, regionOf, To, usePage } from '@kit';
import { useOverview } from './overview';
import { overview, wall as here } from './overview_pages';
import type { OverviewData } from './overview_parts';
import './wall.css';

const every = 30_000; // milliseconds between two readings

/** brief writes an amount for those who stand far away: 1.23亿, 456.7万. */
function brief(yuan: string | number): readonly [string, string] {
  const v = Number(yuan);
  if (Math.abs(v) >= 1e8) return [(v / 1e8).toFixed(2), '亿元'];
  if (Math.abs(v) >= 1e4) return [(v / 1e4).toFixed(1), '万元'];
  return [count(Math.round(v)), '元'];
}

/** Wall is for a screen that everybody sees: sums only, nothing of a person. It reads itself anew and keeps the last figures while nobody answers. */
export default function Wall() {
  const { at } = usePage(here);
  const query = useOverview(at.region, every);
  const lost = useConnectionLost();
  const o = query.data;
  const stale = lost || query.isError;
  return (
    <main className="wall">
      <header>
        <h1>医疗保障基金监管</h1>
        <p>{o?.judged ? `费用日期 ${o.judged.from} 至 ${o.judged.to}` : ''}</p>
        <p role="status" className={stale ? 'is-lost' : ''}>{stale ? `连接中断，显示 ${o?.at ?? '—'} 的数字` : `更新于 ${o?.at ?? '—'}`}</p>
        <time>{o?.at.slice(0, 16)}</time>
        <To page={overview} className="wall-close"><CloseOutlined aria-label="退出大屏" /></To>
      </header>
      {o ? <Figures o={o} /> : <p className="wall-wait" role="status">{query.isError ? '没有取得数字，正在重试' : '正在载入'}</p>}
    </main>
  );
}

function Big({ title, value, unit, tone }: { title: string; value: string; unit?: string; tone?: 'high' }) {
  return <div className={`wall-big ${tone ? `is-${tone}` : ''}`}><h2>{title}</h2><p><b>{value}</b>{unit && <span>{unit}</span>}</p></div>;
}

function Figures({ o }: { o: OverviewData }) {
  const [fund, fundUnit] = brief(o.judged?.fund_pay_sumamt ?? 0);
  const [stake, stakeUnit] = brief(o.total.stake);
  const [got, gotUnit] = brief(Number(o.total.deducted) + Number(o.total.recovered));
  const decided = o.outcomes.filter((g) => g.key !== 'none').reduce((sum, g) => sum + g.findings, 0);
  return (
    <>
      <section className="wall-row" aria-label="要数">
        <Big title="监管的基金支付" value={o.judged ? fund : '—'} unit={o.judged ? fundUnit : ''} />
        <Big title="今日新增疑点" value={count(o.today.findings)} unit="条" />
        <Big title="待定金额" value={stake} unit={stakeUnit} />
        <Big title="已收回" value={got} unit={gotUnit} />
        <Big title="逾期未办" value={count(o.overdue)} unit="条" tone={o.overdue > 0 ? 'high' : undefined} />
      </section>
      <section className="wall-two">
        <div>
          <h2>区划：计入金额</h2>
          <Bars rows={o.regions.slice(0, 12).map((g) => ({ name: g.name ? regionOf(g.name) : `区划 ${g.key}`, value: Number(g.counted), said: brief(g.counted).join(' ') }))} />
        </div>
        <div>
          <h2>审核进度：已定 {count(decided)} / {count(o.total.findings)} 条（{o.total.findings ? ((decided / o.total.findings) * 100).toFixed(1) : '0.0'}%）</h2>
          <Bars rows={o.states.map((g) => ({ name: g.name ?? g.key, value: g.findings, said: `${count(g.findings)} 条` }))} />
        </div>
        <div>
          <h2>按月：发现、收回</h2>
          <Months months={o.months} />
        </div>
      </section>
    </>
  );
}

function Bars({ rows }: { rows: { name: string; value: number; said: string }[] }) {
  const most = Math.max(1, ...rows.map((r) => r.value));
  return (
    <ul className="wall-bars">
      {rows.map((r) => (
        <li key={r.name}><span>{r.name}</span><i aria-hidden><b style={{ width: `${(r.value / most) * 100}%` }} /></i><em>{r.said}</em></li>
      ))}
    </ul>
  );
}

/** Months are twelve pairs of bars. */
function Months({ months }: { months: OverviewData['months'] }) {
  const most = Math.max(1, ...months.map((m) => Math.max(Number(m.counted), Number(m.collected))));
  return (
    <>
      <ol className="wall-months">
        {months.map((m) => (
          <li key={m.month} aria-label={`${m.month}：发现 ${brief(m.counted).join('')}，收回 ${brief(m.collected).join('')}`}>
            <div aria-hidden><i style={{ height: `${(Number(m.counted) / most) * 100}%` }} /><i className="is-got" style={{ height: `${(Number(m.collected) / most) * 100}%` }} /></div>
            <span aria-hidden>{m.month.slice(5)}月</span>
          </li>
        ))}
      </ol>
      <p className="wall-legend"><i />发现<i className="is-got" />收回</p>
    </>
  );
}
