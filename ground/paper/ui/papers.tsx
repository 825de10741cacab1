import type { ReactNode } from 'react';
import { FontSizeOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useMemo, useState } from 'react';
import { api, got, useMay } from '@api';
import { DataTable, FormModal, listOf, PageHead, StateTag, useGoTo, usePage, type Column } from '@kit';
import { paper, papers as here } from './pages';
import { states, templates, type Paper } from './words';

const source = listOf('/api/papers');

/** The organ has a column of its own: what tells papers apart is the rest of the number. */
function withoutOrgan(p: Paper): string {
  const whole = p.document ?? '';
  return whole.startsWith(p.organ_name) ? whole.slice(p.organ_name.length) : whole;
}

/** The papers within reach: an institution sees those that were served on it. */
export default function Papers(): ReactNode {
  const { at, go } = usePage(here);
  const goTo = useGoTo();
  const [naming, setNaming] = useState(false);
  const issues = useMay('paper.issue');
  const known = useQuery(templates).data;
  const columns = useMemo<readonly Column<Paper>[]>(() => [
    { key: 'id', title: '编号', kind: 'code', width: 104, sorts: true },
    { key: 'document', title: '文号', width: 150, sorts: true, render: (p) => <span title={p.document}>{withoutOrgan(p)}</span> },
    { key: 'kind', title: '文书', width: 118, sorts: true, choices: (known ?? []).map((t) => ({ value: t.kind, text: t.title })), render: (p) => p.title },
    { key: 'state', title: '状态', width: 86, choices: Object.entries(states).map(([value, s]) => ({ value, text: s.text })), render: (p) => <StateTag tone={states[p.state]!.tone}>{states[p.state]!.text}</StateTag> },
    { key: 'recipient_name', title: '受送达人', sorts: true },
    { key: 'organ_name', title: '发文机关', width: 176, sorts: true },
    { key: 'issued_at', title: '出具', kind: 'time', width: 136, sorts: true },
    { key: 'served_day', title: '送达', width: 96, sorts: true },
  ], [known]);
  return (
    <>
      <PageHead title="文书">
        {issues && <Button icon={<FontSizeOutlined />} onClick={() => setNaming(true)}>发文机关代字</Button>}
      </PageHead>
      <DataTable label="文书" source={source} columns={columns} rowKey={(p) => p.id} at={at} go={go} searches="文号、编号、受送达人" onOpen={(p) => goTo(paper, { params: { id: p.id } })}
        empty={issues ? '办理疑点时自动拟稿，拟好的文书出现在这里' : '还没有文书'} />
      <OrganShort open={naming} onClose={() => setNaming(false)} />
    </>
  );
}

/** OrganShort sets how the numbers of the own organ begin. */
function OrganShort({ open, onClose }: { open: boolean; onClose: () => void }) {
  const now = useQuery({ queryKey: ['/api/papers-organ'], enabled: open, queryFn: async ({ signal }) => got(await api.GET('/api/papers-organ', { signal })) });
  return (
    <FormModal<{ short: string }> key={now.data?.short} open={open} title="发文机关代字" okText="设定" initial={{ short: now.data?.short ?? '' }} onClose={onClose}
      about={<>用在文号里，如“嘉医保”疑告〔2026〕3号。{now.data?.short ? `现为“${now.data.short}”。` : '尚未设定，文号以机关名称开头。'}此后出具的文书采用。</>}
      onSend={(body) => api.PUT('/api/papers-organ', { body })}>
      <Form.Item name="short" label="代字" rules={[{ required: true, whitespace: true, message: '请输入' }]}><Input maxLength={20} /></Form.Item>
    </FormModal>
  );
}
