import { Button, Input, Select } from 'antd';
import { useMemo } from 'react';
import type { components } from '@api';
import { Code, DataTable, DayInput, listOf, PageHead, Time, usePage, Who, type Column, type Source } from '@kit';
import { EntrySide } from './entry';
import { journal as here } from './pages';
import { actNames, actTitle, kindTitles } from './words';

export type Entry = components['schemas']['Written'];

const columns: readonly Column<Entry>[] = [
  { key: 'n', title: '序号', width: 84, sorts: true, render: (e) => <Code>{e.n}</Code> },
  { key: 'at', title: '时间', width: 152, kind: 'time', render: (e) => <Time at={e.at} seconds /> },
  { key: 'actor', title: '操作人', width: 220, render: (e) => <Who face={e.by} id={e.actor} /> },
  { key: 'act', title: '操作', width: 150, render: (e) => <span title={e.act}>{actTitle(e.act, e.kind)}</span> },
  { key: 'what', title: '对象', width: 224, render: (e) => (e.kind ? <span title={`${e.kind} ${e.id}`}>{kindTitles[e.kind] ?? e.kind} <Code>{e.id}</Code></span> : <span className="faint">—</span>) },
  { key: 'reason', title: '理由' },
  { key: 'region', title: '区划', kind: 'region', width: 90 },
];

/** Every act: who, what, on what, when, why. What stands here cannot be altered without being seen. */
export default function Journal() {
  const { at, go } = usePage(here);
  const source = useMemo<Source<Entry>>(() => {
    const filter = { actor: at.actor || undefined, act: at.act || undefined, kind: at.kind || undefined, id: at.kind && at.id ? at.id : undefined, region: at.region || undefined, from: at.from || undefined, to: at.to || undefined };
    return listOf('/api/journal', filter);
  }, [at.actor, at.act, at.kind, at.id, at.region, at.from, at.to]);
  const list = { q: '', filter: [], sort: at.sort, cursor: at.cursor, limit: at.limit, open: at.open };
  const narrow = (patch: Partial<typeof at>) => go({ ...patch, cursor: '' });
  const typed = (name: 'actor' | 'id' | 'region', label: string, width: number) => (
    <Input key={`${name}${at[name]}`} className="code" style={{ width }} defaultValue={at[name]} placeholder={label} aria-label={label} allowClear maxLength={80}
      onPressEnter={(e) => narrow({ [name]: e.currentTarget.value.trim() })} onBlur={(e) => e.target.value.trim() !== at[name] && narrow({ [name]: e.target.value.trim() })} onClear={() => narrow({ [name]: '' })} />
  );
  return (
    <>
      <PageHead title="操作日志" about="每一项操作一条，环环相扣：改动、删除或插入都会被核对出来。查看日志也记入日志。" />
      <DataTable label="操作日志" source={source} columns={columns} rowKey={(e) => String(e.n)} at={list} go={go} empty="没有符合条件的条目"
        filters={
          <>
            {typed('actor', '操作人（编号）', 130)}
            <Select aria-label="操作" placeholder="操作" style={{ width: 160 }} allowClear showSearch={{ optionFilterProp: 'label' }} value={at.act || undefined} onChange={(act?: string) => narrow({ act: act ?? '' })} options={actNames.map((a) => ({ value: a.value, label: a.text }))} popupMatchSelectWidth={false} />
            <Select aria-label="对象类别" placeholder="对象类别" style={{ width: 120 }} allowClear value={at.kind || undefined} onChange={(kind?: string) => narrow({ kind: kind ?? '', ...(kind ? {} : { id: '' }) })} options={Object.entries(kindTitles).map(([value, label]) => ({ value, label }))} popupMatchSelectWidth={false} />
            {at.kind && typed('id', '对象编号', 140)}
            {typed('region', '区划', 100)}
            <DayInput label="自" style={{ width: 140 }} value={at.from} max={at.to || undefined} onChange={(day) => narrow({ from: day })} />
            <span className="faint">至</span>
            <DayInput label="至" style={{ width: 140 }} value={at.to} min={at.from || undefined} onChange={(day) => narrow({ to: day })} />
            {[at.actor, at.act, at.kind, at.region, at.from, at.to].some(Boolean) && <Button type="text" onClick={() => narrow({ actor: '', act: '', kind: '', id: '', region: '', from: '', to: '' })}>清除</Button>}
          </>
        } />
      <EntrySide n={at.open} onClose={() => go({ open: '' })} />
    </>
  );
}
