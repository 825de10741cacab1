import { Table, type TableColumnsType } from 'antd';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { TakeButton } from './ExportButton';
import { Nothing } from './small';
import { shownIn, take } from './take';

/** PlainTable is a table of what is there whole, inside a page or a sheet: fee lines, grants, history. Lists that the server pages are DataTables. */
export function PlainTable<T extends object>({ label, rows, columns, rowKey, loading, empty, rowClass, takes = true }: {
  label: string;
  rows: readonly T[];
  columns: TableColumnsType<T>;
  rowKey: (row: T) => string;
  loading?: boolean;
  empty?: ReactNode;
  /** 'row-hit' tints a line that was hit, 'row-over' greys what no longer counts. */
  rowClass?: (row: T) => string;
  /** false: the page itself has a button that downloads all of it. */
  takes?: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [whole, setWhole] = useState(false);
  useEffect(() => reachable(box.current), []);
  const shown = () => {
    flushSync(() => setWhole(true));
    try {
      return shownIn(box.current!, label);
    } finally {
      setWhole(false);
    }
  };
  return (
    <div ref={box}>
      <Table<T> aria-label={label} className="plain-table" size="small" dataSource={rows as T[]} columns={columns} rowKey={rowKey} loading={loading ? { delay: 200 } : false} pagination={rows.length > 100 && !whole ? { pageSize: 100, size: 'small' } : false}
        rowClassName={rowClass} scroll={{ x: 'max-content' }} locale={{ emptyText: loading ? ' ' : <Nothing>{empty}</Nothing> }} />
      {takes && rows.length > 0 && <div className="plain-take no-print"><TakeButton quiet what={label} onTake={(format) => take(shown(), format)} /></div>}
    </div>
  );
}

/** reachable lets who has no mouse scroll a table that is wider than its place. */
function reachable(box: HTMLDivElement | null) {
  for (const e of box?.querySelectorAll<HTMLElement>('.ant-table-content') ?? []) e.tabIndex = 0;
}

