import { Button, Modal } from 'antd';
import { session, type Me } from '@api';
import { LoginForm } from './LoginForm';

/** LoginAgain lies over a page whose session has ended. What is typed there stays; what was being sent is sent again. */
export function LoginAgain({ me }: { me: Me }) {
  return (
    <Modal open title="登录已过期，请重新登录" footer={null} closable={false} keyboard={false} mask={{ closable: false }} width={380} zIndex={1900}>
      <p className="quiet">页面上填写的内容都还在，登录后继续。</p>
      <LoginForm login={me.login} onEnter={session.enter} />
      <Button type="link" block onClick={() => session.leave()}>
        换一个账号（放弃本页内容）
      </Button>
    </Modal>
  );
}
