import { LeftOutlined, RightOutlined, VerticalRightOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Select, Table, type TableColumnsType } from 'antd';
import { useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { ExportButton } from './ExportButton';
import { FilterBar, type Choice } from './FilterBar';
import type { Go } from './page';
import type { ListState } from './search';
import type { Source } from './source';
import { Code, count, Money, Nothing, Time, Wrong } from './small';

/** Column is a column of a table. Its key is the server's name of it. */
export interface Column<T> {
  key: string;
  title: string;
  /** How a cell is set when `render` does not say: code monospaced, money and number to the right with tabular figures. */
  kind?: 'text' | 'code' | 'money' | 'number' | 'time';
  /** What stands in a cell; by itself the row's field of the column's name. */
  render?: (row: T) => ReactNode;
  /** Pixels; a column without takes what is left. One column should have none. */
  width?: number;
  /** The server sorts by it. */
  sorts?: boolean;
  /** Values to choose from; the server filters by them. */
  choices?: readonly Choice[];
  /** Stays while the rest scrolls. */
  fixed?: 'left' | 'right';
}

export interface DataTableProps<T> {
  /** What the table holds, for whoever hears the page: 机构, 疑点. */
  label: string;
  source: Source<T>;
  columns: readonly Column<T>[];
  rowKey: (row: T) => string;
  /** The page's state, see usePage: q, filter, sort, cursor, limit, open. */
  at: ListState;
  go: Go<any>;
  /** Opens a row by click or Enter: by itself `open` of the URL, which a drawer shows. false: rows do not open. */
  onOpen?: ((row: T) => void) | false;
  /** What the search field looks for; nothing: no search field. */
  searches?: string;
  /** More filters than the columns' choices, left of the reset. */
  filters?: ReactNode;
  /** Right of the filters: what may be done with the list. */
  acts?: ReactNode;
  /** What to say when there is nothing at all, and what to do. */
  empty?: ReactNode;
  /** Asks again by itself every so many milliseconds; 0: not. */
  live?: number | ((rows: T[]) => number);
  /** Choosing rows, and what may be done with those chosen. */
  choose?: { chosen: string[]; onChange: (keys: string[], rows: T[]) => void; acts: ReactNode; allowed?: (row: T) => boolean };
  /** A row's class: 'row-high' tints what is risky. */
  rowClass?: (row: T) => string;
  /** Formats of the export; [] for none. */
  formats?: readonly ('csv' | 'xlsx')[];
}

const sizes = [20, 50, 100, 200];

/** DataTable is the one table of lists that the server sorts, filters and cuts into pages; the URL holds all of it. */
export function DataTable<T extends object>(p: DataTableProps<T>) {
  const { at, go, source } = p;
  const asked = { q: at.q, filter: at.filter, sort: at.sort, cursor: at.cursor, limit: at.limit };
  const query = useQuery({
    queryKey: [...source.key, 'rows', asked],
    queryFn: ({ signal }) => source.read(asked, signal),
    placeholderData: keepPreviousData,
    refetchInterval: (q) => (typeof p.live === 'function' ? p.live(q.state.data?.items ?? []) : p.live) || false,
  });
  const rows = query.data?.items ?? [];
  const before = useBefore(at.cursor, query.isPlaceholderData ? undefined : query.data?.next);
  const open = p.onOpen === false ? undefined : (p.onOpen ?? ((row: T) => go({ open: p.rowKey(row) })));
  const columns = useMemo(() => tableColumns(p.columns, at.sort), [p.columns, at.sort]);
  const width = p.columns.reduce((sum, c) => sum + (c.width ?? 200), 0);
  const narrowed = at.q !== '' || at.filter.length > 0;
  const exports = source.exports !== undefined && (p.formats ?? ['csv', 'xlsx']).length > 0;

  return (
    <div className="data-table">
      <FilterBar at={at} go={go} searches={p.searches} choices={p.columns.filter((c) => c.choices).map((c) => ({ key: c.key, title: c.title, choices: c.choices! }))} more={p.filters}>
        {p.acts}
        {exports && <ExportButton source={source} asked={asked} formats={p.formats} />}
      </FilterBar>
      {p.choose && p.choose.chosen.length > 0 && (
        <div className="chosen" role="status">
          <span>已选 {count(p.choose.chosen.length)} 项</span>
          {p.choose.acts}
          <Button size="small" type="text" onClick={() => p.choose!.onChange([], [])}>取消选择</Button>
        </div>
      )}
      {query.isError && !query.data ? (
        <Wrong error={query.error} again={() => void query.refetch()} />
      ) : (
        <Table<T>
          aria-label={p.label}
          size="small"
          sticky={{ offsetHeader: 0 }}
          tableLayout="fixed"
          scroll={{ x: width }}
          columns={columns}
          dataSource={rows}
          rowKey={p.rowKey}
          loading={{ spinning: query.isFetching && (query.isPlaceholderData || query.isPending), delay: 200 }}
          pagination={false}
          showSorterTooltip={false}
          rowSelection={p.choose && {
            selectedRowKeys: p.choose.chosen,
            preserveSelectedRowKeys: true,
            onChange: (keys, chosen) => p.choose!.onChange(keys.map(String), chosen),
            getCheckboxProps: (row) => ({ disabled: p.choose!.allowed ? !p.choose!.allowed(row) : false, 'aria-label': `选择 ${p.rowKey(row)}` }) as object,
          }}
          rowClassName={(row) => [open ? 'opens' : '', at.open === p.rowKey(row) ? 'is-open' : '', p.rowClass?.(row) ?? ''].join(' ')}
          onRow={(row) => (open ? { tabIndex: 0, onClick: (e) => { if (!isAct(e.target)) open(row); }, onKeyDown: (e) => onRowKey(e, () => open(row)) } : {})}
          onChange={(_, __, sorter) => {
            const s = Array.isArray(sorter) ? sorter[0] : sorter;
            go({ sort: s?.order ? (s.order === 'descend' ? '-' : '') + String(s.columnKey) : '' });
          }}
          locale={{ emptyText: query.isPending ? ' ' : <Nothing action={narrowed && <Button onClick={() => go({ q: '', filter: [] })}>清除筛选</Button>}>{narrowed ? '没有符合筛选条件的内容' : (p.empty ?? '没有内容')}</Nothing> }}
        />
      )}
      <footer className="pager">
        <span className="quiet figures" role="status">{query.data?.total !== undefined ? `共 ${count(query.data.total)} 条` : rows.length > 0 ? `本页 ${count(rows.length)} 条` : ''}</span>
        <span className="pager-acts">
          {at.cursor !== '' && <Button size="small" type="text" icon={<VerticalRightOutlined />} onClick={() => go({ cursor: '' })}>首页</Button>}
          <Button size="small" type="text" icon={<LeftOutlined />} disabled={before === undefined} onClick={() => go({ cursor: before ?? '' })}>上一页</Button>
          <Button size="small" type="text" icon={<RightOutlined />} iconPlacement="end" disabled={!query.data?.next || query.isPlaceholderData} onClick={() => go({ cursor: query.data!.next! })}>下一页</Button>
          <Select size="small" variant="borderless" aria-label="每页条数" value={at.limit} onChange={(limit) => go({ limit })} options={[...new Set([...sizes, at.limit])].sort((a, b) => a - b).map((n) => ({ value: n, label: `每页 ${n} 条` }))} />
        </span>
      </footer>
    </div>
  );
}

/** useBefore remembers which page came before which: the server's cursors only lead on. */
function useBefore(cursor: string, next: string | undefined): string | undefined {
  const ways = useRef(new Map<string, string>());
  if (next) ways.current.set(next, cursor);
  return cursor === '' ? undefined : ways.current.get(cursor);
}

function tableColumns<T extends object>(columns: readonly Column<T>[], sort: string): TableColumnsType<T> {
  return columns.map((c) => ({
    key: c.key,
    title: c.title,
    width: c.width,
    fixed: c.fixed,
    ellipsis: c.kind !== 'time' && { showTitle: false },
    align: c.kind === 'money' || c.kind === 'number' ? 'right' : 'left',
    sorter: c.sorts,
    sortOrder: sort === c.key ? 'ascend' : sort === `-${c.key}` ? 'descend' : null,
    render: (_: unknown, row: T) => cell(c, row),
  }));
}

function cell<T extends object>(c: Column<T>, row: T): ReactNode {
  if (c.render) return c.render(row);
  const value = (row as Record<string, unknown>)[c.key];
  if (value === undefined || value === null || value === '') return <span className="faint">—</span>;
  switch (c.kind) {
    case 'code':
      return <Code>{String(value)}</Code>;
    case 'money':
      return <Money yuan={value as number | string} />;
    case 'number':
      return <span className="figures">{typeof value === 'number' ? count(value) : String(value)}</span>;
    case 'time':
      return <Time at={String(value)} />;
    default:
      return <span title={String(value)}>{String(value)}</span>;
  }
}

/** isAct says whether a click was on something that does something itself. */
const isAct = (target: EventTarget) => target instanceof Element && target.closest('a,button,input,label,.ant-checkbox-wrapper,.ant-table-selection-column,.ant-dropdown') !== null;

function onRowKey(e: KeyboardEvent<HTMLElement>, open: () => void) {
  if (e.target !== e.currentTarget) return;
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling', j: 'nextElementSibling', k: 'previousElementSibling' }[e.key] as 'nextElementSibling' | undefined;
  if (e.key === 'Enter') {
    e.preventDefault();
    open();
  } else if (step) {
    e.preventDefault();
    (e.currentTarget[step] as HTMLElement | null)?.focus();
  }
}
