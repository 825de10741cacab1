import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { api, got, sentence, session } from '@api';

interface Values {
  current: string;
  password: string;
  again: string;
}

/** PasswordForm changes one's own password. The server ends all sessions and goes on with a new one. */
export function PasswordForm({ oneOff, onDone }: { oneOff?: boolean; onDone?: () => void }) {
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [form] = Form.useForm<Values>();
  const send = async (v: Values) => {
    setBusy(true);
    setError('');
    try {
      session.enter(got(await api.PUT('/api/me/password', { body: { current: v.current, password: v.password } })));
      form.resetFields();
      onDone?.();
    } catch (problem) {
      setError(sentence(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={(v) => void send(v)}>
      {error && <Alert type="error" showIcon title={error} className="modal-error" />}
      <Form.Item name="current" label={oneOff ? '一次性口令' : '当前口令'} rules={[{ required: true, message: '请输入' }]}>
        <Input.Password autoComplete="current-password" autoFocus />
      </Form.Item>
      <Form.Item name="password" label="新口令" rules={[{ required: true, message: '请输入新口令' }, { min: 10, message: '至少 10 个字符' }]} extra="至少 10 个字符，大写字母、小写字母、数字、符号中有三种，不含用户名，不与最近 5 次相同">
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item name="again" label="再输入一次" dependencies={['password']} rules={[{ required: true, message: '请再输入一次' }, ({ getFieldValue }) => ({ validator: (_, v) => (!v || v === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error('两次输入不一样'))) })]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        修改口令
      </Button>
    </Form>
  );
}
