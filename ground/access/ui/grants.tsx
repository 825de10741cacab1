import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { api, got, now, useMay, type components } from '@api';
import { Code, DayInput, FormModal, PlainTable, ReasonField, ReasonModal, Region, Section, StateTag, Time, Wrong } from '@kit';
import { OrganisationField } from './fields';
import { officers, roles, rolesOf } from './words';

type Grant = components['schemas']['Grant'];
type Person = components['schemas']['Person'];

/** Grants are what somebody may do, and may no longer. */
export function Grants({ person }: { person: Person }) {
  const rights = useMay('access.keep_rights');
  const appoints = useMay('access.appoint_officer');
  const [asking, setAsking] = useState<'grant' | 'appoint' | Grant>();
  const query = useQuery({ queryKey: ['/api/people', 'grants', person.id], queryFn: async () => got(await api.GET('/api/people/{id}/grants', { params: { path: { id: person.id }, query: { limit: 500 } } })).items ?? [] });
  const at = now().getTime();
  const counts = (g: Grant) => !g.ends || Date.parse(g.ends) > at;
  const ending = typeof asking === 'object' ? asking : undefined;
  return (
    <Section title="授权" extra={!person.closed && (
      <span className="spaced">
        {appoints && <Button size="small" onClick={() => setAsking('appoint')}>任命安全员、审计员</Button>}
        {rights && <Button size="small" type="primary" icon={<PlusOutlined />} onClick={() => setAsking('grant')}>授权</Button>}
      </span>
    )}>
      {query.isLoadingError ? <Wrong error={query.error} /> : (
        <PlainTable<Grant> label="授权" rows={query.data ?? []} loading={query.isPending} rowKey={(g) => String(g.id)} empty="没有授权：只能使用本人账户" rowClass={(g) => (counts(g) ? '' : 'row-over')} columns={[
          { title: '角色', render: (_, g) => roles[g.role] ?? g.role },
          { title: '范围', render: (_, g) => <Reach g={g} /> },
          { title: '自', render: (_, g) => <Time at={g.starts} /> },
          { title: '至', render: (_, g) => (g.ends ? <Time at={g.ends} /> : '长期') },
          { title: '状态', render: (_, g) => (!counts(g) ? <StateTag tone="low">已失效</StateTag> : Date.parse(g.starts) > at ? <StateTag tone="middle">未开始</StateTag> : <StateTag tone="good">有效</StateTag>) },
          { title: '授权人', render: (_, g) => (g.granted_by === 'FirstStart' ? '首次启动' : <Code>{g.granted_by}</Code>) },
          ...(rights ? [{ title: '', render: (_: unknown, g: Grant) => counts(g) && <Button size="small" type="link" danger onClick={() => setAsking(g)}>收回</Button> }] : []),
        ]} />
      )}
      <GrantModal person={person} appoint={asking === 'appoint'} open={asking === 'grant' || asking === 'appoint'} onClose={() => setAsking(undefined)} />
      <ReasonModal open={ending !== undefined} danger title={`收回“${roles[ending?.role ?? ''] ?? ''}”`} okText="收回" about="立即失效。" onClose={() => setAsking(undefined)}
        onSend={(reason) => api.POST('/api/grants/{id}/end', { params: { path: { id: ending!.id } }, body: { reason } })} />
    </Section>
  );
}

function Reach({ g }: { g: Grant }) {
  const parts = [g.organisation && <Code key="o">{g.organisation}</Code>, g.region && <Region key="r" code={g.region} coded />, g.doctor && <Code key="d">医师 {g.doctor}</Code>].filter(Boolean);
  return parts.length === 0 ? '全部机构和区划' : <span className="spaced">{parts}</span>;
}

type Values = Omit<components['schemas']['GrantInputBody'], 'starts' | 'ends' | 'holder'> & { starts?: string; ends?: string };

function GrantModal({ person, appoint, open, onClose }: { person: Person; appoint: boolean; open: boolean; onClose: () => void }) {
  const [kind, setKind] = useState<string>();
  const open_ = appoint ? ['security_officer', 'auditor'] : kind ? (rolesOf[kind] ?? []) : officers;
  const send = (v: Values) => {
    const body = { ...blanksOut(v), holder: person.id, starts: day(v.starts, '00:00:00'), ends: day(v.ends, '23:59:59') } as components['schemas']['GrantInputBody'];
    return appoint ? api.POST('/api/appointments', { body }) : api.POST('/api/grants', { body });
  };
  return (
    <FormModal<Values> open={open} title={appoint ? `任命 ${person.login}` : `授权给 ${person.login}`} okText={appoint ? '任命' : '授权'} onClose={onClose} onSend={send}
      about={appoint ? '只用于任命第一位安全保密管理员和第一位安全审计员；之后由安全保密管理员授权。' : '系统管理员、安全保密管理员、安全审计员三者不能由同一人担任，也不能同时办理业务。'}>
      {(form) => (
        <>
          <OrganisationField name="organisation" label="机构" required={false} extra="不选则为全部机构，只适用于三员" onChosen={(k) => { setKind(k); form.setFieldValue('role', undefined); }} />
          <Form.Item name="role" label="角色" rules={[{ required: true, message: '请选择角色' }]}>
            <Select options={open_.map((r) => ({ value: r, label: roles[r] }))} />
          </Form.Item>
          <Form.Item name="region" label="区划" rules={[{ pattern: /^\d{6}$/, message: '六位数字' }]} extra="比机构所在区划小时填写"><Input className="code" maxLength={6} inputMode="numeric" /></Form.Item>
          <Form.Item noStyle shouldUpdate={(a, b) => a.role !== b.role}>
            {({ getFieldValue }) => getFieldValue('role') === 'doctor' && <Form.Item name="doctor" label="国家医师编码" rules={[{ required: true, message: '请输入' }]}><Input className="code" maxLength={30} /></Form.Item>}
          </Form.Item>
          <div className="pair">
            <Form.Item name="starts" label="自"><DayInput /></Form.Item>
            <Form.Item name="ends" label="至"><DayInput /></Form.Item>
          </div>
          <ReasonField />
        </>
      )}
    </FormModal>
  );
}

/** day is the instant at which a day of China begins or ends. */
const day = (d: string | undefined, clock: string) => (d ? `${d}T${clock}+08:00` : undefined);

const blanksOut = <T extends object>(v: T) => Object.fromEntries(Object.entries(v).filter(([, x]) => x !== '' && x !== undefined && x !== null)) as Partial<T>;
