import type { components } from './schema';

/** What the server says about a request that it refuses (RFC 9457). */
export type ProblemBody = components['schemas']['Problem'];

/** Problem is a refusal, or an answer that never came (status 0). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  /** What is wrong with the request, by place: body.name, query.limit … */
  readonly faults: { location: string; message: string }[];

  constructor(body: Partial<ProblemBody> & { status: number }) {
    super(body.detail || body.title || '没有办成，请稍后再试');
    this.name = 'Problem';
    this.status = body.status;
    this.code = body.code ?? '';
    this.faults = body.errors ?? [];
  }
}

/** unreachable is the problem of a server that did not answer: what is read is asked for again, what is to be done is left to whoever does it. */
export const unreachable = (reads: boolean) => new Problem({ status: 0, code: 'unreachable', detail: `连接不上服务器，请检查网络；${reads ? '恢复后会自动重试' : '填写的内容还在，恢复后请再办理一次'}` });

/** sentence says what went wrong in words for whoever sits in front of the page. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : '没有办成，请稍后再试';
}

/** asProblem reads an answer that is a refusal. A proxy's own page is none. */
export async function asProblem(answer: Response): Promise<Problem> {
  try {
    const body = (await answer.clone().json()) as ProblemBody;
    if (typeof body.code === 'string') return new Problem(body);
  } catch {
    // no JSON: below
  }
  return new Problem({ status: answer.status, detail: answer.status >= 500 ? '服务器暂时不能办理，请稍后再试' : `服务器回答 ${answer.status}` });
}
