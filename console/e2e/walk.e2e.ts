import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { House, openBrowser, Tab, Visitor } from './harness';

// A practice home: that of `make demo`, or the one that YIHENG_PRACTICE names; its clock lies beside it.
const home = process.env.YIHENG_PRACTICE ?? fileURLToPath(new URL('../../demo-data/home', import.meta.url));
const clock = home.replace(/[^/]+\/?$/, 'clock');
const there = existsSync(clock) && existsSync(home);
if (!there) console.log(`left out: the walk of every page as each role, there is no practice home at ${home} (make demo)`);

let house: House;
let browser: Browser;
const visitors = new Map<string, Visitor>();

/**
 * Who walks, and what institutions and regions an answer to them may name: a hospital of
 * another province (610113) that treats the city's people stands in the city's findings.
 */
const people: readonly { login: string; reaches: RegExp; regions: RegExp }[] = [
  { login: 'yibaoban', reaches: /^H37182100064/, regions: /^(37182[1]|371800|370000|000000)$/ },
  { login: 'quchushen', reaches: /^[HP]371802/, regions: /^(371802|371800|370000|000000)$/ },
  { login: 'juzhang', reaches: /^[HP](3718|610113)/, regions: /^(3718..|370000|000000)$/ },
  { login: 'shengju', reaches: /^[HP](37|610113)/, regions: /^(37....|000000)$/ },
  { login: 'gongan', reaches: /^[HP]3718/, regions: /^(3718..|370000|000000)$/ },
  { login: 'admin', reaches: /^[HP]\d/, regions: /^\d{6}$/ },
  { login: 'anquan', reaches: /^[HP]3718/, regions: /^(3718..|370000|000000)$/ },
  { login: 'shenji', reaches: /^[HP]3718/, regions: /^(3718..|370000|000000)$/ },
];

beforeAll(async () => {
  if (!there) return;
  house = new House({ home, clock });
  await house.start();
  for (const { login } of people) visitors.set(login, await new Visitor(house, login).practise());
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await house?.remove();
});

describe.skipIf(!there)('every page of the menu', { timeout: 240_000 }, () => {
  test.each(people)('as $login: nothing foreign, nothing refused, nothing written to the console', async ({ login, reaches, regions }) => {
    const tab = await (await Tab.open(browser, house)).as(visitors.get(login)!);
    const wrong: string[] = [];
    const reading: Promise<unknown>[] = [];
    tab.page.on('response', (answer) => void reading.push(look(answer, reaches, regions, wrong)));
    const pages = await walk(tab, login);
    await Promise.all(reading);
    expect(pages, 'the menu has pages').toBeGreaterThan(2);
    expect(wrong, `answers to ${login}`).toEqual([]);
    expect(tab.complaints, `console of the browser of ${login}`).toEqual([]);
    await tab.close();
  });

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
    await walk(tab, '', async (href) => {
      const injected = await tab.page.locator('img[src=x], script:not([src]), svg[onload]').count();
      if (injected) struck.push(`${href}: ${injected} elements`);
      said += (await tab.page.locator('body').innerText()).includes('<img src=x') ? 1 : 0;
    });
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

/** walk opens every page of the menu, and the first row where rows open; how many pages there were. */
async function walk(tab: Tab, shots: string, each?: (href: string) => Promise<void>): Promise<number> {
  await tab.page.goto(house.url);
  await tab.page.getByRole('navigation', { name: '主菜单' }).waitFor({ timeout: 20_000 });
  const hrefs = await tab.page.locator('nav a[href]').evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute('href')!))]);
  for (const href of hrefs) {
    await tab.page.evaluate((to) => window.history.pushState({}, '', to), href);
    await quiet(tab);
    await tab.page.locator('.frame-main, main, h1').first().waitFor();
    if (shots) await tab.page.screenshot({ path: fileURLToPath(new URL(`../../build/screens/walk-${shots}${href.replaceAll('/', '-')}.png`, import.meta.url)) });
    await each?.(href);
    const row = tab.page.locator('.frame-main .opens').first();
    if (await row.count()) {
      await row.press('Enter').catch(() => undefined);
      await quiet(tab);
      await each?.(`${href}, a row`);
    }
  }
  return hrefs.length;
}

/** quiet waits until nothing was asked for a moment and nothing is loading. */
async function quiet(tab: Tab): Promise<void> {
  await tab.page.waitForTimeout(120);
  await tab.page.locator('.loading, .ant-spin-spinning').first().waitFor({ state: 'detached' }).catch(() => undefined);
  await tab.page.waitForTimeout(80);
}

/** look notes what an answer has that it must not have. */
async function look(answer: Response, reaches: RegExp, regions: RegExp, wrong: string[]): Promise<void> {
  const url = new URL(answer.url());
  if (!url.pathname.startsWith('/api/')) return;
  if (answer.status() >= 400) wrong.push(`${answer.status()} ${url.pathname}${url.search}`);
  if (!(answer.headers()['content-type'] ?? '').includes('json')) return;
  const text = await answer.text().catch(() => '');
  const foreign = new Set([...text.matchAll(/\b[HP]\d{11}\b/g)].map((m) => m[0]).filter((code) => !reaches.test(code) && !/^.0+$/.test(code)));
  const outside = new Set([...text.matchAll(/"(?:region|admdvs|set_in|fix_blng_admdvs)":"(\d{6})"/g)].map((m) => m[1]!).filter((r) => !regions.test(r)));
  if (foreign.size) wrong.push(`${url.pathname}${url.search}: institutions ${[...foreign].slice(0, 3).join(' ')}`);
  if (outside.size) wrong.push(`${url.pathname}${url.search}: regions ${[...outside].slice(0, 3).join(' ')}`);
}

const script = '<img src=x onerror="alert(1)"><script>alert(2)</script><svg onload="alert(3)">';

/** scripted is an answer whose every Chinese text, of which people write all, begins with a script. */
function scripted(value: unknown): unknown {
  if (typeof value === 'string') return /[\u4e00-\u9fff]/.test(value) ? script + value : value;
  if (Array.isArray(value)) return value.map(scripted);
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, scripted(v)]));
  return value;
}
