// Prints how long each page takes until it can be used, on a practice home: opened anew
// with an empty cache, and warm, by the menu. `npm run speed`; YIHENG_PRACTICE names the home.
import { fileURLToPath } from 'node:url';
import { House, openBrowser, Tab, Visitor } from './harness';

const home = process.env.YIHENG_PRACTICE ?? fileURLToPath(new URL('../../demo-data/home', import.meta.url));
const login = process.argv[2] ?? 'juzhang';

/** usable resolves when the page's heading stands and nothing is loading any more. */
async function usable(tab: Tab): Promise<void> {
  await tab.page.locator('h1').first().waitFor();
  await tab.page.waitForFunction(() => !document.querySelector('.loading, .ant-spin-spinning'), undefined, { polling: 'raf' });
}

const house = new House({ home, clock: home.replace(/[^/]+\/?$/, 'clock') });
await house.start();
const browser = await openBrowser();
try {
  const who = await new Visitor(house, login).practise();
  const first = await (await Tab.open(browser, house)).as(who);
  await first.page.goto(house.url);
  await usable(first);
  const hrefs = await first.page.locator('nav a[href]').evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute('href')!))]);
  console.log(`${login}, ${hrefs.length} pages; milliseconds until a page can be used\n${'page'.padEnd(24)}${'first'.padStart(8)}${'warm'.padStart(8)}`);
  for (const href of hrefs) {
    const fresh = await (await Tab.open(browser, house)).as(who); // a context of its own: an empty cache
    let start = performance.now();
    await fresh.page.goto(house.url + href, { waitUntil: 'commit' });
    await usable(fresh);
    const cold = performance.now() - start;
    await fresh.close();
    await first.page.evaluate((to) => window.history.pushState({}, '', to), '/account');
    await usable(first);
    start = performance.now();
    await first.page.evaluate((to) => window.history.pushState({}, '', to), href);
    await usable(first);
    console.log(`${href.padEnd(24)}${cold.toFixed(0).padStart(8)}${(performance.now() - start).toFixed(0).padStart(8)}`);
  }
} finally {
  await browser.close();
  await house.remove();
}
