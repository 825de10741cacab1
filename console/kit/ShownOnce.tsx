import { Alert, Button, Checkbox, Modal } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { Code } from './small';

/** ShownOnce shows a password or token that nobody can read again; it closes only after somebody said that it is kept. */
export function ShownOnce({ secret, title, about, onClose }: { secret?: string; title: ReactNode; about?: ReactNode; onClose: () => void }) {
  const [kept, setKept] = useState(false);
  useEffect(() => setKept(false), [secret]);
  return (
    <Modal open={secret !== undefined} title={title} closable={false} keyboard={false} mask={{ closable: false }} width={520} footer={<Button type="primary" disabled={!kept} onClick={onClose}>关闭</Button>}>
      <Alert type="warning" showIcon title="只显示这一次" description={about} className="modal-error" />
      <p className="secret"><Code copy>{secret}</Code></p>
      <Checkbox checked={kept} onChange={(e) => setKept(e.target.checked)}>已经记下或交给本人</Checkbox>
    </Modal>
  );
}
