import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { api, got, useMay, type components } from '@api';
import { Code, ConfirmModal, DataTable, Facts, FormModal, listOf, Loading, Nothing, PageHead, Region, Side, StateTag, Time, usePage, Wrong, type Column } from '@kit';
import { organisations as here } from './pages';
import { kinds } from './words';

type Organisation = components['schemas']['Organisation'];

const source = listOf('/api/organisations');

const columns: readonly Column<Organisation>[] = [
  { key: 'code', title: '编码', kind: 'code', width: 180, sorts: true },
  { key: 'name', title: '名称', sorts: true },
  { key: 'kind', title: '类别', width: 130, sorts: true, choices: Object.entries(kinds).map(([value, text]) => ({ value, text })), render: (o) => kinds[o.kind] ?? o.kind },
  { key: 'region', title: '区划', kind: 'region', width: 100, sorts: true },
  { key: 'parent', title: '所属机构', kind: 'code', width: 180, sorts: true },
  { key: 'closed', title: '状态', width: 100, render: (o) => <State o={o} /> },
];

const State = ({ o }: { o: Organisation }) => (o.closed ? <StateTag tone="low">已停用</StateTag> : <StateTag tone="good">在用</StateTag>);

/** Bodies whose people work here: authorities, agencies, institutions and what is inside them. */
export default function Organisations() {
  const { at, go } = usePage(here);
  const [adding, setAdding] = useState(false);
  const keeps = useMay('access.keep_directory');
  return (
    <>
      <PageHead title="机构">{keeps && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>登记机构</Button>}</PageHead>
      <DataTable label="机构" source={source} columns={columns} rowKey={(o) => o.code} at={at} go={go} searches="编码、名称、区划" empty="还没有登记机构" rowClass={(o) => (o.closed ? 'row-over' : '')} />
      <AddOrganisation open={adding} onClose={() => setAdding(false)} />
      <One code={at.open} keeps={keeps} onClose={() => go({ open: '' })} />
    </>
  );
}

function One({ code, keeps, onClose }: { code: string; keeps: boolean; onClose: () => void }) {
  const [asking, setAsking] = useState<'name' | 'close'>();
  const query = useQuery({
    queryKey: ['/api/organisations', 'one', code],
    enabled: code !== '',
    queryFn: async () => got(await api.GET('/api/organisations', { params: { query: { filter: [`code:${code}`], limit: 1 } } })).items?.[0] ?? null,
  });
  const o = query.data;
  const acts = o && keeps && !o.closed && (
    <span className="spaced">
      <Button onClick={() => setAsking('name')}>改名</Button>
      <Button danger onClick={() => setAsking('close')}>停用</Button>
    </span>
  );
  return (
    <Side open={code !== ''} title={o?.name ?? '机构'} acts={acts} onClose={onClose} width={520}>
      {query.isLoadingError ? <Wrong error={query.error} /> : query.isPending ? <Loading /> : !o ? <Nothing>没有这个机构，或不在您的管辖范围内</Nothing> : (
        <Facts items={[
          ['编码', <Code copy>{o.code}</Code>], ['类别', kinds[o.kind] ?? o.kind], ['区划', <Region code={o.region} coded />],
          ['所属机构', o.parent && <Code copy>{o.parent}</Code>], ['状态', <State o={o} />], o.closed ? ['停用时间', <Time at={o.closed} />] : null,
        ]} />
      )}
      {o && <Rename o={o} open={asking === 'name'} onClose={() => setAsking(undefined)} />}
      {o && <Close o={o} open={asking === 'close'} onClose={() => setAsking(undefined)} />}
    </Side>
  );
}

function Rename({ o, open, onClose }: { o: Organisation; open: boolean; onClose: () => void }) {
  return (
    <FormModal<{ name: string }> open={open} title="机构改名" about="编码、区划和所属关系不变。" initial={{ name: o.name }} onClose={onClose}
      onSend={(body) => api.PATCH('/api/organisations/{id}', { params: { path: { id: o.code } }, body })}>
      <NameField />
    </FormModal>
  );
}

function Close({ o, open, onClose }: { o: Organisation; open: boolean; onClose: () => void }) {
  return (
    <ConfirmModal open={open} danger title={`停用“${o.name}”`} okText="停用" about="停用后，在该机构及其内部科室的授权全部失效，不能恢复。" onClose={onClose}
      onSend={() => api.DELETE('/api/organisations/{id}', { params: { path: { id: o.code } } })} />
  );
}

const NameField = () => (
  <Form.Item name="name" label="名称" rules={[{ required: true, whitespace: true, message: '请输入名称' }]}>
    <Input maxLength={100} />
  </Form.Item>
);

function AddOrganisation({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <FormModal<components['schemas']['OrganisationInputBody']> open={open} title="登记机构" okText="登记" onClose={onClose} initial={{ kind: 'institution' }}
      onSend={(body) => api.POST('/api/organisations', { body })}>
      {(form) => (
        <>
          <Form.Item name="kind" label="类别" rules={[{ required: true }]}>
            <Select options={Object.entries(kinds).map(([value, label]) => ({ value, label }))} onChange={() => form.setFieldsValue({ parent: undefined, region: undefined })} />
          </Form.Item>
          <Form.Item name="code" label="编码" rules={[{ required: true, pattern: /^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$/, message: '1 到 40 位字母、数字、点或短横' }]} extra="定点机构用国家医保编码（fixmedins_code）">
            <Input className="code" maxLength={40} />
          </Form.Item>
          <NameField />
          <Form.Item noStyle shouldUpdate={(a, b) => a.kind !== b.kind}>
            {({ getFieldValue }) => ['office', 'department'].includes(getFieldValue('kind') as string) ? (
              <Form.Item name="parent" label="所属机构编码" rules={[{ required: true, message: '请输入所属定点机构的编码' }]} extra="区划随所属机构">
                <Input className="code" maxLength={40} />
              </Form.Item>
            ) : (
              <Form.Item name="region" label="区划" rules={[{ required: true, pattern: /^\d{6}$/, message: '六位数字' }]} extra="六位行政区划代码，如 330402；省级 330000，市本级 330499">
                <Input className="code" maxLength={6} inputMode="numeric" />
              </Form.Item>
            )}
          </Form.Item>
        </>
      )}
    </FormModal>
  );
}
