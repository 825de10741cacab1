import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const project = fileURLToPath(new URL('../../', import.meta.url));

/** kinds are the paths of all pages as the rooms declare them: /findings, /findings/$id, … */
export const kinds: readonly string[] = ['ground', 'facts', 'audit', 'enforce', 'govern'].flatMap((floor) =>
  (readdirSync(project).includes(floor) ? readdirSync(project + floor, { recursive: true, encoding: 'utf8' }) : [])
    .filter((file) => /\/ui\/\w*pages\.tsx$/.test(file))
    .flatMap((file) => [...readFileSync(`${project}${floor}/${file}`, 'utf8').matchAll(/^ +path: '([^']+)'/gm)].map((m) => m[1]!)));

/** kindOf is the kind of page at an address: that with the longest fixed part. */
export function kindOf(href: string): string | undefined {
  const path = href.split('?')[0]!;
  return kinds.filter((k) => new RegExp(`^${k.replace(/\$\w+/g, '[^/]+')}$`).test(path)).sort((a, b) => a.split('$').length - b.split('$').length)[0];
}

/** What a row opens beside or over the page. */
const sheets = ':is(.side .ant-drawer-section, .ant-modal-wrap:not([style*="display: none"]) .ant-modal)';

/** Look looks around at a stop: an address, and what was opened there. */
export type Look = (stop: string) => Promise<void>;

/**
 * Walk goes through the console as somebody might: every page of the menu and every other
 * that needs no number, of every further kind of page the first to which something leads;
 * on each its tabs, the first row of each list, and the tabs of what that opens. Pages
 * that are not theirs are opened too: they say so, and count as not seen.
 */
export class Walk {
  /** The kinds of pages that were opened. */
  readonly seen = new Set<string>();
  readonly stops: string[] = [];
  private readonly asked = new Set<unknown>();
  private readonly ahead: string[] = [];

  constructor(private readonly page: Page, private readonly look: Look) {
    page.on('request', (r) => this.asked.add(r));
    page.on('requestfinished', (r) => this.asked.delete(r));
    page.on('requestfailed', (r) => this.asked.delete(r));
  }

  /** all walks from the addresses and the menu until nothing leads to a kind of page that was not opened. */
  async all(url: string, from: readonly string[] = []): Promise<void> {
    await this.page.goto(url);
    await this.page.getByRole('navigation', { name: '主菜单' }).waitFor({ timeout: 20_000 });
    this.ahead.push(...from, ...(await this.page.locator('nav a[href]').evaluateAll((all) => all.map((a) => a.getAttribute('href')!))), ...kinds.filter((k) => !k.includes('$')));
    const opened = new Set<string>();
    for (let href = this.ahead.shift(); href !== undefined; href = this.ahead.shift()) {
      const kind = kindOf(href);
      if (!kind || opened.has(kind)) continue;
      opened.add(kind);
      if (await this.onPage(href)) this.seen.add(kind);
    }
  }

  /** onPage says whether the page is theirs. */
  private async onPage(href: string): Promise<boolean> {
    await this.goTo(href);
    if (await this.page.getByText('您没有这个页面的权限').count()) return false;
    await this.around(href, 'main');
    await this.throughTabs(href, 'main', (stop) => this.around(stop, 'main'));
    return true;
  }

  private async goTo(href: string): Promise<void> {
    await this.page.evaluate((to) => window.history.pushState({}, '', to), href);
    await this.settled();
  }

  /** around looks, notes what leads on, and opens the first row. */
  private async around(stop: string, within: string): Promise<void> {
    await this.arrive(stop, within);
    const row = this.page.locator(`${within} tr.opens`).first();
    if (!(await row.count())) return;
    const before = new URL(this.page.url());
    await row.press('Enter');
    await this.settled();
    const now = new URL(this.page.url());
    const sheet = this.page.locator(sheets);
    if (!(await sheet.count())) { // it leads to another page, or to another part of this one
      if (now.pathname === before.pathname) await this.arrive(`${stop}, a row`, within);
      else this.ahead.push(now.pathname + now.search);
      return this.goTo(before.pathname + before.search);
    }
    await this.arrive(`${stop}, a row`, sheets);
    await this.throughTabs(`${stop}, a row`, sheets, (inner) => this.arrive(inner, sheets));
    await this.page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    await this.settled();
  }

  /** throughTabs opens each tab, and each choice that stands in for one, that is not open. */
  private async throughTabs(stop: string, within: string, on: Look): Promise<void> {
    const tabs = this.page.locator(`${within} [role=tab], ${within} .ant-segmented-item`);
    for (let i = 0, n = await tabs.count(); i < n; i++) {
      const tab = tabs.nth(i);
      const open = await tab.evaluate((e) => e.getAttribute('aria-selected') === 'true' || e.classList.contains('ant-segmented-item-selected')).catch(() => true);
      if (open) continue;
      await tab.click();
      await this.settled();
      await on(`${stop}, ${await tab.innerText().catch(() => String(i))}`);
    }
  }

  private async arrive(stop: string, within: string): Promise<void> {
    this.stops.push(stop);
    this.ahead.push(...(await this.page.locator(`${within} a[href^="/"]`).evaluateAll((all) => all.map((a) => a.getAttribute('href')!))));
    await this.look(stop);
  }

  /** settled waits until nothing is asked for, nothing is loading, and it stays so for a moment. */
  async settled(): Promise<void> {
    for (let calm = 0; calm < 2; ) {
      await this.page.waitForFunction(() => !document.querySelector('.loading, .ant-spin-spinning, .ant-skeleton-active'), undefined, { polling: 'raf' });
      await new Promise((then) => setTimeout(then, 25));
      calm = this.asked.size === 0 ? calm + 1 : 0;
    }
  }
}
