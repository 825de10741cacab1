// Prints how the list of findings scrolls and filters, on the home of a million findings
// that `make bench BENCH='-only review -keep -work FOLDER'` leaves:
// `YIHENG_OFFICE=FOLDER/office-sqlite npm run scroll`.
import { loadavg } from 'node:os';
import { House, openBrowser, Tab, totp, Visitor } from './harness';

const office = process.env.YIHENG_OFFICE;
if (!office) throw new Error('YIHENG_OFFICE names the home that the review chapter of the benchmarks leaves');

const house = new House(undefined, [], office);
await house.start();
const browser = await openBrowser();
try {
  const who = new Visitor(house, 'chushen');
  const code = totp('YIHENGYANLIANKUYIHENGYANLIANKU22', Math.floor(Date.now() / 30_000));
  await who.ask('POST', '/api/login', { login: who.login, password: 'Yiheng-yanlian-1', code });
  const tab = await (await Tab.open(browser, house)).as(who);
  const { page } = tab;
  await page.goto(`${house.url}/findings?limit=0`);
  await page.locator('.ant-table-row').first().waitFor();
  console.log(`load average ${loadavg()[0]!.toFixed(1)}; ${await page.locator('.pager [role=status]').innerText()}`);

  const frames = await page.evaluate(async () => {
    const body = document.querySelector<HTMLElement>('.ant-table-tbody-virtual-holder, .ant-table-body')!;
    const gaps: number[] = [];
    let last = performance.now();
    for (let n = 0; n < 600; n++) {
      body.dispatchEvent(new WheelEvent('wheel', { deltaY: 240, bubbles: true, cancelable: true }));
      await new Promise((then) => requestAnimationFrame(then));
      gaps.push(performance.now() - last);
      last = performance.now();
    }
    return gaps.sort((a, b) => a - b);
  });
  const part = (share: number) => frames[Math.floor(share * (frames.length - 1))]!.toFixed(1);
  console.log(`600 turns of the wheel: a frame took p50 ${part(0.5)}, p95 ${part(0.95)}, p99 ${part(0.99)}, at most ${part(1)} ms; ${await page.locator('.pager [role=status]').innerText()}`);

  const status = page.locator('.pager [role=status]');
  for (const filter of ['state=first&rule_id=GZ7', 'rule_id=GZ8', 'fixmedins_code=H37180200007', 'dr_code=D000007', 'sort=due']) {
    const before = await status.innerText();
    const start = performance.now();
    await page.evaluate((to) => window.history.pushState({}, '', to), `/findings?limit=0&${filter}`);
    await page.waitForFunction((was) => {
      const is = document.querySelector<HTMLElement>('.pager [role=status]')?.innerText;
      return is && is !== was && document.querySelector('.ant-table-row') && !document.querySelector('.loading, .ant-spin-spinning');
    }, before, { polling: 'raf' });
    console.log(`${filter.padEnd(32)}${(performance.now() - start).toFixed(0).padStart(6)} ms   ${await status.innerText()}`);
  }
} finally {
  await browser.close();
  await house.stop();
}
