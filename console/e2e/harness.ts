import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** Where screenshots are kept: build/screens of the project. */
export const screens = fileURLToPath(new URL('../../build/screens/', import.meta.url));

/** The built program, as the Go test that starts these gives it. */
export const binary = process.env.YIHENG_BINARY ?? fileURLToPath(new URL('../../bin/yiheng', import.meta.url));

export const password = 'Zebra-Quokka-47';

/** House is a home with a server of the built program: an empty one, one to practise in, whose clock is a file: empty or a copy, or one that is there. It is served with more flags. */
export class House {
  readonly home: string;
  url = '';

  constructor(readonly practice?: { home?: string; clock: string }, private readonly flags: readonly string[] = [], there?: string) {
    this.home = there ?? join(mkdtempSync(join(tmpdir(), 'yiheng-console-')), 'home');
    if (practice?.home) {
      cpSync(practice.home, this.home, { recursive: true });
      execFileSync(binary, ['--home', this.home, 'lake', 'relocate'], { stdio: 'ignore' });
    } else if (practice) this.yiheng('practice', 'begin');
  }

  private get clock() {
    return this.practice ? ['--practice-clock', this.practice.clock] : [];
  }

  oneOff = '';
  private process?: ChildProcess;

  /** start serves the home; again at the same address after stop. */
  async start(): Promise<void> {
    const listen = this.url ? this.url.replace('http://', '') : '127.0.0.1:0';
    const started = spawn(binary, ['--home', this.home, ...this.clock, 'serve', '--listen', listen, '--checkpoint', '1s', ...this.flags], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = started;
    let said = '';
    await new Promise<void>((ready, fail) => {
      const hear = (chunk: Buffer) => {
        said += chunk.toString();
        this.oneOff ||= /一次性口令 (\S+)（/.exec(said)?.[1] ?? '';
        const url = /医衡已启动：(http:\/\/[0-9.:]+)/.exec(said)?.[1];
        if (url) {
          this.url = url;
          ready();
        }
      };
      started.stdout!.on('data', hear);
      started.stderr!.on('data', hear);
      started.on('exit', () => fail(new Error(`serve ended:\n${said}`)));
    });
  }

  async stop(): Promise<void> {
    const ended = new Promise((over) => this.process!.once('exit', over));
    this.process!.kill('SIGTERM');
    await ended;
  }

  private readonly also: (() => void)[] = [];

  /** onRemove adds what else goes with the house. */
  onRemove(also: () => void): void {
    this.also.push(also);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(dirname(this.home), { recursive: true, force: true });
    for (const also of this.also) also();
  }

  yiheng(...args: string[]): string {
    return execFileSync(binary, ['--home', this.home, ...this.clock, ...args], { encoding: 'utf8' });
  }
}

/** Visitor is somebody who asks the API as a browser would: it prepares what pages show. */
export class Visitor {
  cookie = '';
  secret = '';
  private used = 0;

  constructor(readonly house: House, readonly login: string) {}

