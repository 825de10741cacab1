import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { api, got, useMay } from '@api';
import { Facts, Loading, ReasonModal, Section, Side, Wrong } from '@kit';
import { basket, useBasket, type Change } from './basket';
import { RowState, type Cell, type Faults, type Row } from './words';

/** RowSide is a quarantined row with all its cells, the wrong ones first. Identities are masked until they are asked for. */
export function RowSide({ f, n, onClose }: { f: Faults; n: number; onClose: () => void }) {
  const id = f.source.id;
  const may = useMay('intake.keep');
  const [asking, setAsking] = useState(false);
  const [open, setOpen] = useState<Row>();
  const mayReveal = useMay('intake.reveal');
  useEffect(() => setOpen(undefined), [n]);
  const query = useQuery({ queryKey: ['intake-row', id, n, f.taken, f.waiting], enabled: n > 0, queryFn: async ({ signal }) => got(await api.GET('/api/intake/sources/{id}/rows/{n}', { params: { path: { id, n } }, signal })) });
  const row = open ?? query.data;
  const changed = useBasket(id).has(n);
  const hidden = row?.cells.some((c) => c.private && c.value) && !open;
  return (
    <Side open={n > 0} title={`隔离的第 ${n} 行`} width={760} onClose={onClose} acts={hidden && mayReveal && <Button onClick={() => setAsking(true)}>查看身份信息</Button>}>
      {query.isLoadingError ? <Wrong error={query.error} /> : !row ? <Loading /> : (
        <>
          <Alert className="modal-error" type="warning" showIcon title={row.reason} />
          <Facts columns={3} items={[['文件', row.file], ['原文件行', row.line], ['状态', <RowState row={row} changed={changed} />]]} />
          <Cells key={`${n}-${open ? 'open' : ''}`} source={id} row={row} editable={may && row.state === 'open'} />
        </>
      )}
      <ReasonModal open={asking} title="查看身份信息" okText="查看" onClose={() => setAsking(false)}
        onSend={async (reason) => setOpen(got(await api.POST('/api/intake/sources/{id}/rows/{n}/reveal', { params: { path: { id, n } }, body: { reason } })))} />
    </Side>
  );
}

function Cells({ source, row, editable }: { source: string; row: Row; editable: boolean }) {
  const kept = useBasket(source).get(row.n);
  const [form] = Form.useForm<{ cells: string[] }>();
  const [empty, setEmpty] = useState(false);
  const shown = row.cells.map((c, k) => ({ c, k }));
  const wrong = shown.filter(({ c }) => c.wrong);
  const rest = shown.filter(({ c }) => !c.wrong && (empty || c.value !== '' || kept?.[c.column] !== undefined));
  const save = ({ cells }: { cells: (string | undefined)[] }) => {
    const change: Change = { ...kept };
    row.cells.forEach((c, k) => {
      const now = cells[k];
      if (now !== undefined && now !== c.value) change[c.column] = now;
      else if (now !== undefined) delete change[c.column];
    });
    basket.set(source, row.n, change);
  };
  const field = ({ c, k }: { c: Cell; k: number }) => (
    <Form.Item key={k} name={['cells', k]} label={<span>{c.title}{c.title !== c.column && <span className="code">{c.column}</span>}</span>} validateStatus={c.wrong && kept?.[c.column] === undefined ? 'warning' : undefined}
      extra={c.private && editable && c.value.includes('*') ? '身份信息已隐去；不改则保持原值' : undefined}>
      <Input readOnly={!editable} className="code" maxLength={4000} />
    </Form.Item>
  );
  return (
    <Form form={form} layout="vertical" initialValues={{ cells: row.cells.map((c) => kept?.[c.column] ?? c.value) }} onFinish={save} requiredMark={false}>
      {wrong.length > 0 && <Section title="有误的列"><div className="intake-cells">{wrong.map(field)}</div></Section>}
      <Section title="其他列" extra={<Checkbox checked={empty} onChange={(e) => setEmpty(e.target.checked)}>显示空列</Checkbox>}><div className="intake-cells">{rest.map(field)}</div></Section>
      {editable && (
        <div className="spaced">
          <Button type="primary" htmlType="submit">记下更正</Button>
          {kept && <Button onClick={() => { basket.drop(source, row.n); form.setFieldsValue({ cells: row.cells.map((c) => c.value) }); }}>撤销</Button>}
          {kept && <span className="intake-held">已记下，回到列表接收</span>}
        </div>
      )}
    </Form>
  );
}
