import { download, type components } from '@api';

/** Taken is a table that is taken out of a page. */
export interface Taken {
  title: string;
  columns: components['schemas']['PageColumn'][];
  rows: string[][];
}

/** take downloads a table as it stands on the page. It leaves through the server like every list: in the journal, each line with its mark. */
export const take = (t: Taken, format: 'csv' | 'xlsx') => download(`/api/page-table.${format}`, { page: window.location.pathname, ...t });

/** shownIn reads a table of the page: each column with a heading, numbers as numbers. Buttons are left out, unless they are a cell's text. */
export function shownIn(table: Element, title: string): Taken {
  const heads = [...table.querySelectorAll('thead th')];
  const kept = heads.flatMap((h, i) => (textOf(h) ? [i] : []));
  const rows = [...table.querySelectorAll('tbody tr.ant-table-row')].map((tr) => kept.map((i) => (tr.children[i] ? textOf(tr.children[i]) : '')));
  const kinds = kept.map((head, i) => (isRight(heads[head]!) ? kindOf(rows.map((r) => r[i]!)) : 'text'));
  return {
    title,
    columns: kept.map((head, i) => ({ title: textOf(heads[head]!), kind: kinds[i]! })),
    rows: rows.map((r) => r.map((text, i) => (kinds[i] === 'text' ? text : text.replaceAll(',', '')))),
  };
}

const isRight = (cell: Element) => getComputedStyle(cell).textAlign === 'right';

function kindOf(texts: string[]): components['schemas']['PageColumn']['kind'] {
  const said = texts.filter((t) => t !== '');
  if (said.length === 0 || !said.every((t) => /^-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(t))) return 'text';
  return said.some((t) => t.includes('.')) ? 'money' : 'number';
}

function textOf(cell: Element): string {
  const copy = cell.cloneNode(true) as Element;
  for (const e of copy.querySelectorAll('button:not(.ant-btn-link), .ant-btn-dangerous, [aria-hidden="true"], .ant-table-column-sorter')) e.remove();
  for (const e of copy.querySelectorAll('br, small, div, li, p, span, a')) e.before(' ');
  const text = (copy.textContent ?? '').replace(/\s+/g, ' ').trim();
  return text === '—' ? '' : text.slice(0, 2000);
}
