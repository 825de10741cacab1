import { api, got, Problem, session } from '@api';

let asking: Promise<void> | undefined;

/** whoIsHere asks the server who is logged in, once at a time, and tells the session; it fails when the server does not say. */
export function whoIsHere(): Promise<void> {
  asking ??= ask().finally(() => (asking = undefined));
  return asking;
}

async function ask(): Promise<void> {
  try {
    session.enter(got(await api.GET('/api/me')));
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    session.leave();
  }
}
