import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { api, got } from '@api';
import { Code, Nothing, PageHead, PlainTable, Region, To, useGoTo, Wrong } from '@kit';
import { person, persons as here } from './pages';
import { identity } from './words';
import './stories.css';

/** Persons finds insured persons: by their number at once, by certificate or name through the blind index. What is typed stands in no address. */
export default function Persons() {
  const to = useGoTo();
  const [form] = Form.useForm<{ field: 'psn_no' | 'certno' | 'psn_name'; value: string }>();
  const find = useMutation({
    mutationFn: async (v: { field: 'certno' | 'psn_name'; value: string }) => got(await api.POST('/api/insured/find', { body: v })).items ?? [],
  });
  const send = (v: { field: 'psn_no' | 'certno' | 'psn_name'; value: string }) => {
    const value = v.value.trim();
    if (v.field === 'psn_no') to(person, { params: { psn: value } });
    else find.mutate({ field: v.field, value });
  };
  return (
    <>
      <PageHead title={here.title} about="查询和查看记入操作日志。证件号码和姓名要完整、准确。" />
      <Form form={form} layout="inline" colon={false} requiredMark={false} className="sheet st-find" initialValues={{ field: 'psn_no', value: '' }} onFinish={send}>
        <Form.Item name="field" label="查找方式">
          <Select style={{ width: 120 }} options={[{ value: 'psn_no', label: '人员编号' }, { value: 'certno', label: '证件号码' }, { value: 'psn_name', label: '姓名' }]} />
        </Form.Item>
        <Form.Item name="value" label="内容" rules={[{ required: true, whitespace: true, message: '请输入要查的内容' }]}>
          <Input style={{ width: 260 }} maxLength={80} autoComplete="off" autoFocus />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={find.isPending}>查询</Button>
      </Form>
      {find.isError && <Wrong error={find.error} />}
      {find.data && (
        <PlainTable label="查到的参保人" rows={find.data} rowKey={(p) => p.psn_no} empty={<Nothing>没有符合的参保人，或不在您的管辖范围内</Nothing>}
          columns={[
            { title: '人员编号', width: 220, render: (_, p) => <To page={person} params={{ psn: p.psn_no }}><Code>{p.psn_no}</Code></To> },
            { title: '姓名', width: 120, render: (_, p) => p.identity.psn_name },
            { title: identity.certno, width: 200, render: (_, p) => <Code>{p.identity.certno}</Code> },
            { title: '参保地', render: (_, p) => <Region code={p.insured} /> },
            { title: '就医地', render: (_, p) => <Region code={p.claims} /> },
          ]} />
      )}
    </>
  );
}
