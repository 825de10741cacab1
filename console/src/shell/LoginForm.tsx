import { Alert, Button, Divider, Form, Input, type InputRef } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, got, loginWays, Problem, sentence, type Me } from '@api';

/** LoginForm asks for login and password, and for the second factor when the server wants one. */
export function LoginForm({ login, onEnter }: { login?: string; onEnter: (me: Me) => void }) {
  const [form] = Form.useForm<{ login: string; password: string; code?: string }>();
  const [wantsCode, setWantsCode] = useState(false);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const code = useRef<InputRef>(null);
  const ways = useQuery(loginWays);
  useEffect(() => {
    if (wantsCode) code.current?.focus();
  }, [wantsCode]);
  const send = async (v: { login: string; password: string; code?: string }) => {
    setBusy(true);
    setError('');
    try {
      const body = { login: (login ?? v.login).trim(), password: v.password, ...(v.code ? { code: v.code.replace(/\s/g, '') } : {}) };
      onEnter(got(await api.POST('/api/login', { body })));
    } catch (problem) {
      if (problem instanceof Problem && problem.code === 'second_factor_needed') setWantsCode(true);
      else {
        setError(sentence(problem));
        form.setFieldValue('code', '');
        if (problem instanceof Problem && problem.code === 'credentials') setWantsCode(false);
      }
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={(v) => void send(v)} initialValues={{ login }}>
      {error && <Alert type="error" showIcon title={error} className="modal-error" />}
      <Form.Item name="login" label="用户名" rules={[{ required: true, message: '请输入用户名' }]} hidden={wantsCode}>
        <Input autoComplete="username" autoFocus={!login} disabled={login !== undefined} size="large" />
      </Form.Item>
      <Form.Item name="password" label="口令" rules={[{ required: true, message: '请输入口令' }]} hidden={wantsCode}>
        <Input.Password autoComplete="current-password" autoFocus={login !== undefined} size="large" />
      </Form.Item>
      {wantsCode && (
        <Form.Item name="code" label="动态口令" rules={[{ required: true, message: '请输入动态口令' }]} extra="验证器上的六位数字；手机不在身边时，可以用一个恢复码">
          <Input ref={code} autoComplete="one-time-code" inputMode="numeric" size="large" className="code" maxLength={40} />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" block size="large" loading={busy}>
        登录
      </Button>
      {ways.data?.oidc && !wantsCode && (
        <>
          <Divider plain>或</Divider>
          <Button block size="large" href={`/api/oidc/login?to=${encodeURIComponent(window.location.pathname + window.location.search)}`}>用统一认证登录</Button>
        </>
      )}
      {wantsCode && <Button type="link" block onClick={() => { setWantsCode(false); setError(''); form.setFieldsValue({ password: '', code: '' }); }}>返回</Button>}
    </Form>
  );
}
