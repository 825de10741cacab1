import { session } from '@api';
import { LoginForm } from './LoginForm';

/** Login is what anybody sees who is not logged in, at whatever address. After it that address opens. */
export function Login() {
  return (
    <main className="gate">
      <div className="gate-card">
        <Brand />
        <LoginForm onEnter={session.enter} />
      </div>
    </main>
  );
}

export function Brand() {
  return (
    <div className="gate-brand">
      <img src="/favicon.svg" alt="" />
      <div>
        <h1>医衡</h1>
        <p>医疗保障基金监管</p>
      </div>
    </div>
  );
}
