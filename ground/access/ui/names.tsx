import { useQuery } from '@tanstack/react-query';
import { api, got } from '@api';
import { Code, To } from '@kit';
import { organisations } from './pages';

type Waiting = { code: string; take: (name: string) => void; fail: (error: unknown) => void };
let waiting: Waiting[] = [];

/** nameOf asks for an organisation's name; what a page asks for at once is one request. "" for one that is not within reach. */
function nameOf(code: string): Promise<string> {
  return new Promise((take, fail) => {
    waiting.push({ code, take, fail });
    if (waiting.length === 1) setTimeout(() => { const all = waiting; waiting = []; for (let i = 0; i < all.length; i += 10) void ask(all.slice(i, i + 10)); });
  });
}

async function ask(all: Waiting[]) {
  try {
    const codes = [...new Set(all.map((w) => w.code))];
    const items = got(await api.GET('/api/organisations', { params: { query: { filter: codes.map((c) => `code:${c}`), limit: codes.length } } })).items ?? [];
    for (const w of all) w.take(items.find((o) => o.code === w.code)?.name ?? '');
  } catch (error) {
    for (const w of all) w.fail(error);
  }
}

/** OrganisationName is an organisation by its name, with its code; a link to it where `links`. */
export function OrganisationName({ code, links }: { code?: string; links?: boolean }) {
  const { data } = useQuery({ queryKey: ['/api/organisations', 'name', code], enabled: !!code, staleTime: 300_000, retry: false, queryFn: () => nameOf(code!) });
  if (!code) return <>全部机构</>;
  const text = <span title={data ? `${data} ${code}` : code}>{data ? <>{data} <span className="faint code">{code}</span></> : <Code>{code}</Code>}</span>;
  return links ? <To page={organisations} at={{ open: code }}>{text}</To> : text;
}
