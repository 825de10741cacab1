// Prints how long each page takes until it can be used, on a practice home: opened anew
// with an empty cache, and warm, by the menu; with the processor's time of the page's own
// thread, which says more than the clock while a machine has other work. `npm run speed`,
// or `npm run speed LOGIN`; YIHENG_PRACTICE names the home.
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { CDPSession, Page } from 'playwright-core';
import { House, openBrowser, Tab, Visitor } from './harness';

const home = process.env.YIHENG_PRACTICE ?? fileURLToPath(new URL('../../demo-data/home', import.meta.url));
const login = process.argv[2] ?? 'juzhang';

/** usable says when, in milliseconds since the page was asked for, a heading that was not there before stands and nothing is loading. */
const usable = (page: Page) => page.waitForFunction(
  () => document.querySelector('h1:not([data-before])') && !document.querySelector('.loading, .ant-spin-spinning, .wall-wait') && performance.now(),
  undefined, { polling: 'raf', timeout: 60_000 },
).then((handle) => handle.jsonValue() as Promise<number>);

/** goTo opens a page by the menu's way and says when that began. */
const goTo = (page: Page, href: string) => page.evaluate((to) => {
  document.querySelector('h1')?.setAttribute('data-before', '');
  window.history.pushState({}, '', to);
  return performance.now();
}, href);

/** meter starts to measure the processor's time of a page's thread, in milliseconds. */
async function meter(page: Page): Promise<() => Promise<number>> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async () => (await session.send('Performance.getMetrics')).metrics.find((m) => m.name === 'TaskDuration')!.value * 1000;
  const start = await read();
  return async () => (await read()) - start;
}

const house = new House({ home, clock: home.replace(/[^/]+\/?$/, 'clock') });
await house.start();
const browser = await openBrowser();
try {
  const who = await new Visitor(house, login).practise();
  const warm = await (await Tab.open(browser, house)).as(who);
  await warm.page.goto(house.url);
  await usable(warm.page);
  const hrefs = await warm.page.locator('nav a[href]').evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute('href')!))]);
  console.log(`${login}, ${hrefs.length} pages, load average ${loadavg()[0]!.toFixed(1)}; milliseconds until a page can be used, and of the processor\n${'page'.padEnd(24)}${'first'.padStart(8)}${'cpu'.padStart(8)}${'warm'.padStart(8)}${'cpu'.padStart(8)}`);
  const sums = [0, 0, 0, 0];
  for (const href of hrefs) {
    const fresh = await (await Tab.open(browser, house)).as(who); // a context of its own: an empty cache
    const used = await meter(fresh.page);
    await fresh.page.goto(house.url + href, { waitUntil: 'commit' });
    const row = [await usable(fresh.page), await used()];
    await fresh.close();
    await goTo(warm.page, href === '/account' ? '/overview' : '/account');
    await usable(warm.page);
    const usedWarm = await meter(warm.page);
    const start = await goTo(warm.page, href);
    row.push((await usable(warm.page)) - start, await usedWarm());
    row.forEach((n, k) => (sums[k]! += n));
    console.log(href.padEnd(24) + row.map((n) => n.toFixed(0).padStart(8)).join(''));
  }
  console.log('mean'.padEnd(24) + sums.map((n) => (n / hrefs.length).toFixed(0).padStart(8)).join('') + `   load average ${loadavg()[0]!.toFixed(1)}`);
} finally {
  await browser.close();
  await house.remove();
}
