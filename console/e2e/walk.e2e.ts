import type { Browser, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actTitle, kindTitles } from '../../ground/journal/ui/words';
import { operations } from '../src/api/operations';
import { openBrowser, screens, Tab, Visitor, type House } from './harness';
import { enliven, openPractice, service, type Practice } from './practice';
import { everything, reachOf, type Everything, type Reach } from './reach';
import { kindOf, kinds, Walk } from './walk';
import { foreignWords } from './words';

/** One person of each title of a practice home, province and county too. */
const people = [
  'juzhang', 'shengju', 'zhifa', 'jihe', 'chushen', 'quchushen', 'fushen', 'heyi1', 'zhongshen', 'gongan',
  'yibaoban', 'keshi', 'yishi', 'admin', 'anquan', 'shenji',
];

let practice: Practice;
let house: House;
let browser: Browser;
let all: Everything;
let from: string[];
/** Entry is one of the journal, as far as it needs words. */
interface Entry { act: string; kind?: string; rows?: { kind: string }[] }

const visitors = new Map<string, Visitor>();
const seen = new Set<string>();
const shown = new Set<string>();

beforeAll(async () => {
  practice = openPractice();
  house = practice.house;
  await house.start();
  for (const login of people) visitors.set(login, await new Visitor(house, login).practise());
  from = await enliven(house, (login) => visitors.get(login)!);
  all = await everything(visitors.get('admin')!, visitors.get('shengju')!);
  browser = await openBrowser();
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await house?.remove();
});

describe.concurrent('every page, its tabs and what it leads to', { timeout: 240_000 }, () => {
  test.each(people)('as %s: nothing foreign, nothing refused, nothing wider than the window, nothing in English', async (login) => {
    const tab = await (await Tab.open(browser, house)).as(visitors.get(login)!);
    const reach = await reachOf(visitors.get(login)!, all);
    const wrong: string[] = [];
    const reading: Promise<unknown>[] = [];
    tab.page.on('response', (answer) => void reading.push(examine(answer, reach, wrong)));
    const walk = new Walk(tab.page, async (stop) => {
      wrong.push(...(await tooWide(tab)).map((what) => `${stop}: wider than the window: ${what}`));
      wrong.push(...(await foreignWords(tab.page, [...people, service])).map((word) => `${stop}: in English: ${word}`));
      const kind = kindOf(stop.split(', ')[0]!)!;
      if (!shown.has(kind)) await tab.page.screenshot({ path: `${screens}walk${kind.replace(/\W+/g, '-')}.png` });
      shown.add(kind);
    });
    await walk.all(house.url, reach.whole ? from : []); // what was made is of the whole region
    await Promise.all(reading);
    console.log(`${login}: ${walk.stops.length} stops, ${walk.seen.size} kinds of pages`);
    for (const kind of walk.seen) seen.add(kind);
    expect([...new Set(wrong)], `what ${login} sees`).toEqual([]);
    expect(tab.complaints, `console of the browser of ${login}`).toEqual([]);
    await tab.close();
  });
});

describe('what was walked', () => {
  test('as all roles, all kinds of pages', async () => {
    const roles = await Promise.all([...visitors.values()].map(async (v) => (await v.ask('GET', '/api/me')).grants.map((g: { role: string }) => g.role)));
    expect([...new Set(roles.flat())].sort()).toEqual([...new Set(Object.values(operations).flatMap((o) => o.roles))].sort());
    const titles = new Set(practice.printed.values());
    expect([...titles].filter((title) => !people.some((login) => practice.printed.get(login) === title))).toEqual([]);
    expect(kinds.filter((kind) => !seen.has(kind))).toEqual([]);
  });

  test('the journal has a word for each act and each kind of thing in it', async () => {
    const nameless = new Set<string>();
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page: { items: Entry[]; next?: string } = await visitors.get('shenji')!.ask('GET', `/api/journal?limit=500&cursor=${cursor}`);
      for (const e of page.items) {
        if (actTitle(e.act, e.kind).includes(e.act)) nameless.add(e.act);
        for (const kind of [e.kind, ...(e.rows ?? []).map((r) => r.kind)]) if (kind && !kindTitles[kind]) nameless.add(kind);
      }
      cursor = page.next;
    }
    expect([...nameless]).toEqual([]);
  });
});

describe.concurrent('what people write', { timeout: 240_000 }, () => {
  test.each(['juzhang', 'yibaoban', 'anquan', 'shenji'])('as %s: a script in any text of any answer is shown as text', async (login) => {
    const tab = await (await Tab.open(browser, house)).as(visitors.get(login)!);
    const struck: string[] = [];
    tab.page.on('dialog', (d) => { struck.push(d.message()); void d.dismiss(); });
    await tab.page.route('**/api/**', async (route) => {
      const answer = await route.fetch().catch(() => undefined);
      if (!answer) return route.abort().catch(() => undefined);
      const kind = answer.headers()['content-type'] ?? '';
      if (!kind.includes('json')) return route.fulfill({ response: answer }).catch(() => undefined);
      return route.fulfill({ response: answer, body: JSON.stringify(scripted(await answer.json())) }).catch(() => undefined);
    });
    let said = 0;
    await new Walk(tab.page, async (stop) => {
      const injected = await tab.page.locator('img[src=x], script:not([src]), svg[onload]').count();
      if (injected) struck.push(`${stop}: ${injected} elements`);
      said += (await tab.page.locator('body').innerText()).includes('<img src=x') ? 1 : 0;
    }).all(house.url, from);
    expect(struck).toEqual([]);
    expect(said, 'pages that show the script as text').toBeGreaterThan(1);
    await tab.close();
  });

  test('the content policy has no inline script, nor has the page', async () => {
    const answer = await fetch(house.url, { headers: { Accept: 'text/html' } });
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(/script-src ([^;]*)/.exec(policy)?.[1]).toBe("'self'");
    expect(await answer.text()).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|javascript:/i);
  });
});

/** tooWide is what makes the window, or the page in it, scroll sideways. */
const tooWide = (tab: Tab) => tab.page.evaluate(() => {
  const boxes = [document.documentElement, ...document.querySelectorAll('main, .side .ant-drawer-body')];
  return boxes.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => `${e.tagName} ${e.scrollWidth} of ${e.clientWidth}`);
});

/** examine notes what an answer has that it must not have. */
async function examine(answer: Response, reach: Reach, wrong: string[]): Promise<void> {
  const url = new URL(answer.url());
  if (!url.pathname.startsWith('/api/')) return;
  const asked = url.pathname + url.search;
  if (answer.status() >= 400) wrong.push(`${answer.status()} ${asked}`);
  if (!(answer.headers()['content-type'] ?? '').includes('json')) return;
  wrong.push(...reach.foreignIn(await answer.text().catch(() => '')).map((what) => `${asked}: names ${what}`));
}

const script = '<img src=x onerror="alert(1)"><script>alert(2)</script><svg onload="alert(3)">';

/** scripted is an answer whose every Chinese text, of which people write all, begins with a script. */
function scripted(value: unknown): unknown {
  if (typeof value === 'string') return /[\u4e00-\u9fff]/.test(value) ? script + value : value;
  if (Array.isArray(value)) return value.map(scripted);
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, scripted(v)]));
  return value;
}
