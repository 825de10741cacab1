import { Outlet } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useSession } from '@api';
import { Loading, Wrong } from '@kit';
import { whoIsHere } from './begin';
import { FirstSteps } from './FirstSteps';
import { Login } from './Login';
import { LoginAgain } from './LoginAgain';

/** Gate lets in whoever is logged in, has a password of their own and had the chance to enrol a second factor. */
export function Gate() {
  const { me, expired } = useSession();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (me !== undefined) return;
    whoIsHere().catch(setError);
  }, [me]);
  if (error) return <div className="gate"><Wrong error={error} again={() => { setError(undefined); whoIsHere().catch(setError); }} /></div>;
  if (me === undefined) return <div className="gate"><div className="gate-card"><Loading lines={3} /></div></div>;
  if (me === null) return <Login />;
  return (
    <FirstSteps me={me}>
      <Outlet />
      {expired && <LoginAgain me={me} />}
    </FirstSteps>
  );
}
