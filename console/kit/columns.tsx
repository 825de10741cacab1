import type { TableColumnsType } from 'antd';
import type { ReactNode } from 'react';
import type { Choice } from './FilterBar';
import { Region } from './Region';
import { Code, count, Money, Time } from './small';

/** Column is a column of a table. Its key is the server's name of it. */
export interface Column<T> {
  key: string;
  title: string;
  /** How a cell is set when `render` does not say: code monospaced, a region by its name, money and number to the right with tabular figures. */
  kind?: 'text' | 'code' | 'region' | 'money' | 'number' | 'time';
  /** What stands in a cell; by itself the row's field of the column's name. */
  render?: (row: T) => ReactNode;
  /** Pixels; a column without takes what is left. One column should have none. */
  width?: number;
  /** The server sorts by it. */
  sorts?: boolean;
  /** Values to choose from; the server filters by them. */
  choices?: readonly Choice[];
  /** Not shown until somebody chooses it: what is technical. */
  hidden?: boolean;
  /** Stays while the rest scrolls. */
  fixed?: 'left' | 'right';
}

/** tableColumns are columns as the table takes them. */
export function tableColumns<T extends object>(columns: readonly Column<T>[], sort: string): TableColumnsType<T> {
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
    case 'region':
      return <Region code={String(value)} />;
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
