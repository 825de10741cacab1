import { setClock } from './clock';
import type { components } from './schema';

export type Me = components['schemas']['Me'];

/** Who is logged in, as far as this page knows. */
export interface SessionState {
  /** undefined until the server was asked; null when nobody is logged in. */
  me: Me | null | undefined;
  /** The session ended under the page: a dialog asks for the password, the page stays. */
  expired: boolean;
}

let state: SessionState = { me: undefined, expired: false };
const listeners = new Set<() => void>();
let waiting: ((again: boolean) => void)[] = [];

function set(next: SessionState) {
  state = next;
  for (const listener of listeners) listener();
}

export const session = {
  get: () => state,
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  /** enter takes over what the server said of the account; requests that waited go on. */
  enter(me: Me) {
    const before = state.me;
    setClock(me.at);
    set({ me, expired: false });
    const go = waiting;
    waiting = [];
    for (const resume of go) resume(before?.id === me.id);
  },
  leave() {
    set({ me: null, expired: false });
    const go = waiting;
    waiting = [];
    for (const resume of go) resume(false);
  },
  /** again waits until somebody logged in again over the page; false when it is somebody else, or nobody. */
  again(): Promise<boolean> {
    if (!state.me) return Promise.resolve(false);
    if (!state.expired) set({ ...state, expired: true });
    return new Promise((resume) => waiting.push(resume));
  },
};
