import createClient from 'openapi-fetch';
import { connection } from './connection';
import { asProblem, unreachable } from './problem';
import type { paths } from './schema';
import { session } from './session';

/** Requests whose 401 is an answer, not the end of a session. */
const ownAnswer = /\/api\/(login|logout)$/;

async function send(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    connection.answered();
    return answer;
  } catch (error) {
    if (request.signal.aborted) throw error;
    connection.broke();
    throw unreachable(request.method === 'GET');
  }
}

/**
 * ask sends a request. When the session has ended it waits until the same person has
 * logged in again over the page, and sends it once more: nothing typed is lost.
 */
async function ask(request: Request): Promise<Response> {
  const again = request.clone();
  const answer = await send(request);
  if (answer.status !== 401 || ownAnswer.test(new URL(request.url).pathname)) return answer;
  return (await session.again()) ? send(again) : answer;
}

const client = createClient<paths>({ baseUrl: window.location.origin, fetch: ask, headers: { 'X-Requested-With': 'console' } });

client.use({
  async onResponse({ response }) {
    if (!response.ok) throw await asProblem(response);
  },
});

/**
 * api is the server, typed by api/openapi.yaml. A refusal is thrown as a Problem:
 * `const { data } = await api.GET('/api/me')`.
 */
export const api = client;

/** got is what an answer holds. */
export function got<T>(answer: { data?: T }): T {
  return answer.data as T;
}

/** download fetches an export or another file and hands it to the browser to keep; what the file is made of is posted. */
export async function download(url: string, made?: object): Promise<void> {
  const headers = { 'X-Requested-With': 'console', ...(made && { 'Content-Type': 'application/json' }) };
  const answer = await ask(new Request(new URL(url, window.location.origin), { method: made ? 'POST' : 'GET', headers, body: made && JSON.stringify(made) }));
  if (!answer.ok) throw await asProblem(answer);
  const name = nameIn(answer.headers.get('Content-Disposition') ?? '');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** nameIn is the name of the file that a Content-Disposition gives: filename* before filename (RFC 6266). */
function nameIn(disposition: string): string {
  const wide = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  return wide ? decodeURIComponent(wide) : (/filename="?([^";]+)"?/.exec(disposition)?.[1] ?? 'download');
}

/** text fetches a file as text. */
export async function text(url: string): Promise<string> {
  const answer = await ask(new Request(new URL(url, window.location.origin), { headers: { 'X-Requested-With': 'console' } }));
  if (!answer.ok) throw await asProblem(answer);
  return answer.text();
}
