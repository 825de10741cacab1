import { useQuery } from '@tanstack/react-query';
import { Button, Tabs } from 'antd';
import { useState } from 'react';
import { api, got, useMe, type components } from '@api';
import { Code, ConfirmModal, Facts, PageHead, PlainTable, StateTag, Time, usePage, useRegion, Wrong } from '@kit';
import { Factor } from '../../../console/src/shell/Factor';
import { PasswordForm } from '../../../console/src/shell/Password';
import { account as here } from './pages';
import { OwnSubject, useProvider } from './subject';
import { roles } from './words';

type Session = components['schemas']['Session'];

/** One's own account: who one is here, the browsers one is logged in with, password, second factor. */
export default function Account() {
  const me = useMe();
  const { at, go } = usePage(here);
  const provider = useProvider();
  const region = useRegion();
  return (
    <>
      <PageHead title="我的账户" />
      <div className="sheet">
        <Facts columns={3} items={[
          ['用户名', me.login], ['编号', <Code copy>{me.id}</Code>], ['机构', me.place ? <>{me.place.name} <Code>{me.organisation}</Code></> : '全部机构'],
          ['姓名', me.identity.name], ['电话', me.identity.phone && <Code>{me.identity.phone}</Code>], ['动态口令', me.second_factor ? <StateTag tone="good">本次登录已验证</StateTag> : <StateTag tone="middle">未启用</StateTag>],
          ['角色', (me.grants ?? []).map((g) => [roles[g.role] ?? g.role, g.region ? region(g.region) : g.organisation].filter(Boolean).join(' · ')).join('；')],
        ]} />
        <Tabs activeKey={at.tab} onChange={(tab) => go({ tab: tab as typeof at.tab })} items={[
          { key: 'sessions', label: '登录中的浏览器', children: <Sessions /> },
          { key: 'password', label: '修改口令', children: <div className="narrow"><PasswordForm onDone={() => go({ tab: 'sessions' })} /></div> },
          { key: 'factor', label: '动态口令', children: <div className="narrow"><Factor onDone={() => go({ tab: 'sessions' })} /></div> },
          ...(provider ? [{ key: 'subject', label: '统一认证', children: <div className="narrow"><OwnSubject /></div> }] : []),
        ]} />
      </div>
    </>
  );
}

function Sessions() {
  const [ending, setEnding] = useState<Session>();
  const query = useQuery({ queryKey: ['/api/me/sessions'], queryFn: async () => got(await api.GET('/api/me/sessions', { params: { query: { sort: '-started', limit: 500 } } })).items ?? [] });
  if (query.isLoadingError) return <Wrong error={query.error} again={() => void query.refetch()} />;
  return (
    <>
      <PlainTable<Session> label="登录中的浏览器" rows={query.data ?? []} loading={query.isPending} rowKey={(s) => s.id} columns={[
        { title: '来自', render: (_, s) => <Code>{s.address}</Code> },
        { title: '登录', render: (_, s) => <Time at={s.started} /> },
        { title: '最近使用', render: (_, s) => <Time at={s.seen} /> },
        { title: '最迟到', render: (_, s) => <Time at={s.ends} /> },
        { title: '动态口令', render: (_, s) => (s.second_factor ? '已验证' : '未验证') },
        { title: '', render: (_, s) => <Button size="small" type="link" danger onClick={() => setEnding(s)}>结束</Button> },
      ]} />
      <ConfirmModal open={ending !== undefined} danger title="结束这个登录" okText="结束" about={`来自 ${ending?.address ?? ''}。那个浏览器须重新登录。`} onClose={() => setEnding(undefined)}
        onSend={() => api.DELETE('/api/me/sessions/{id}', { params: { path: { id: ending!.id } } })} />
    </>
  );
}
