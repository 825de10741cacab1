import { money, StateTag } from '@kit';
import { kinds, results, toneOf, type Sum } from './words';

/** State is where a finding stands. */
export const State = ({ f }: { f: { state: string; state_title: string; overdue?: boolean; ended?: boolean } }) => <StateTag tone={toneOf(f)}>{f.state_title}</StateTag>;

/** Result says what a finding is: of a violation the money is wrong, of a suspicion it is concerned. */
export const Result = ({ of }: { of: string }) => <span className={`tag tag-${of === 'violation' ? 'high' : 'middle'}`}>{results[of] ?? of}</span>;

/** Totals are the money of a list, by what became of it. */
export function Totals({ total }: { total: Sum | undefined }) {
  return (
    <dl className="rv-totals" aria-label="金额合计">
      <div className="rv-total-main"><dt>计入金额</dt><dd>{total ? money(total.counted) : '—'}</dd></div>
      <span aria-hidden>=</span>
      {kinds.map(([name, title]) => (
        <div key={name}><dt>{title}</dt><dd>{total ? money(total[name]) : '—'}</dd></div>
      ))}
    </dl>
  );
}

/** Due is a deadline; red when it has passed. */
export const Due = ({ due, overdue }: { due: string; overdue: boolean }) => (due ? <span className={`figures nowrap ${overdue ? 'rv-late' : ''}`}>{due.slice(0, 16)}</span> : <span className="faint">—</span>);
