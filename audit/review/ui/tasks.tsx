import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { api, got, type components } from '@api';
import { Code, count, DataTable, Money, PageHead, StateTag, useGoTo, type Column, type Go, type ListState, type Source } from '@kit';
import { finding } from './pages';
import { waiting } from './source';
import { Due } from './parts';
import './review.css';

type Task = components['schemas']['Task'];

const columns: readonly Column<Task>[] = [
  { key: 'state', title: '环节', width: 160, render: (t) => <StateTag tone={t.overdue ? 'high' : 'middle'}>{t.state_title}</StateTag> },
  { key: 'title', title: '事项与编号', render: (t) => <span className="rv-two"><b title={t.title}>{t.title}</b><Code>{t.id}</Code></span> },
  { key: 'region', title: '区划', kind: 'region', width: 84 },
  { key: 'amount', title: '金额', kind: 'money', width: 110, render: (t) => <Money yuan={t.amount} /> },
  { key: 'clock', title: '期限名称', width: 120 },
  { key: 'due', title: '届满', width: 136, render: (t) => <Due due={t.due} overdue={t.overdue} /> },
];

/** Where tasks of a procedure are done. Procedures of other rooms add theirs. */
const ways = { finding } as const;

/** TasksState is what the address of a list of work holds. */
export type TasksState = ListState & { state: string[]; today: boolean };

const sourceOf = (path: '/api/todo' | '/api/overdue', state: string[], today: boolean): Source<Task> => ({
  key: [path, state, today],
  exports: path,
  async read(asked, signal) {
    const page = got(await api.GET(path, { params: { query: { state: state.length ? state : undefined, today: today || undefined, cursor: asked.cursor || undefined, limit: asked.limit } }, signal }));
    return { items: page.items ?? [], total: page.total, next: page.next };
  },
});

/** Tasks are the own work, or what of it is late, the nearest end first; each leads to where it is done. */
export function Tasks({ path, title, empty, at, go }: { path: '/api/todo' | '/api/overdue'; title: string; empty: string; at: TasksState; go: Go<any> }) {
  const goTo = useGoTo();
  const source = useMemo(() => sourceOf(path, at.state, at.today), [path, at.state, at.today]);
  const open = (t: Task) => {
    const way = ways[t.kind as keyof typeof ways];
    if (way) goTo(way, { params: { id: t.id } });
  };
  return (
    <>
      <PageHead title={title} />
      <DataTable label={title} source={source} filters={<Counts late={path === '/api/overdue'} at={at} go={go} />} columns={columns} rowKey={(t) => t.id} at={at} go={go} onOpen={open} rowClass={(t) => (t.overdue ? 'row-high' : '')} empty={empty} />
    </>
  );
}

/** Counts are the work by step, with what ends today: each narrows the list to it, and back. */
function Counts({ late, at, go }: { late: boolean; at: TasksState; go: Go<any> }) {
  const query = useQuery(waiting);
  const items = (query.data?.items ?? []).filter((n) => (late ? n.overdue > 0 : true));
  const today = query.data ? query.data.today - query.data.overdue : 0;
  const narrow = (patch: Partial<TasksState>) => go({ ...patch, cursor: '' });
  if (items.length === 0 && !at.today && at.state.length === 0) return null;
  return (
    <div className="rv-counts" role="group" aria-label="待办计数">
      {items.map((n) => {
        const on = at.state.includes(n.state);
        return (
          <Button key={n.kind + n.state} className={on ? 'is-on' : ''} aria-pressed={on} onClick={() => narrow({ state: on ? [] : [n.state], today: false })}>
            <span>{n.state_title}</span><b className="figures">{count(late ? n.overdue : n.count)}</b>
            {!late && n.overdue > 0 && <span className="rv-late">逾期 {count(n.overdue)}</span>}
          </Button>
        );
      })}
      {!late && (today > 0 || at.today) && <Button className={at.today ? 'is-on' : ''} aria-pressed={at.today} onClick={() => narrow({ today: !at.today, state: [] })}><span>今日到期</span><b className="figures rv-soon">{count(today)}</b></Button>}
    </div>
  );
}
