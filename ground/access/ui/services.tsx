import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { api, got, operations, useMay, type components } from '@api';
import { Code, DataTable, DayInput, Facts, FormModal, listOf, Loading, Nothing, PageHead, PlainTable, ReasonField, ReasonModal, Section, ShownOnce, Side, Time, usePage, Wrong, type Column } from '@kit';
import { OrganisationField } from './fields';
import { Grants } from './grants';
import { Hooks } from './hooks';
import { OrganisationName } from './names';
import { services as here } from './pages';
import { PersonState } from './people';

type Service = components['schemas']['Person'];
type Token = components['schemas']['Token'];

const source = listOf('/api/services');

const columns: readonly Column<Service>[] = [
  { key: 'id', title: '编号', kind: 'code', width: 110, sorts: true },
  { key: 'login', title: '账号', width: 180, sorts: true },
  { key: 'identity', title: '用途', render: (s) => s.identity.name },
  { key: 'organisation', title: '机构', width: 240, sorts: true, render: (s) => <OrganisationName code={s.organisation} /> },
  { key: 'created', title: '登记时间', kind: 'time', width: 150, sorts: true },
  { key: 'closed', title: '状态', width: 100, sorts: true, render: (s) => <PersonState p={s} /> },
];

/** Other systems' accounts, and the tokens with which they ask. */
export default function Services() {
  const { at, go } = usePage(here);
  const keeps = useMay('access.keep_services');
  const [adding, setAdding] = useState(false);
  const [token, setToken] = useState<string>();
  const [secret, setSecret] = useState<string>();
  return (
    <>
      <PageHead title="服务账号" about="供其他系统调用接口：登记账号，授权，再发放只含所需操作的令牌。">{keeps && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>登记服务账号</Button>}</PageHead>
      <DataTable label="服务账号" source={source} columns={columns} rowKey={(s) => s.id} at={at} go={go} searches="编号、账号、机构" empty="还没有服务账号" rowClass={(s) => (s.closed ? 'row-over' : '')} />
      <FormModal<components['schemas']['ServiceInputBody']> open={adding} title="登记服务账号" okText="登记" onClose={() => setAdding(false)} onSend={async (body) => { const { id } = got(await api.POST('/api/services', { body })); go({ open: id }); }}>
        <OrganisationField name="organisation" label="机构" />
        <Form.Item name="login" label="账号" rules={[{ required: true, message: '请输入账号' }]}><Input className="code" maxLength={40} autoComplete="off" /></Form.Item>
        <Form.Item name="name" label="用途" rules={[{ required: true, whitespace: true, message: '请写明用途' }]}><Input maxLength={50} placeholder="如：医院信息系统上传" /></Form.Item>
      </FormModal>
      <One id={at.open} keeps={keeps} onToken={setToken} onSecret={setSecret} onClose={() => go({ open: '' })} />
      <ShownOnce title="令牌" secret={token} about="请立即填入对方系统的配置。令牌等同于口令，不要经聊天工具或邮件传送。" onClose={() => setToken(undefined)} />
      <ShownOnce title="签名密钥" secret={secret} about="请立即填入对方系统：它凭此核验推送确由本系统发出。" onClose={() => setSecret(undefined)} />
    </>
  );
}

