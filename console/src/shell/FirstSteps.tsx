import { Steps } from 'antd';
import { useState, type ReactNode } from 'react';
import type { Me } from '@api';
import { Factor } from './Factor';
import { Brand } from './Login';
import { PasswordForm } from './Password';

/** FirstSteps leads through what comes before the work: a password of one's own, then the second factor. */
export function FirstSteps({ me, children }: { me: Me; children: ReactNode }) {
  const [began] = useState(me.must_change);
  const [factor, setFactor] = useState(me.must_change);
  if (!me.must_change && !factor) return children;
  return (
    <main className="gate">
      <div className="gate-card gate-wide">
        <Brand />
        {began && <Steps className="gate-steps" size="small" current={me.must_change ? 0 : 1} items={[{ title: '设置口令' }, { title: '启用动态口令' }]} />}
        {me.must_change ? (
          <>
            <p>这是一次性口令，或已到更换期限。请换成只有您知道的口令。</p>
            <PasswordForm oneOff />
          </>
        ) : (
          <Factor onDone={() => setFactor(false)} onLater={me.second_factor ? undefined : () => setFactor(false)} />
        )}
      </div>
    </main>
  );
}
