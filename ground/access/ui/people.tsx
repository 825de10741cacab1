import { PlusOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { api, got, useMay, type components } from '@api';
import { DataTable, FormModal, listOf, PageHead, ShownOnce, StateTag, usePage, type Column } from '@kit';
import { FindPerson } from './find';
import { IdentityFields, OrganisationField } from './fields';
import { OrganisationName } from './names';
import { people as here } from './pages';
import { PersonSide } from './person';

type Person = components['schemas']['Person'];

const source = listOf('/api/people');

export const personColumns: readonly Column<Person>[] = [
  { key: 'id', title: '编号', kind: 'code', width: 110, sorts: true },
  { key: 'login', title: '用户名', width: 150, sorts: true },
  { key: 'identity', title: '姓名', width: 130, render: (p) => p.identity.name },
  { key: 'phone', title: '电话', kind: 'code', width: 140, render: (p) => p.identity.phone || '—' },
  { key: 'organisation', title: '机构', sorts: true, render: (p) => p.organisation || '全部机构' },
  { key: 'created', title: '登记时间', kind: 'time', width: 150, sorts: true },
  { key: 'closed', title: '状态', width: 100, sorts: true, render: (p) => <PersonState p={p} /> },
];

export const PersonState = ({ p }: { p: Person }) => (p.closed ? <StateTag tone="low">已停用</StateTag> : <StateTag tone="good">在用</StateTag>);

const columns = personColumns.map((c) => (c.key === 'organisation'
  ? { ...c, render: (p: Person) => <OrganisationName code={p.organisation} links={!!p.organisation} /> }
  : c));

/** The people who work with the program, and what they may do. */
export default function People() {
  const { at, go } = usePage(here);
  const keeps = useMay('access.keep_directory');
  const [adding, setAdding] = useState(false);
  const [finding, setFinding] = useState(false);
  const [given, setGiven] = useState<components['schemas']['OneOff']>();
  return (
    <>
      <PageHead title="人员与授权">
        <Button icon={<SearchOutlined />} onClick={() => setFinding(true)}>按姓名、电话查找</Button>
        {keeps && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>登记人员</Button>}
      </PageHead>
      <DataTable label="人员" source={source} columns={columns} rowKey={(p) => p.id} at={at} go={go} searches="编号、用户名、机构" empty="还没有登记人员" rowClass={(p) => (p.closed ? 'row-over' : '')} />
      <FormModal<components['schemas']['PersonInputBody']> open={adding} title="登记人员" okText="登记" onClose={() => setAdding(false)} initial={{ organisation: undefined }}
        onSend={async (body) => setGiven(got(await api.POST('/api/people', { body })))}>
        <OrganisationField name="organisation" label="机构" />
        <Form.Item name="login" label="用户名" rules={[{ required: true, message: '请输入用户名' }]} extra="登录时输入，建议用工号">
          <Input maxLength={40} autoComplete="off" />
        </Form.Item>
        <IdentityFields at={['identity']} />
      </FormModal>
      <FindPerson open={finding} onClose={() => setFinding(false)} onFound={(id) => { setFinding(false); go({ open: id }); }} />
      <PersonSide id={at.open} onOneOff={setGiven} onClose={() => go({ open: '' })} />
      <ShownOnce title="一次性口令" secret={given?.one_off_password} about={`人员 ${given?.id ?? ''} 的一次性口令，72 小时内登录并修改。请当面或经可靠途径交给本人。`}
        onClose={() => { const id = given?.id ?? ''; setGiven(undefined); go({ open: id }); }} />
    </>
  );
}
