import { useSyncExternalStore } from 'react';
import { connection } from './connection';
import { session, type Me } from './session';

export { api, download, got, text } from './client';
export { operations } from './operations';
export { dayOf, now, today } from './clock';
export { loginWays } from './login';
export { connection } from './connection';
export { Problem, sentence, unreachable } from './problem';
export type { components, paths } from './schema';
export { session, type Me } from './session';

export function useSession() {
  return useSyncExternalStore(session.subscribe, session.get);
}

export function useConnectionLost(): boolean {
  return useSyncExternalStore(connection.subscribe, connection.lost);
}

/** useMe is who is logged in; pages are only shown to somebody who is. */
export function useMe(): Me {
  const { me } = useSession();
  if (!me) throw new Error('a page without a session');
  return me;
}

/** useMay says whether one of the operations is open to whoever is logged in. */
export function useMay(...operations: string[]): boolean {
  const open = useMe().operations ?? [];
  return operations.some((o) => open.includes(o));
}
