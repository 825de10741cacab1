import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { api, got, loginWays, Problem, sentence, type components } from '@api';
import { Facts, Loading, Time, Wrong } from '@kit';

type Subject = components['schemas']['Subject'];

/** useProvider says whether people can log in by the bureau's common login. */
export function useProvider(): boolean {
  return useQuery({ ...loginWays, staleTime: Infinity }).data?.oidc === true;
}

/** OwnSubject links one's account with one's account of the common login, after the password was given once more. */
export function OwnSubject() {
  const [failed, setFailed] = useState<unknown>();
  const [sending, setSending] = useState(false);
  const query = useQuery({ queryKey: ['/api/me/subject'], queryFn: bound, retry: false });
  if (query.isPending) return <Loading lines={3} />;
  if (query.isLoadingError) return <Wrong error={query.error} again={() => void query.refetch()} />;
  if (query.data) return <Facts columns={1} items={[['统一认证', query.data.issuer], ['关联时间', <Time at={query.data.bound} />], ['解除', '请安全保密管理员在“人员与授权”中解除']]} />;
  const link = async ({ current }: { current: string }) => {
    setSending(true);
    try {
      window.location.assign(got(await api.POST('/api/me/subject', { body: { current } })).location);
    } catch (error) {
      setFailed(error);
      setSending(false);
    }
  };
  return (
    <Form layout="vertical" requiredMark={false} onFinish={(v: { current: string }) => void link(v)}>
      <p className="quiet">关联后，用统一认证登录即进入本账户。先输入本系统的口令，再到统一认证页面登录一次。</p>
      {failed !== undefined && <Alert className="modal-error" type="error" showIcon title={sentence(failed)} />}
      <Form.Item name="current" label="口令" rules={[{ required: true, message: '请输入口令' }]}><Input.Password autoComplete="current-password" maxLength={1000} /></Form.Item>
      <Button type="primary" htmlType="submit" loading={sending}>去关联</Button>
    </Form>
  );
}

/** bound is what one's account is linked with; null when it is not. */
async function bound(): Promise<Subject | null> {
  try {
    return got(await api.GET('/api/me/subject'));
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}
