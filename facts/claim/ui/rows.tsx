import { Button, Form, Input, Select } from 'antd';
import { useMemo, useState } from 'react';
import { api, useMay } from '@api';
import { count, DataTable, FormModal, listOf, ReasonModal, useAct, type Column, type Go, type ListState } from '@kit';
import { basket, useBasket } from './basket';
import { RowSide } from './row';
import { RowState, rowStates, type Faults, type Row } from './words';

/** Rows is the quarantined rows of a source, to be put right in place and taken in again. */
export function Rows({ f, at, go }: { f: Faults; at: ListState; go: Go<any> }) {
  const id = f.source.id;
  const may = useMay('intake.keep');
  const changes = useBasket(id);
  const [chosen, setChosen] = useState<string[]>([]);
  const [asking, setAsking] = useState<'same' | 'send'>();
  const source = useMemo(() => ({
    ...listOf('/api/intake/sources'),
    key: ['/api/intake/sources', id, 'rows', f.taken, f.waiting],
    exports: `/api/intake/sources/${id}/rows`,
    async read(asked: { q: string; filter: string[]; sort: string; cursor: string; limit: number }, signal: AbortSignal) {
      const given = Object.fromEntries(Object.entries(asked).filter(([, v]) => (Array.isArray(v) ? v.length > 0 : v !== '')));
      const { data } = await api.GET('/api/intake/sources/{id}/rows', { params: { path: { id }, query: given }, signal });
      return { items: data!.items ?? [], total: data!.total, next: data!.next };
    },
  }), [id, f.taken, f.waiting]);
  const titles = new Map(f.columns.map((c) => [c.column, c.title]));
  const columns: readonly Column<Row>[] = [
    { key: 'n', title: '序号', kind: 'number', width: 76, sorts: true },
    { key: 'line', title: '原文件行', kind: 'number', width: 92, render: (r) => <span className="figures" title={r.file}>{r.line}</span> },
    { key: 'columns', title: '列', width: 170, sorts: true, render: (r) => <span title={r.columns}>{r.columns ? r.columns.split(';').map((c) => titles.get(c) ?? c).join('、') : '整行'}</span> },
    { key: 'value', title: '值', width: 170, render: (r) => { const text = r.cells.map((c) => c.value || '（空）').join('；'); return changes.has(r.n) ? <Changed row={r} change={changes.get(r.n)!} /> : <span className="code" title={text}>{text}</span>; } },
    { key: 'reason', title: '原因', render: (r) => <span title={r.reason}>{r.reason}</span> },
    { key: 'institution', title: '机构', width: 130, kind: 'code' },
    { key: 'state', title: '状态', width: 100, choices: ['open', 'waiting', 'taken'].map((value) => ({ value, text: rowStates[value]!.text })), render: (r) => <RowState row={r} changed={changes.has(r.n)} /> },
  ];
  const send = useAct((reason: string) => api.POST('/api/intake/sources/{id}/corrections', { params: { path: { id } }, body: { reason, rows: [...changes].map(([n, cells]) => ({ n, cells })) } }), {
    quiet: true, done: '已排入接收', then: () => { basket.clear(id); go({ tab: 'corrections', open: '' }); },
  });
  return (
    <>
      <DataTable<Row> label="隔离的行" source={source} columns={columns} rowKey={(r) => String(r.n)} at={at} go={go} searches="行、列、原因、机构"
        acts={may && changes.size > 0 && <><Button onClick={() => basket.clear(id)}>放弃修改</Button><Button type="primary" onClick={() => setAsking('send')}>接收更正的 {count(changes.size)} 行</Button></>}
        choose={may ? { chosen, onChange: setChosen, allowed: (r) => r.state === 'open', acts: <><Button size="small" onClick={() => setAsking('same')}>统一改写</Button><Button size="small" onClick={() => { for (const n of chosen) if (!changes.has(Number(n))) basket.set(id, Number(n), {}); setChosen([]); }}>原样重新接收</Button></> } : undefined} />
      <RowSide f={f} n={Number(at.open) || 0} onClose={() => go({ open: '' })} />
      <SameValue f={f} open={asking === 'same'} rows={chosen.map(Number)} onClose={() => setAsking(undefined)} onDone={() => setChosen([])} />
      <ReasonModal open={asking === 'send'} title={`接收更正的 ${count(changes.size)} 行`} okText="接收" about="更正的行作为新的来源加入，已保留的行不受影响；仍不合规的会再次隔离。" onClose={() => setAsking(undefined)} onSend={(reason) => send.mutateAsync(reason)} />
    </>
  );
}

function Changed({ row, change }: { row: Row; change: Record<string, string> }) {
  const text = row.cells.map((c) => change[c.column] ?? c.value).join('；');
  return <span className="code intake-held" title={text}>{text || '（原样）'}</span>;
}

/** SameValue writes one value into a column of several rows. */
function SameValue({ f, open, rows, onClose, onDone }: { f: Faults; open: boolean; rows: number[]; onClose: () => void; onDone: () => void }) {
  const changes = useBasket(f.source.id);
  return (
    <FormModal<{ column: string; value?: string }> open={open} title={`改写 ${count(rows.length)} 行`} okText="改写" onClose={onClose} about="先记在页面上，核对后再一起接收。"
      onSend={async ({ column, value }) => { for (const n of rows) basket.set(f.source.id, n, { ...changes.get(n), [column]: value ?? '' }); onDone(); }}>
      <Form.Item name="column" label="列" rules={[{ required: true, message: '请选择列' }]}><Select showSearch optionFilterProp="label" options={f.columns.map((c) => ({ value: c.column, label: c.title === c.column ? c.title : `${c.title}（${c.column}）` }))} /></Form.Item>
      <Form.Item name="value" label="改为" extra="不填即清空"><Input className="code" maxLength={4000} /></Form.Item>
    </FormModal>
  );
}

