import { SearchOutlined } from '@ant-design/icons';
import { Button, Input, Select, type InputRef } from 'antd';
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import type { Go } from './page';
import type { ListState } from './search';

/** Choice is a value to filter by. */
export interface Choice {
  value: string;
  text: string;
}

export interface FilterBarProps {
  at: Pick<ListState, 'q' | 'filter'>;
  go: Go<any>;
  /** What the search field looks for; nothing: no search field. */
  searches?: string;
  choices?: { key: string; title: string; choices: readonly Choice[] }[];
  more?: ReactNode;
  /** On the right. */
  children?: ReactNode;
}

/** FilterBar narrows a list: a text, values of columns. `f` leads to the search field. */
export function FilterBar({ at, go, searches, choices = [], more, children }: FilterBarProps) {
  const field = useRef<InputRef>(null);
  const [typed, setTyped] = useState(at.q);
  useEffect(() => setTyped(at.q), [at.q]);
  useEffect(() => {
    if (typed === at.q) return;
    const timer = setTimeout(() => go({ q: typed.trim() }, { replace: true }), 300);
    return () => clearTimeout(timer);
  }, [typed, at.q, go]);
  useSearchKey(field);

  const chosen = (key: string) => at.filter.filter((f) => f.startsWith(`${key}:`)).map((f) => f.slice(key.length + 1));
  const choose = (key: string, values: string[]) => go({ filter: [...at.filter.filter((f) => !f.startsWith(`${key}:`)), ...values.map((v) => `${key}:${v}`)] });
  return (
    <div className="filter-bar">
      <div className="filters">
        {searches && (
          <Input ref={field} className="search" prefix={<SearchOutlined className="faint" />} placeholder={searches} aria-label={`搜索：${searches}`} value={typed} allowClear
            onChange={(e) => setTyped(e.target.value)} onPressEnter={() => go({ q: typed.trim() }, { replace: true })} maxLength={100} suffix={typed === '' ? <kbd>f</kbd> : undefined} />
        )}
        {choices.map((c) => (
          <Select key={c.key} mode="multiple" className="choice" placeholder={c.title} aria-label={c.title} value={chosen(c.key)} onChange={(values: string[]) => choose(c.key, values)} allowClear
            maxTagCount="responsive" popupMatchSelectWidth={false} showSearch={c.choices.length > 8 ? { optionFilterProp: 'label' } : false} options={c.choices.map((o) => ({ value: o.value, label: o.text }))} />
        ))}
        {more}
        {(at.q !== '' || at.filter.length > 0) && <Button type="text" onClick={() => go({ q: '', filter: [] })}>清除</Button>}
      </div>
      <div className="filter-acts">{children}</div>
    </div>
  );
}

/** useSearchKey leads to the page's search field with `f`, and out of it with Esc, so that the arrows move among the rows again. */
export function useSearchKey(field: RefObject<InputRef | null>) {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key === 'Escape' && e.target === field.current?.input) return field.current?.blur();
      const busy = e.target instanceof HTMLElement && (e.target.isContentEditable || /^(input|textarea|select)$/i.test(e.target.tagName));
      if (e.key !== 'f' || busy || e.ctrlKey || e.metaKey || e.altKey || document.querySelector('.ant-drawer-open,.ant-modal-wrap')) return;
      e.preventDefault();
      field.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [field]);
}
