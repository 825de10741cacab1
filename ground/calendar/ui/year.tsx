import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { api, got, type components } from '@api';
import { Loading, Nothing, Wrong } from '@kit';
import './calendar.css';

type Holiday = components['schemas']['Holiday'];

const two = (n: number) => String(n).padStart(2, '0');
const weekdays = ['一', '二', '三', '四', '五', '六', '日'];

/** YearGrid is a year, month by month: what is off, what is worked in exchange, and the notice that says so. */
export function YearGrid({ year, onYear, onDay }: { year: number; onYear: (year: number) => void; onDay?: (day: Partial<Holiday>) => void }) {
  // A notice may name days of the December before: those of the next year belong here too.
  const query = useQuery({
    queryKey: ['/api/holidays', 'year', year],
    queryFn: async () => (got(await api.GET('/api/holidays', { params: { query: { filter: [`year:${year}`, `year:${year + 1}`], limit: 500 } } })).items ?? []).filter((h) => h.day.startsWith(String(year))),
  });
  const days = new Map((query.data ?? []).map((h) => [h.day, h]));
  const documents = [...new Set((query.data ?? []).map((h) => h.document))];
  return (
    <section className="sheet year" aria-label={`${year} 年`}>
      <header className="year-head">
        <Button type="text" size="small" icon={<LeftOutlined />} aria-label="上一年" onClick={() => onYear(year - 1)} />
        <h2>{year} 年</h2>
        <Button type="text" size="small" icon={<RightOutlined />} aria-label="下一年" onClick={() => onYear(year + 1)} />
        <span className="year-key"><i className="is-off" />放假 <i className="is-on" />调休上班 <i className="is-weekend" />周末</span>
        <span className="quiet">{documents.join('；')}</span>
      </header>
      {query.isLoadingError ? <Wrong error={query.error} again={() => void query.refetch()} /> : query.isPending ? <Loading /> : days.size === 0 ? (
        <Nothing>{`还没有 ${year} 年的节假日表，不能推算涉及该年的工作日`}</Nothing>
      ) : (
        <div className="months">{Array.from({ length: 12 }, (_, m) => <Month key={m} year={year} month={m + 1} days={days} onDay={onDay} />)}</div>
      )}
    </section>
  );
}

function Month({ year, month, days, onDay }: { year: number; month: number; days: Map<string, Holiday>; onDay?: (day: Partial<Holiday>) => void }) {
  const before = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % 7;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const cells = [...Array.from({ length: before }, () => 0), ...Array.from({ length: last }, (_, i) => i + 1)];
  const weeks = Array.from({ length: 6 }, (_, w) => Array.from({ length: 7 }, (_, i) => cells[w * 7 + i] ?? 0));
  return (
    <table className="month">
      <caption>{month} 月</caption>
      <thead><tr>{weekdays.map((w) => <th key={w} scope="col">{w}</th>)}</tr></thead>
      <tbody>{weeks.map((week, w) => <tr key={w}>{week.map((d, i) => <Day key={i} day={d ? `${year}-${two(month)}-${two(d)}` : ''} weekend={i > 4} special={days} onDay={onDay} />)}</tr>)}</tbody>
    </table>
  );
}

function Day({ day, weekend, special, onDay }: { day: string; weekend: boolean; special: Map<string, Holiday>; onDay?: (day: Partial<Holiday>) => void }) {
  if (!day) return <td />;
  const h = special.get(day);
  const text = h ? `${day} ${h.kind} ${h.name} ${h.document}` : day;
  const kind = h ? (h.kind === '放假' ? 'is-off' : 'is-on') : weekend ? 'is-weekend' : '';
  const n = Number(day.slice(8));
  return (
    <td className={kind} title={text}>
      {onDay && h ? <button type="button" aria-label={`${n} 日，${text}`} onClick={() => onDay(h)}>{n}</button> : <span>{n}{h && <span className="unseen">{h.kind}，{h.name}</span>}</span>}
    </td>
  );
}
