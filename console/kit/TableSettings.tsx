import { SettingOutlined } from '@ant-design/icons';
import { Button, Checkbox, Popover, Segmented } from 'antd';
import { useCallback, useState } from 'react';
import type { Column } from './columns';

/** Settings are how somebody likes a table. */
export interface Settings {
  /** Keys of columns that are not shown. */
  hidden: string[];
  /** Keys of columns that are shown though they are hidden by themselves. */
  shown: string[];
  dense: boolean;
}

type Titled = Pick<Column<never>, 'key' | 'title' | 'hidden'>;

/** shows says whether a column is shown. */
export const shows = (c: Titled, settings: Settings) => (c.hidden ? settings.shown.includes(c.key) : !settings.hidden.includes(c.key));

const place = (label: string) => `yiheng.table.${label}`;

/** useSettings are a table's settings, kept in this browser. */
export function useSettings(label: string): [Settings, (settings: Settings) => void] {
  const [settings, set] = useState(() => read(label));
  const settle = useCallback((now: Settings) => {
    localStorage.setItem(place(label), JSON.stringify(now));
    set(now);
  }, [label]);
  return [settings, settle];
}

/** read is what is kept; what cannot be read is as if nothing were. */
function read(label: string): Settings {
  try {
    const kept = JSON.parse(localStorage.getItem(place(label)) ?? '{}') as Partial<Settings>;
    const keys = (list: unknown) => (Array.isArray(list) ? list.map(String) : []);
    return { hidden: keys(kept.hidden), shown: keys(kept.shown), dense: kept.dense === true };
  } catch {
    return { hidden: [], shown: [], dense: false };
  }
}

/** TableSettings chooses the columns of a table and how close its rows stand. One column always stays. */
export function TableSettings({ label, columns, settings, onChange }: { label: string; columns: readonly Titled[]; settings: Settings; onChange: (settings: Settings) => void }) {
  const shown = columns.filter((c) => shows(c, settings));
  const toggle = (c: Titled, on: boolean) => {
    const list = c.hidden ? 'shown' : 'hidden';
    onChange({ ...settings, [list]: on === (list === 'shown') ? [...settings[list], c.key] : settings[list].filter((k) => k !== c.key) });
  };
  return (
    <Popover trigger="click" placement="bottomRight" content={
      <div className="table-settings" role="group" aria-label={`${label}的显示`}>
        <Segmented block size="small" value={settings.dense ? 'dense' : 'usual'} onChange={(v) => onChange({ ...settings, dense: v === 'dense' })} options={[{ value: 'usual', label: '标准' }, { value: 'dense', label: '紧凑' }]} />
        {columns.filter((c) => c.title).map((c) => (
          <Checkbox key={c.key} checked={shows(c, settings)} disabled={shown.length === 1 && shown[0]!.key === c.key} onChange={(e) => toggle(c, e.target.checked)}>{c.title}</Checkbox>
        ))}
        <Button size="small" type="link" disabled={settings.hidden.length + settings.shown.length === 0 && !settings.dense} onClick={() => onChange({ hidden: [], shown: [], dense: false })}>恢复</Button>
      </div>
    }>
      <Button type="text" icon={<SettingOutlined />} aria-label={`${label}：选择列和行距`} title="选择列和行距" />
    </Popover>
  );
}
