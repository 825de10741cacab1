import { DownOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Dropdown, Form, Input } from 'antd';
import { useState } from 'react';
import { api, got, useMay, type components } from '@api';
import { Code, DayInput, Facts, FormModal, Loading, Nothing, ReasonModal, Side, Time, Wrong } from '@kit';
import { IdentityFields } from './fields';
import { Grants } from './grants';
import { OrganisationName } from './names';
import { PersonState } from './people';

type Person = components['schemas']['Person'];
type OneOff = components['schemas']['OneOff'];
type Asking = 'close' | 'reveal' | 'identity' | 'certificate' | 'password' | 'factor' | 'sessions' | 'unlock';

/** PersonSide is somebody's account: who, what he may do, what is done with the account. */
export function PersonSide({ id, onOneOff, onClose }: { id: string; onOneOff: (o: OneOff) => void; onClose: () => void }) {
  const [asking, setAsking] = useState<Asking>();
  const [shown, setShown] = useState<Person>();
  const directory = useMay('access.keep_directory');
  const rights = useMay('access.keep_rights');
  const query = useQuery({
    queryKey: ['/api/people', 'one', id],
    enabled: id !== '',
    queryFn: async () => got(await api.GET('/api/people', { params: { query: { filter: [`id:${id}`], limit: 1 } } })).items?.[0] ?? null,
  });
  const p = shown?.id === id ? shown : query.data;
  const items = [
    directory && { key: 'identity', label: '更正信息' },
    directory && { key: 'certificate', label: '登记执法证' },
    (p?.no_password ? directory : rights) && { key: 'password', label: p?.no_password ? '发放首个口令' : '重置口令' },
    rights && { key: 'factor', label: '解除动态口令' },
    rights && { key: 'unlock', label: '解锁' },
    rights && { key: 'sessions', label: '收回会话' },
    directory && { key: 'close', label: '停用', danger: true },
  ].filter((x) => !!x);
  return (
    <Side open={id !== ''} title={p ? `${p.login}（${p.identity.name}）` : '人员'} thing={p?.login} width={680} onClose={onClose}
      acts={p && !p.closed && (
        <span className="spaced">
          {directory && !shown && <Button onClick={() => setAsking('reveal')}>查看完整信息</Button>}
          {items.length > 0 && <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => setAsking(key as Asking) }}><Button>办理 <DownOutlined /></Button></Dropdown>}
        </span>
      )}>
      {query.isLoadingError ? <Wrong error={query.error} /> : query.isPending ? <Loading /> : !p ? <Nothing>没有这个人员，或不在您的管辖范围内</Nothing> : (
        <>
          <Facts items={[
            ['编号', <Code copy>{p.id}</Code>], ['用户名', p.login], ['姓名', p.identity.name], ['电话', p.identity.phone && <Code>{p.identity.phone}</Code>],
            ['证件号', p.identity.certno && <Code>{p.identity.certno}</Code>], ['机构', <OrganisationName code={p.organisation} links={!!p.organisation} />],
            ['登记时间', <Time at={p.created} />], ['状态', <PersonState p={p} />],
          ]} />
          <Grants person={p} />
          <Acts p={p} asking={asking} onOneOff={onOneOff} onShown={setShown} onClose={() => setAsking(undefined)} />
        </>
      )}
    </Side>
  );
}

function Acts({ p, asking, onOneOff, onShown, onClose }: { p: Person; asking?: Asking; onOneOff: (o: OneOff) => void; onShown: (p: Person) => void; onClose: () => void }) {
  const path = { params: { path: { id: p.id } } };
  const who = `${p.login}（${p.identity.name}）`;
  return (
    <>
      <ReasonModal open={asking === 'reveal'} title={`查看 ${who} 的完整信息`} about="姓名、电话和证件号将完整显示，直到关闭侧栏。" onClose={onClose}
        onSend={async (reason) => onShown({ ...got(await api.POST('/api/people/{id}/reveal', { ...path, body: { reason } })), no_password: p.no_password })} />
      <FormModal<components['schemas']['Identity']> open={asking === 'identity'} title={`更正 ${who} 的信息`} about="三项都要重新填写：留空的会被清除。" onClose={onClose}
        onSend={(body) => api.PUT('/api/people/{id}/identity', { ...path, body })}>
        <IdentityFields at={[]} />
      </FormModal>
      <FormModal<components['schemas']['CertificateInputBody']> open={asking === 'certificate'} title={`登记 ${who} 的执法证`} onClose={onClose}
        onSend={(body) => api.PUT('/api/people/{id}/certificate', { ...path, body })}>
        <Form.Item name="number" label="证号" rules={[{ required: true, whitespace: true, message: '请输入证号' }]}><Input className="code" maxLength={40} /></Form.Item>
        <Form.Item name="valid_to" label="有效期至" rules={[{ required: true, message: '请输入日期' }]}><DayInput /></Form.Item>
      </FormModal>
      <ReasonModal open={asking === 'password'} title={p.no_password ? `发放 ${who} 的首个口令` : `重置 ${who} 的口令`} okText={p.no_password ? '发放' : '重置'} about={p.no_password ? '得到一个一次性口令，首次登录后须修改。' : '得到一个新的一次性口令，其所有会话立即结束。'} onClose={onClose}
        onSend={async (reason) => onOneOff(got(await api.POST('/api/people/{id}/password', { ...path, body: { reason } })))} />
      <ReasonModal open={asking === 'factor'} danger title={`解除 ${who} 的动态口令`} okText="解除" about="手机丢失且恢复码用尽时办理。其所有会话立即结束，下次登录后须重新启用。" onClose={onClose}
        onSend={(reason) => api.POST('/api/people/{id}/factor/drop', { ...path, body: { reason } })} />
      <ReasonModal open={asking === 'unlock'} title={`解锁 ${who}`} okText="解锁" about="连续输错口令而被暂停登录的，立即恢复。" onClose={onClose}
        onSend={(reason) => api.POST('/api/people/{id}/unlock', { ...path, body: { reason } })} />
      <ReasonModal open={asking === 'sessions'} danger title={`收回 ${who} 的会话`} okText="收回" about="其在所有浏览器中的登录立即结束。" onClose={onClose}
        onSend={(reason) => api.POST('/api/people/{id}/sessions/end', { ...path, body: { reason } })} />
      <ReasonModal open={asking === 'close'} danger title={`停用 ${who}`} okText="停用" about="停用后不能登录，所有授权失效，不能恢复。" onClose={onClose}
        onSend={(reason) => api.POST('/api/people/{id}/close', { ...path, body: { reason } })} />
    </>
  );
}