function One({ id, keeps, onToken, onSecret, onClose }: { id: string; keeps: boolean; onToken: (token: string) => void; onSecret: (secret: string) => void; onClose: () => void }) {
  const [closing, setClosing] = useState(false);
  const hooks = useMay('hook.keep');
  const query = useQuery({
    queryKey: ['/api/services', 'one', id],
    enabled: id !== '',
    queryFn: async () => got(await api.GET('/api/services', { params: { query: { filter: [`id:${id}`], limit: 1 } } })).items?.[0] ?? null,
  });
  const s = query.data;
  return (
    <Side open={id !== ''} title={s?.login ?? '服务账号'} width={720} onClose={onClose} acts={s && !s.closed && keeps && <Button danger onClick={() => setClosing(true)}>停用</Button>}>
      {query.isLoadingError ? <Wrong error={query.error} /> : query.isPending ? <Loading /> : !s ? <Nothing>没有这个账号，或不在您的管辖范围内</Nothing> : (
        <>
          <Facts items={[['编号', <Code copy>{s.id}</Code>], ['账号', <Code>{s.login}</Code>], ['用途', s.identity.name], ['机构', <OrganisationName code={s.organisation} links />], ['登记时间', <Time at={s.created} />], ['状态', <PersonState p={s} />]]} />
          <Tokens service={s} keeps={keeps} onToken={onToken} />
          {hooks && <Hooks service={s.id} closed={!!s.closed} onSecret={onSecret} />}
          <Grants person={s} />
          <ReasonModal open={closing} danger title={`停用 ${s.login}`} okText="停用" about="所有令牌和授权立即失效，不能恢复。" onClose={() => setClosing(false)} onSend={(reason) => api.POST('/api/services/{id}/close', { params: { path: { id: s.id } }, body: { reason } })} />
        </>
      )}
    </Side>
  );
}

function Tokens({ service, keeps, onToken }: { service: Service; keeps: boolean; onToken: (token: string) => void }) {
  const [issuing, setIssuing] = useState(false);
  const [revoking, setRevoking] = useState<Token>();
  const query = useQuery({ queryKey: ['/api/services', 'tokens', service.id], queryFn: async () => got(await api.GET('/api/services/{id}/tokens', { params: { path: { id: service.id }, query: { sort: '-created', limit: 500 } } })).items ?? [] });
  return (
    <Section title="令牌" extra={keeps && !service.closed && <Button size="small" type="primary" icon={<PlusOutlined />} onClick={() => setIssuing(true)}>发放令牌</Button>}>
      {query.isLoadingError ? <Wrong error={query.error} /> : (
        <PlainTable<Token> label="令牌" rows={query.data ?? []} loading={query.isPending} rowKey={(t) => t.id} empty="没有有效的令牌" columns={[
          { title: '操作', render: (_, t) => <span title={(t.operations ?? []).join('、')}>{(t.operations ?? []).map((o) => operations[o]?.title ?? o).join('、')}</span>, width: 200 },
          { title: '发放', render: (_, t) => <Time at={t.created} /> },
          { title: '到期', render: (_, t) => <Time at={t.ends} /> },
          ...(keeps ? [{ title: '', render: (_: unknown, t: Token) => <Button size="small" type="link" danger onClick={() => setRevoking(t)}>收回</Button> }] : []),
        ]} />
      )}
      <FormModal<{ operations: string[]; ends: string; reason: string }> open={issuing} title={`发放令牌给 ${service.login}`} okText="发放" onClose={() => setIssuing(false)}
        onSend={async (v) => onToken(got(await api.POST('/api/services/{id}/tokens', { params: { path: { id: service.id } }, body: { operations: v.operations, reason: v.reason, ends: `${v.ends}T23:59:59+08:00` } })).token)}>
        <Form.Item name="operations" label="操作" rules={[{ required: true, message: '至少选择一项' }]} extra="令牌只能做这里选定、且该账号有授权的操作">
          <Select mode="multiple" showSearch={{ optionFilterProp: 'text' }} options={Object.entries(operations).filter(([, o]) => o.title).map(([value, o]) => ({ value, text: `${o.title} ${value}`, label: <span>{o.title} <span className="faint code">{value}</span></span> }))} />
        </Form.Item>
        <Form.Item name="ends" label="到期日" rules={[{ required: true, message: '请输入日期' }]} extra="最长一年"><DayInput /></Form.Item>
        <ReasonField />
      </FormModal>
      <ReasonModal open={revoking !== undefined} danger title="收回令牌" okText="收回" about="使用它的系统立即不能再调用接口。" onClose={() => setRevoking(undefined)}
        onSend={(reason) => api.POST('/api/services/{id}/tokens/{token}/revoke', { params: { path: { id: service.id, token: revoking!.id } }, body: { reason } })} />
    </Section>
  );
}
