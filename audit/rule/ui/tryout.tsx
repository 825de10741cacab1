import { PlayCircleOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Segmented, Select } from 'antd';
import { useEffect, useState } from 'react';
import { api, got, useMay, type components } from '@api';
import { Code, count, DayInput, Money, Nothing, PlainTable, Section, Wrong } from '@kit';
import { casesOf } from './cases';
import { Result } from './words';
import { TextEditor } from './text';

type Trials = components['schemas']['ExpressionTrials'];
type Finding = components['schemas']['Finding'];
type Undone = components['schemas']['Undone'];

interface Persons { psn_nos?: string[]; mdtrt_ids?: string[]; from?: string; to?: string; reason: string }

/** A sample that shows the form: one visit of two lines. */
const sample = JSON.stringify({
  psn_no: 'P1', person: { gend: '1', brdy: '1980-05-01' },
  encounters: [{ mdtrt_id: 'M1', fixmedins_code: 'H1', med_type: '11', begntime: '2025-03-01 08:00:00', endtime: '2025-03-01 11:00:00' }],
  settlements: [{ setl_id: 'S1', mdtrt_id: 'M1', setl_time: '2025-03-01 11:00:00', insutype: '310', medfee_sumamt: '50.00', inscp_amt: '50.00', fund_pay_sumamt: '40.00' }],
  lines: [
    { bkkp_sn: 'L1', mdtrt_id: 'M1', setl_id: 'S1', fee_ocur_time: '2025-03-01 09:00:00', med_list_codg: '001102000010000', list_type: '201', cnt: '1', pric: '20.00', det_item_fee_sumamt: '20.00', inscp_amt: '20.00' },
    { bkkp_sn: 'L2', mdtrt_id: 'M1', setl_id: 'S1', fee_ocur_time: '2025-03-01 09:30:00', med_list_codg: '001102000020000', list_type: '201', cnt: '3', pric: '10.00', det_item_fee_sumamt: '30.00', inscp_amt: '30.00' },
  ],
}, null, 1);

/** TryOut judges by what stands in the editor: persons of the lake, or samples that are given. */
export function TryOut({ hits, over, triggers, right, samples, of, onSamples }: { of: string; hits: string; over: 'visit' | 'person'; triggers: string[]; right: boolean; samples: boolean; onSamples: (samples: boolean) => void }) {
  const persons = useMay('expression.try');
  const bySample = samples || !persons;
  const [text, setText] = useState(sample);
  const given = useCase(of);
  useEffect(() => { if (given) setText(given); }, [given]);
  const [form] = Form.useForm<Persons>();
  const check = { hits, over, triggers: triggers.length ? triggers : undefined };
  const run = useMutation({
    mutationFn: async (asked: Persons | undefined): Promise<Trials> => {
      if (asked) return got(await api.POST('/api/expressions/trials', { body: { ...check, ...asked, from: asked.from || undefined, to: asked.to || undefined } }));
      let given: unknown;
      try { given = JSON.parse(text); } catch (e) { throw new Error(`样例不是 JSON：${(e as Error).message.replace(/^.*?(position \d+).*$/, '第 $1 处').replace('position ', '')}`); }
      return got(await api.POST('/api/expressions/samples', { body: { ...check, histories: Array.isArray(given) ? given : [given] } }));
    },
  });
  const button = <Button type="primary" htmlType={bySample ? 'button' : 'submit'} icon={<PlayCircleOutlined />} disabled={!right} loading={run.isPending} onClick={bySample ? () => run.mutate(undefined) : undefined}>试算</Button>;
  return (
    <Section title="试算" extra={persons && <Segmented size="small" aria-label="试算的对象" value={bySample ? 'samples' : 'persons'} onChange={(v) => onSamples(v === 'samples')} options={[{ value: 'persons', label: '参保人的明细' }, { value: 'samples', label: '样例' }]} />}>
      {bySample ? (
        <>
          <TextEditor label="样例" value={text} onChange={setText} rows={9} />
          <div className="spaced" style={{ marginTop: 8 }}>{button}<span className="faint">格式同规则案例的 history；也可以是几个人的列表。不读取平台中的数据。</span></div>
        </>
      ) : (
        <Form<Persons> form={form} layout="vertical" requiredMark={false} onFinish={(asked) => run.mutate(asked)}>
          <div className="pair">
            <Form.Item name="psn_nos" label="人员编号"><Select mode="tags" open={false} placeholder="可填多个" tokenSeparators={[',', '，', ' ', '、']} /></Form.Item>
            <Form.Item name="mdtrt_ids" label="就诊编号"><Select mode="tags" open={false} placeholder="可填多个" tokenSeparators={[',', '，', ' ', '、']} /></Form.Item>
            <Form.Item name="from" label="首个服务日（选填）"><DayInput /></Form.Item>
            <Form.Item name="to" label="最后服务日（选填）"><DayInput /></Form.Item>
          </div>
          <Form.Item name="reason" label="理由" rules={[{ required: true, min: 2, max: 200, message: '请写明理由，2 到 200 个字' }]} extra="读取个人的就诊明细，记入操作日志"><Input maxLength={200} /></Form.Item>
          {button}
        </Form>
      )}
      {run.isError && <div style={{ marginTop: 8 }}><Wrong error={run.error} /></div>}
      {run.data && <Tried t={run.data} />}
    </Section>
  );
}

/** useCase is the history of a case of a rule class, named as its id, a slash and its name. */
function useCase(of: string): string | undefined {
  const [id = '', ...name] = of.split('/');
  const query = useQuery({ ...casesOf(id), enabled: id !== '' });
  const found = query.data?.find((c) => c.name === name.join('/'));
  return found && JSON.stringify(found.history, null, 1);
}

function Tried({ t }: { t: Trials }) {
  const findings = t.items.flatMap((i) => i.findings.map((f) => ({ ...f, psn_no: i.psn_no })));
  const undone = t.items.flatMap((i) => i.unchecked.map((u) => ({ ...u, psn: i.psn_no })));
  return (
    <div style={{ marginTop: 12 }} role="status">
      <p>{`判定 ${count(t.items.length)} 人，疑点 ${count(findings.length)} 个，一次判定至多 ${count(Math.max(0, ...t.items.map((i) => i.steps)))} 步。`}{t.unknown.length > 0 && `没有找到，或不在管辖范围内：${t.unknown.join('、')}。`}</p>
      <PlainTable<Finding> label="疑点" rows={findings} rowKey={(f) => f.psn_no + f.mdtrt_id + f.finding_id} empty={<Nothing>没有疑点</Nothing>} columns={[
        { title: '人员', render: (_, f) => <Code>{f.psn_no}</Code> },
        { title: '就诊', render: (_, f) => <Code>{f.mdtrt_id}</Code> },
        { title: '结论', render: (_, f) => <Result of={f.result} /> },
        { title: '明细', width: 200, render: (_, f) => <Code>{(f.lines ?? []).join('、')}</Code> },
        { title: '金额', align: 'right', render: (_, f) => <Money yuan={f.own_amount} /> },
        { title: '说明', width: 280, render: (_, f) => f.explanation },
      ]} />
      {undone.length > 0 && <PlainTable<Undone & { psn: string }> label="没有判定的" rows={undone} rowKey={(u) => u.psn + u.reason} columns={[
        { title: '没有判定的原因', render: (_, u) => u.reason }, { title: '次数', align: 'right', render: (_, u) => <span className="figures">{count(u.times)}</span> }, { title: '人员', render: (_, u) => <Code>{u.psn}</Code> },
      ]} />}
    </div>
  );
}
