import { Alert, Button, Checkbox, Form, Input } from 'antd';
import { useState } from 'react';
import { api, got, sentence, session } from '@api';
import { Code } from '@kit';
import { Qr } from './Qr';

/** Factor enrols an authenticator: password, then the QR code and its first code, then the recovery codes. */
export function Factor({ onDone, onLater }: { onDone: () => void; onLater?: () => void }) {
  const [enrolled, setEnrolled] = useState<{ uri: string; secret: string }>();
  const [codes, setCodes] = useState<string[]>();
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const step = (act: () => Promise<void>) => async () => {
    setBusy(true);
    setError('');
    try {
      await act();
    } catch (problem) {
      setError(sentence(problem));
    } finally {
      setBusy(false);
    }
  };
  const later = onLater && <p style={{ margin: '16px 0 0' }}><Button type="link" style={{ padding: 0 }} onClick={onLater}>以后再说</Button></p>;
  const wrong = error && <Alert type="error" showIcon title={error} className="modal-error" />;
  if (codes) return <Codes codes={codes} onDone={onDone} />;
  if (enrolled) {
    return (
      <div>
        {wrong}
        <p>用验证器扫描二维码（如手机上支持 TOTP 的应用，或单位发放的令牌），再输入它显示的六位数字。</p>
        <div className="spaced" style={{ alignItems: 'flex-start', flexWrap: 'nowrap', gap: 20 }}>
          <Qr text={enrolled.uri} label="动态口令的二维码" />
          <div style={{ minWidth: 0 }}>
            <p className="quiet">不能扫描时，手工输入密钥：</p>
            <p><Code copy>{enrolled.secret.replace(/(.{4})/g, '$1 ').trim()}</Code></p>
            <Form layout="vertical" requiredMark={false} onFinish={(v: { code: string }) => void step(async () => setCodes(got(await api.POST('/api/me/factor/confirm', { body: { code: v.code.replace(/\s/g, '') } })).recovery_codes ?? []))()}>
              <Form.Item name="code" label="六位数字" rules={[{ required: true, pattern: /^\s*(\d\s*){6}$/, message: '请输入六位数字' }]}>
                <Input className="code" inputMode="numeric" autoComplete="one-time-code" maxLength={12} autoFocus />
              </Form.Item>
              <Button type="primary" htmlType="submit" loading={busy}>启用</Button>
            </Form>
          </div>
        </div>
        {later}
      </div>
    );
  }
  return (
    <div>
      {wrong}
      <p>授权、查看个人信息、录入参数、办理疑点等操作需要动态口令。请先准备好验证器。</p>
      <Form layout="vertical" requiredMark={false} onFinish={(v: { current: string }) => void step(async () => setEnrolled(got(await api.POST('/api/me/factor', { body: { current: v.current } }))))()}>
        <Form.Item name="current" label="当前口令" rules={[{ required: true, message: '请输入口令' }]}>
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={busy}>下一步</Button>
      </Form>
      {later}
    </div>
  );
}

function Codes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const [kept, setKept] = useState(false);
  const finish = async () => {
    session.enter(got(await api.GET('/api/me')));
    onDone();
  };
  return (
    <div>
      <Alert type="warning" showIcon title="请保存恢复码，只显示这一次" description="手机丢失时，每个恢复码可以代替一次动态口令。打印或抄写后放在安全的地方。" className="modal-error" />
      <ul className="codes">{codes.map((c) => <li key={c}>{c}</li>)}</ul>
      <div className="spaced" style={{ justifyContent: 'space-between' }}>
        <Checkbox checked={kept} onChange={(e) => setKept(e.target.checked)}>已经保存</Checkbox>
        <span className="spaced">
          <Button onClick={() => void navigator.clipboard?.writeText(codes.join('\n'))}>复制</Button>
          <Button onClick={() => window.print()}>打印</Button>
          <Button type="primary" disabled={!kept} onClick={() => void finish()}>完成</Button>
        </span>
      </div>
    </div>
  );
}
