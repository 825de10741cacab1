import { Alert, Button, Collapse, Empty, Skeleton, Tag, Tooltip, Typography } from 'antd';
import type { ReactNode } from 'react';
import { Problem, sentence } from '@api';
import { useThing } from './thing';

/** Money is an amount in yuan, right-aligned in a column, with tabular figures. What is given in fen is divided by the caller. */
export function Money({ yuan, sign }: { yuan: number | string | null | undefined; sign?: boolean }) {
  if (yuan === null || yuan === undefined || yuan === '') return <span className="faint">—</span>;
  return <span className="money">{(sign ? '¥' : '') + money(yuan)}</span>;
}

/** money writes an amount as 1,234.50; a text keeps all its digits. */
export function money(yuan: number | string): string {
  const text = typeof yuan === 'number' ? yuan.toFixed(2) : yuan;
  const [head = '0', tail = ''] = text.split('.');
  return `${head.replace(/\B(?=(\d{3})+$)/g, ',')}.${tail.padEnd(2, '0')}`;
}

/** count writes a number as 12,345. */
export const count = (n: number) => n.toLocaleString('zh-CN');

/** Code is a code, an id, a hash: monospaced, to be copied. */
export function Code({ children, copy }: { children: ReactNode; copy?: boolean }) {
  if (children === '' || children === null || children === undefined) return <span className="faint">—</span>;
  return copy ? (
    <Typography.Text className="code" copyable={{ text: String(children), tooltips: ['复制', '已复制'] }}>
      {children}
    </Typography.Text>
  ) : (
    <span className="code">{children}</span>
  );
}

const china = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** instant writes a time as 2026-01-02 08:30, in China's time, whatever the machine's; with seconds as 2026-01-02 08:30:05. */
export function instant(at: string | Date | undefined | null, seconds = false): string {
  if (!at) return '';
  const p = Object.fromEntries(china.formatToParts(new Date(at)).map((x) => [x.type, x.value]));
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}${seconds ? `:${p.second}` : ''}`;
}

/** Time is an instant. */
export function Time({ at, seconds }: { at?: string | null; seconds?: boolean }) {
  return at ? <span className="figures nowrap">{instant(at, seconds)}</span> : <span className="faint">—</span>;
}

export type Tone = 'high' | 'middle' | 'low' | 'good' | 'plain';

/** RiskTag is the one place where a page has colour: what is risky, and how much. */
export function RiskTag({ level, children }: { level: 'high' | 'middle' | 'low'; children?: ReactNode }) {
  return <span className={`tag tag-${level}`}>{children ?? { high: '高', middle: '中', low: '低' }[level]}</span>;
}

/** StateTag is a state in words. Only what needs somebody has a tone: high (wrong, overdue), middle (waits), good (done). */
export function StateTag({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={`state state-${tone}`}>
      <i aria-hidden />
      {children}
    </span>
  );
}

/** Caution stands wherever a value is used that no official text confirms. */
export function Caution({ text = '须按本地正式文本核定', why }: { text?: string; why?: ReactNode }) {
  const tag = (
    <Tag className="caution" variant="filled">
      {text}
    </Tag>
  );
  return why ? <Tooltip title={why}>{tag}</Tooltip> : tag;
}

/** Nothing is an empty state: what is not there, and what to do about it. */
export function Nothing({ children = '没有内容', action }: { children?: ReactNode; action?: ReactNode }) {
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={<span className="quiet">{children}</span>} className="nothing">
      {action}
    </Empty>
  );
}

/** Wrong is an error state: what went wrong, and another try. */
export function Wrong({ error, again }: { error: unknown; again?: () => void }) {
  const foreign = error instanceof Problem && error.status === 404;
  return (
    <Alert
      type={foreign ? 'info' : 'error'}
      showIcon
      title={foreign ? '没有这一项，或不在您的管辖范围内' : sentence(error)}
      action={again && !foreign && <Button size="small" onClick={again}>重试</Button>}
    />
  );
}

/** Loading is a page that is still coming. */
export function Loading({ lines = 6 }: { lines?: number }) {
  return (
    <div role="status" aria-label="正在载入" className="loading">
      <Skeleton active title={false} paragraph={{ rows: lines }} />
    </div>
  );
}

/** Facts are names and values, in columns. */
export function Facts({ items, columns = 2 }: { items: (readonly [ReactNode, ReactNode] | false | null | undefined)[]; columns?: 1 | 2 | 3 }) {
  return (
    <dl className={`facts facts-${columns}`}>
      {items.map((item, i) => item && (
        <div key={i}>
          <dt>{item[0]}</dt>
          <dd>{item[1] === '' || item[1] === null || item[1] === undefined ? <span className="faint">—</span> : item[1]}</dd>
        </div>
      ))}
    </dl>
  );
}

/** PageHead is a page's title with what may be done there. A page of one thing names it, for the browser's title. */
export function PageHead({ title, thing = '', about, children }: { title: ReactNode; thing?: string; about?: ReactNode; children?: ReactNode }) {
  useThing(thing);
  return (
    <header className="page-head">
      <div>
        <h1>{title}</h1>
        {about && <p className="quiet">{about}</p>}
      </div>
      <div className="page-acts">{children}</div>
    </header>
  );
}

/** Folded is a part of a page that few ask for: shut until it is opened. */
export function Folded({ title, children }: { title: string; children: ReactNode }) {
  return <Collapse ghost size="small" items={[{ key: 'folded', label: title, children }]} />;
}

/** Section is a part of a page with a heading. */
export function Section({ title, extra, children }: { title: ReactNode; extra?: ReactNode; children: ReactNode }) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {extra && <div>{extra}</div>}
      </div>
      {children}
    </section>
  );
}
