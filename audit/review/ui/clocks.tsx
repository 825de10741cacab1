import { Caution, Section } from '@kit';
import type { Detail, Line } from './words';

type Clock = NonNullable<Detail['clocks']>[number];

/** left says how much time there is. */
function left(c: Clock): string {
  if (c.suspended) return '已中止';
  if (c.missing) return `${c.missing} 年的节假日安排还没有公布，届满日待定`;
  if (c.overdue) return '已逾期';
  if (c.working_days_left === undefined) return '';
  return c.working_days_left === 0 ? '最后一个工作日' : `还剩 ${c.working_days_left} 个工作日`;
}

/** Clocks are the periods of law that run, with where their length comes from. */
export function Clocks({ clocks, f }: { clocks: Clock[]; f: Line }) {
  return (
    <Section title="期限">
      {clocks.length === 0 ? <p className="quiet">{f.ended ? '已办结，没有期限' : '没有在走的期限'}</p> : clocks.map((c) => (
        <div key={c.clock} className="rv-clock">
          <div><b>{c.title}</b> <span className={c.overdue ? 'rv-late' : (c.working_days_left ?? 9) <= 1 ? 'rv-soon' : ''}>{left(c)}</span></div>
          {c.due && <div className="figures">{c.due.slice(0, 16)} 届满</div>}
          <div className="faint">{c.basis.replace(/；?须按本地正式文本核定/, '')}</div>
          {c.basis.includes('须按本地正式文本核定') && <Caution why={c.article} />}
        </div>
      ))}
    </Section>
  );
}
