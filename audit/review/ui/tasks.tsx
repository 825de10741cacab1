import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { api, got, type components } from '@api';
import { Code, count, DataTable, Money, PageHead, StateTag, useGoTo, type Column, type Go, type ListState, type Source } from '@kit';
import { finding, findings } from './pages';
import { Due } from './parts';
import './review.css';

type Task = components['schemas']['Task'];

const columns: readonly Column<Task>[] = [
  { key: 'state', title: '环节', width: 130, render: (t) => <StateTag tone={t.overdue ? 'high' : 'middle'}>{t.state_title}</StateTag> },
  { key: 'title', title: '事项与编号', render: (t) => <span className="rv-two"><b title={t.title}>{t.title}</b><Code>{t.id}</Code></span> },
  { key: 'region', title: '区划', kind: 'code', width: 84 },
  { key: 'amount', title: '金额', kind: 'money', width: 110, render: (t) => <Money yuan={t.amount} /> },
  { key: 'clock', title: '期限名称', width: 120 },
  { key: 'due', title: '届满', width: 136, render: (t) => <Due due={t.due} overdue={t.overdue} /> },
];

/** Where tasks of a procedure are done. Procedures of other rooms add theirs. */
const ways = { finding } as const;

const sourceOf = (path: '/api/todo' | '/api/overdue'): Source<Task> => ({
  key: [path],
  exports: path,
  async read(asked, signal) {
    const page = got(await api.GET(path, { params: { query: { cursor: asked.cursor || undefined, limit: asked.limit } }, signal }));
    return { items: page.items ?? [], total: page.total, next: page.next };
  },
});
const sources = { '/api/todo': sourceOf('/api/todo'), '/api/overdue': sourceOf('/api/overdue') };

/** Tasks are the own work, or what of it is late, the nearest end first; each leads to where it is done. */
export function Tasks({ path, title, empty, at, go }: { path: '/api/todo' | '/api/overdue'; title: string; empty: string; at: ListState; go: Go<any> }) {
  const goTo = useGoTo();
  const open = (t: Task) => {
    const way = ways[t.kind as keyof typeof ways];
    if (way) goTo(way, { params: { id: t.id } });
  };
  return (
    <>
      <PageHead title={title} />
      <Counts />
      <DataTable label={title} source={sources[path]} columns={columns} rowKey={(t) => t.id} at={at} go={go} onOpen={open} rowClass={(t) => (t.overdue ? 'row-high' : '')} empty={empty} />
    </>
  );
}

/** Counts are the work by step: each leads to its findings. */
function Counts() {
  const goTo = useGoTo();
  const query = useQuery({ queryKey: ['/api/todo/counts'], queryFn: async ({ signal }) => got(await api.GET('/api/todo/counts', { signal })) });
  const items = query.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <div className="rv-counts" aria-label="待办计数">
      {items.map((n) => (
        <Button key={n.kind + n.state} onClick={() => goTo(findings, { at: { state: [n.state], sort: 'due' } })}>
          <span>{n.state_title}</span><b className="figures">{count(n.count)}</b>
          {n.overdue > 0 ? <span className="rv-late">逾期 {count(n.overdue)}</span> : n.today > 0 ? <span className="rv-soon">今日到期 {count(n.today)}</span> : null}
        </Button>
      ))}
    </div>
  );
}
