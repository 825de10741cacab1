import { LeftOutlined, RightOutlined, VerticalRightOutlined } from '@ant-design/icons';
import { Button, Select, Table } from 'antd';
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { tableColumns, type Column } from './columns';
import { ExportButton } from './ExportButton';
import { FilterBar } from './FilterBar';
import type { Go } from './page';
import type { ListState } from './search';
import type { Source } from './source';
import { count, Nothing, Wrong } from './small';
import { shows, TableSettings, useSettings } from './TableSettings';
import { useWindow } from './window';

export type { Column } from './columns';

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

/** endless is the `limit` of a table that reads on while one scrolls, and draws only what is seen. */
const endless = 0;

/**
 * DataTable is the one table of lists that the server sorts, filters and cuts into pages;
 * the URL holds all of it. Which columns are shown, and how densely, this browser keeps.
 */
export function DataTable<T extends object>(p: DataTableProps<T>) {
  const { at, go, source } = p;
  const flowing = at.limit === endless;
  const asked = { q: at.q, filter: at.filter, sort: at.sort, cursor: flowing ? '' : at.cursor, limit: flowing ? 200 : at.limit };
  const query = useWindow(source, asked, flowing, p.live);
  const rows = query.rows;
  const before = useBefore(at.cursor, query.old ? undefined : query.next);
  const open = p.onOpen === false ? undefined : (p.onOpen ?? ((row: T) => go({ open: p.rowKey(row) })));
  const [settings, settle] = useSettings(p.label);
  const shown = useMemo(() => p.columns.filter((c) => shows(c, settings)), [p.columns, settings]);
  const columns = useMemo(() => tableColumns(shown, at.sort), [shown, at.sort]);
  const width = shown.reduce((sum, c) => sum + (c.width ?? 200), p.choose ? 40 : 0);
  const box = useRef<HTMLDivElement>(null);
  const room = useRoom(box, flowing);
  useFirstRow(box);
  const pick = (row: T) => {
    if (!p.choose || p.choose.allowed?.(row) === false) return;
    const key = p.rowKey(row);
    const keys = p.choose.chosen.includes(key) ? p.choose.chosen.filter((k) => k !== key) : [...p.choose.chosen, key];
    p.choose.onChange(keys, rows.filter((r) => keys.includes(p.rowKey(r))));
  };
  const narrowed = at.q !== '' || at.filter.length > 0;
  const exports = source.exports !== undefined && (p.formats ?? ['csv', 'xlsx']).length > 0;

  return (
    <div className={`data-table ${settings.dense ? 'is-dense' : ''} ${flowing ? 'is-flowing' : ''}`} ref={box}>
      <FilterBar at={at} go={go} searches={p.searches} choices={p.columns.filter((c) => c.choices).map((c) => ({ key: c.key, title: c.title, choices: c.choices! }))} more={p.filters}>
        {p.acts}
        {exports && <ExportButton source={source} asked={asked} formats={p.formats} />}
        <TableSettings label={p.label} columns={p.columns} settings={settings} onChange={settle} />
      </FilterBar>
      {p.choose && p.choose.chosen.length > 0 && (
        <div className="chosen" role="status">
          <span>已选 {count(p.choose.chosen.length)} 项</span>
          {p.choose.acts}
          <Button size="small" type="text" onClick={() => p.choose!.onChange([], [])}>取消选择</Button>
        </div>
      )}
      {query.error && !query.ready ? (
        <Wrong error={query.error} again={query.again} />
      ) : (
        <Table<T>
          aria-label={p.label}
          size="small"
          sticky={flowing ? false : { offsetHeader: 0 }}
          virtual={flowing}
          tableLayout="fixed"
          scroll={flowing ? { x: width, y: room } : { x: width }}
          onScroll={flowing ? (e) => { if (nearEnd(e.currentTarget)) query.more(); } : undefined}
          columns={columns}
          dataSource={rows}
          rowKey={p.rowKey}
          loading={{ spinning: query.busy, delay: 200 }}
          pagination={false}
          showSorterTooltip={false}
          rowSelection={p.choose && {
            columnWidth: 40,
            selectedRowKeys: p.choose.chosen,
            preserveSelectedRowKeys: true,
            onChange: (keys, chosen) => p.choose!.onChange(keys.map(String), chosen),
            getCheckboxProps: (row) => ({ disabled: p.choose!.allowed ? !p.choose!.allowed(row) : false, 'aria-label': `选择 ${p.rowKey(row)}` }) as object,
          }}
          rowClassName={(row) => [open ? 'opens' : '', at.open === p.rowKey(row) ? 'is-open' : '', p.rowClass?.(row) ?? ''].join(' ')}
          onRow={(row) => (open ? { tabIndex: 0, onClick: (e) => { if (!isAct(e.target)) open(row); }, onKeyDown: (e) => onRowKey(e, () => open(row), () => pick(row)) } : {})}
          onChange={(_, __, sorter) => {
            const s = Array.isArray(sorter) ? sorter[0] : sorter;
            go({ sort: s?.order ? (s.order === 'descend' ? '-' : '') + String(s.columnKey) : '' });
          }}
          locale={{ emptyText: !query.ready ? ' ' : <Nothing action={narrowed && <Button onClick={() => go({ q: '', filter: [] })}>清除筛选</Button>}>{narrowed ? '没有符合筛选条件的内容' : (p.empty ?? '没有内容')}</Nothing> }}
        />
      )}
      <footer className="pager">
        <span className="quiet figures" role="status">{query.total !== undefined ? `共 ${count(query.total)} 条` : rows.length > 0 ? `本页 ${count(rows.length)} 条` : ''}{flowing && query.ready ? `，已载入 ${count(rows.length)} 条` : ''}</span>
        <span className="pager-acts">
          {!flowing && at.cursor !== '' && <Button size="small" type="text" icon={<VerticalRightOutlined />} onClick={() => go({ cursor: '' })}>首页</Button>}
          {!flowing && <Button size="small" type="text" icon={<LeftOutlined />} disabled={before === undefined} onClick={() => go({ cursor: before ?? '' })}>上一页</Button>}
          {!flowing && <Button size="small" type="text" icon={<RightOutlined />} iconPlacement="end" disabled={!query.next || query.old} onClick={() => go({ cursor: query.next! })}>下一页</Button>}
          <Select size="small" variant="borderless" aria-label="每页条数" value={at.limit} onChange={(limit) => go({ limit })} options={[...new Set([...sizes, at.limit])].filter((n) => n !== endless).sort((a, b) => a - b).map((n) => ({ value: n, label: `每页 ${n} 条` })).concat({ value: endless, label: '连续滚动' })} />
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

/** isAct says whether a click was on something that does something itself. */
const isAct = (target: EventTarget) => target instanceof Element && target.closest('a,button,input,label,.ant-checkbox-wrapper,.ant-table-selection-column,.ant-dropdown') !== null;

function onRowKey(e: KeyboardEvent<HTMLElement>, open: () => void, pick: () => void) {
  if (e.target !== e.currentTarget || e.ctrlKey || e.metaKey || e.altKey) return;
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling', j: 'nextElementSibling', k: 'previousElementSibling' }[e.key] as 'nextElementSibling' | undefined;
  if (e.key === 'Enter') {
    e.preventDefault();
    open();
  } else if (e.key === 'x') {
    e.preventDefault();
    pick();
  } else if (step) {
    e.preventDefault();
    (e.currentTarget[step] as HTMLElement | null)?.focus();
  }
}

/** nearEnd says whether fewer than forty rows are left below what is seen. */
const nearEnd = (list: HTMLElement) => list.scrollHeight - list.scrollTop - list.clientHeight < 40 * 36;

/** useRoom is how high the body of a table may be that scrolls by itself, in pixels: down to the window's end. */
function useRoom(box: RefObject<HTMLDivElement | null>, flowing: boolean): number {
  const [room, setRoom] = useState(480);
  const measure = useCallback(() => {
    const table = box.current?.querySelector('.ant-table-wrapper');
    if (table) setRoom(Math.max(240, Math.floor(window.innerHeight - table.getBoundingClientRect().top - 112)));
  }, [box]);
  useEffect(() => {
    if (!flowing) return;
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, [flowing, measure]);
  return room;
}

/** useFirstRow leads from the page to the table's first row with the arrow down, when nothing else has the keyboard. */
function useFirstRow(box: RefObject<HTMLDivElement | null>) {
  useEffect(() => {
    const onKey = (e: globalThis.KeyboardEvent) => {
      const free = e.target === document.body || (e.target instanceof HTMLElement && e.target.id === 'main');
      if (!free || e.defaultPrevented || (e.key !== 'ArrowDown' && e.key !== 'j')) return;
      const row = box.current?.querySelector<HTMLElement>('.opens');
      if (!row) return;
      e.preventDefault();
      row.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [box]);
}
