import type { ReactNode } from 'react';
import { instant, type Tone } from './small';

/** Event is something that happened, or was said, on the way from admission to rule to review. */
export interface Event {
  key: string;
  /** An instant, or a day as 2026-01-02; nothing: without time. */
  at?: string;
  title: ReactNode;
  /** One line about it. */
  said?: ReactNode;
  /** high: what is objected to. */
  tone?: Tone;
  /** What belongs to it: fee lines, an attachment, the rule's words. */
  body?: ReactNode;
}

/** Evidence is the one timeline of a finding, a case, a job: events in the order in which they are given. */
export function Evidence({ events, label = '经过' }: { events: readonly Event[]; label?: string }) {
  return (
    <ol className="evidence" aria-label={label}>
      {events.map((e) => (
        <li key={e.key} className={e.tone ? `is-${e.tone}` : undefined}>
          <time dateTime={e.at}>{e.at && (e.at.length > 10 ? instant(e.at) : e.at)}</time>
          <span className="dot" aria-hidden />
          <div>
            <h3>{e.title}</h3>
            {e.said && <div className="said">{e.said}</div>}
            {e.body && <div className="body">{e.body}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}