  /** ask sends a body as JSON, or a file as it is. */
  async ask<T = any>(method: string, path: string, body?: unknown): Promise<T> {
    const file = body instanceof Uint8Array;
    const answer = await fetch(this.house.url + path, {
      method,
      headers: { 'X-Requested-With': 'test', ...(body === undefined ? {} : { 'Content-Type': file ? 'application/octet-stream' : 'application/json' }), ...(this.cookie ? { Cookie: this.cookie } : {}) },
      body: body === undefined ? undefined : file ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
    });
    const set = answer.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0]!;
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} by ${this.login}: ${answer.status} ${text}`);
    return (text && answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text) as T;
  }

  /** enter logs in for the first time: own password, second factor. */
  async enter(oneOff: string): Promise<this> {
    await this.ask('POST', '/api/login', { login: this.login, password: oneOff });
    await this.ask('PUT', '/api/me/password', { current: oneOff, password });
    this.secret = (await this.ask<{ secret: string }>('POST', '/api/me/factor', { current: password })).secret;
    await this.ask('POST', '/api/me/factor/confirm', { code: await this.code() });
    return this;
  }

  /** practise logs in as one of the people of a practice home. */
  async practise(): Promise<this> {
    await this.ask('POST', '/api/login', { login: this.login, password: 'Yiheng-yanlian-1', code: this.house.yiheng('practice', 'code', this.login).trim() });
    return this;
  }

  /** code is a code of the authenticator that was not used yet: the server takes each once. */
  async code(): Promise<string> {
    let step = Math.floor(Date.now() / 30_000);
    if (step <= this.used) step = this.used + 1;
    while (step > Math.floor(Date.now() / 30_000) + 1) await new Promise((r) => setTimeout(r, 500));
    this.used = step;
    return totp(this.secret, step);
  }
}

/** totp is RFC 6238: SHA-1, six digits. */
export function totp(secret: string, step: number): string {
  const bits = [...secret.replace(/\s/g, '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = mac[19]! & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** findChromium is where the system has it; nothing when it has not. */
export const findChromium = () => [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => p && existsSync(p));

export async function openBrowser(): Promise<Browser> {
  mkdirSync(screens, { recursive: true });
  return chromium.launch({ executablePath: findChromium()!, env: { ...process.env, LANGUAGE: 'zh_CN', LANG: 'zh_CN.UTF-8' } as Record<string, string>, args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none', '--lang=zh-CN'] });
}

/** Tab is a page of the console whose console stays empty: what it writes there fails the test. */
export class Tab {
  readonly complaints: string[] = [];
  /** What is expected to be refused or to fail, as a status that the browser writes down. */
  expects: RegExp[] = [];

  private constructor(readonly page: Page, readonly context: BrowserContext, readonly house: House) {
    page.on('console', (m) => {
      if ((m.type() === 'error' || m.type() === 'warning') && !this.expects.some((e) => e.test(m.text()))) this.complaints.push(`${m.type()}: ${m.text()}`);
    });
    page.on('pageerror', (e) => this.complaints.push(`thrown: ${e.message}`));
  }

  static async open(browser: Browser, house: House, how: { width?: number; height?: number } = {}): Promise<Tab> {
    const context = await browser.newContext({
      viewport: { width: how.width ?? 1366, height: how.height ?? 768 },
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      reducedMotion: 'reduce',
      acceptDownloads: true,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const tab = new Tab(page, context, house);
    // Asking who is logged in before anybody is: the browser writes every 401 down.
    tab.expects.push(/status of 401/);
    return tab;
  }

  /** as takes over somebody's session, so that not every test walks through the login. */
  async as(v: Visitor): Promise<this> {
    const [name, value] = v.cookie.split('=') as [string, string];
    await this.context.addCookies([{ name, value, url: this.house.url }]);
    return this;
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(this.house.url + path);
    await this.settle();
  }

  /** settle waits until nothing is loading. */
  async settle(): Promise<void> {
    await this.page.waitForLoadState('networkidle');
    await this.page.locator('[role=status][aria-label=正在载入], .ant-spin-spinning').first().waitFor({ state: 'detached' }).catch(() => undefined);
    await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
    await this.page.waitForTimeout(150);
  }

  async shot(name: string): Promise<void> {
    await this.settle();
    await this.page.screenshot({ path: join(screens, `${name}.png`) });
  }

  /** sound keeps a screenshot, and fails for serious violations of accessibility and for whatever the page wrote to the console. */
  async sound(name: string): Promise<void> {
    await this.shot(name);
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }));
    const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
    expect(serious.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} ${n.any[0]?.message ?? ''}`).join(' | ')}`), `axe on ${name}`).toEqual([]);
    expect(this.complaints, `console of the browser on ${name}`).toEqual([]);
  }

  /** choose takes an option of a select that is named so; once more where the form, still at work on what was chosen before, closes it. */
  async choose(name: string, option: string | RegExp): Promise<void> {
    const box = this.page.getByRole('combobox', { name }).last();
    const wanted = this.page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').filter({ hasText: option }).first();
    await box.click();
    await wanted.click({ timeout: 3000 }).catch(async () => {
      if ((await box.getAttribute('aria-expanded')) !== 'true') await box.click();
      await wanted.click();
    });
  }

  /** fill types into the field of the open dialog that is named so, whether it must be filled in or not; the calendar of a day is closed again. */
  async fill(name: string, value: string): Promise<void> {
    const field = this.dialog.getByLabel(name, { exact: true }).or(this.dialog.getByLabel(`${name}（选填）`, { exact: true })).and(this.page.locator('input, textarea'));
    await field.fill(value);
    if (await field.evaluate((e) => e.closest('.ant-picker') !== null)) await field.press('Tab');
  }

  /** dialog is the dialog that is open. */
  get dialog() {
    return this.page.getByRole('dialog').last();
  }

  close = () => this.context.close();
}

/** A small city: who works where, with a password and a second factor. */
export interface City {
  house: House;
  browser: Browser;
  admin: Visitor;
  security: Visitor;
  auditor: Visitor;
  leader: Visitor;
  /** Takes tables in by their national names, screens January 2026 with the starter pack and takes the findings over. */
  findings(tables: Record<string, readonly string[]>): void;
  /** Screens January 2026 again and takes over what it gives. */
  screen(): void;
  /** Makes people with a role each and lets them in, by login. */
  employ(staff: readonly Staff[]): Promise<Record<string, Visitor>>;
  /** Opens a page as somebody. */
  open(who: Visitor, path: string): Promise<Tab>;
  close(): Promise<void>;
}

/** Staff is login, organisation, name and role of somebody, and of a doctor the national code. */
export type Staff = readonly [string, string, string, string, doctor?: string];

/** city makes a home with organisations and one person of each of the roles that these pages need. */
export async function city(house = new House()): Promise<City> {
  await house.start();
  const admin = await new Visitor(house, 'admin').enter(house.oneOff);
  for (const o of [
    { code: 'X330400', kind: 'administration', name: '嘉禾市医疗保障局', region: '330400' },
    { code: 'J330400', kind: 'agency', name: '嘉禾市医疗保障服务中心', region: '330400' },
    { code: 'X330402', kind: 'administration', name: '南川区医疗保障局', region: '330402' },
    { code: 'X339900', kind: 'administration', name: '远山市医疗保障局', region: '339900' },
    { code: 'H33040200001', kind: 'institution', name: '嘉禾市第一人民医院', region: '330402' },
    { code: 'H33040200002', kind: 'institution', name: '南川区中医医院', region: '330402' },
    { code: 'H33040200001-01', kind: 'office', name: '医疗保险办公室', parent: 'H33040200001' },
    { code: 'H33040200001-02', kind: 'department', name: '心血管内科', parent: 'H33040200001' },
    { code: 'P33040200019', kind: 'institution', name: '康宁大药房（南川店）', region: '330402' },
  ]) await admin.ask('POST', '/api/organisations', o);
  const hire = async (login: string, organisation: string, name: string) => {
    const { id, one_off_password } = await admin.ask('POST', '/api/people', { login, organisation, identity: { name, phone: '13800001234', certno: '330402198001011236' } });
    return { id: id as string, oneOff: one_off_password as string };
  };
  const safe = await hire('aq01', 'X330400', '沈安');
  const audit = await hire('sj01', 'X330400', '陆审');
  const lead = await hire('jg01', 'X330400', '顾衡');
  await admin.ask('POST', '/api/appointments', { holder: safe.id, role: 'security_officer', reason: '任命首位安全保密管理员' });
  await admin.ask('POST', '/api/appointments', { holder: audit.id, role: 'auditor', reason: '任命首位安全审计员' });
  const security = await new Visitor(house, 'aq01').enter(safe.oneOff);
  await security.ask('POST', '/api/grants', { holder: lead.id, role: 'supervisor_leader', organisation: 'X330400', reason: '监管科负责人' });
  const auditor = await new Visitor(house, 'sj01').enter(audit.oneOff);
  const leader = await new Visitor(house, 'jg01').enter(lead.oneOff);
  const browser = await openBrowser();
  const scratch = () => {
    const folder = mkdtempSync(join(tmpdir(), 'yiheng-city-'));
    house.onRemove(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  };
  const findings = (tables: Record<string, readonly string[]>) => {
    const folder = scratch();
    const files = Object.entries(tables).map(([name, rows]) => {
      const path = join(folder, `${name}.csv`);
      writeFileSync(path, rows.join('\n') + '\n');
      return path;
    });
    house.yiheng('intake', ...files);
    house.yiheng('knowledge', 'import', 'starter');
    screen();
  };
  const screen = () => {
    const out = join(scratch(), 'out');
    house.yiheng('screen', '--from', '2026-01-01', '--to', '2026-01-31', '--out', out);
    house.yiheng('review', 'take-over', out, '--region', '330400');
  };
  const employ = async (staff: readonly Staff[]) => {
    const who: Record<string, Visitor> = {};
    for (const [login, organisation, name, role, doctor] of staff) {
      const person = await hire(login, organisation, name);
      await security.ask('POST', '/api/grants', { holder: person.id, role, organisation, doctor, reason: '岗位' });
      who[login] = await new Visitor(house, login).enter(person.oneOff);
    }
    return who;
  };
  const open = async (who: Visitor, path: string) => {
    const tab = await (await Tab.open(browser, house)).as(who);
    await tab.goto(path);
    return tab;
  };
  return { house, browser, admin, security, auditor, leader, findings, screen, employ, open, close: async () => { await browser.close(); await house.remove(); } };
}
