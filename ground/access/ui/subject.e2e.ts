import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, House, password, Tab, type City } from '../../../console/e2e/harness';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'yiheng-provider-'));
const issuer = { at: '' };
let provider: ChildProcess | undefined;
let c: City;

/** provide builds and starts a real provider of logins, which sends people back to the city's server. */
async function provide() {
  execFileSync(join(project, 'tools/go'), ['build', '-buildvcs=false', '-o', join(folder, 'provider'), './console/e2e/provider'], { cwd: project, stdio: 'inherit' });
  provider = spawn(join(folder, 'provider'), ['-listen', issuer.at, '-back', `${c.house.url}/api/oidc/callback`], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((ready, fail) => {
    provider!.stdout!.once('data', () => ready());
    provider!.once('exit', () => fail(new Error('the provider ended')));
  });
}

beforeAll(async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => free.once('listening', ready));
  issuer.at = `127.0.0.1:${(free.address() as AddressInfo).port}`;
  await new Promise((closed) => free.close(closed));
  writeFileSync(join(folder, 'secret'), 'geheim\n');
  c = await city(new House(undefined, ['--oidc-issuer', `http://${issuer.at}`, '--oidc-client', 'yiheng', '--oidc-secret-file', join(folder, 'secret')]));
});
afterAll(async () => {
  await c?.close();
  provider?.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** atProvider logs in at the provider's own page. */
async function atProvider(page: Page, user: string) {
  await page.waitForURL(`http://${issuer.at}/**`);
  await page.locator('input[name=username]').fill(user);
  await page.locator('input[name=password]').fill('verysecure');
  await page.locator('button').click();
}

const commonLogin = (page: Page) => page.getByRole('link', { name: '用统一认证登录' });

test('the common login: down, linked by its owner, entered with our second factor, unknown, disabled', async () => {
  const tab = await Tab.open(c.browser, c.house);
  tab.expects.push(/status of 503/);
  await tab.goto('/findings?state=first');
  await commonLogin(tab.page).click();
  await tab.page.getByText('统一认证暂时无法连接，请稍后再试，或用本系统的用户名和口令登录').waitFor();
  await tab.sound('oidc-down');
  await tab.page.getByRole('link', { name: '返回登录' }).click();
  await tab.page.getByLabel('用户名').waitFor();

  await provide();
  const own = await (await Tab.open(c.browser, c.house)).as(c.leader);
  own.expects.push(/status of 40[34]/); // the password is wrong; nothing is linked yet
  await own.goto('/account?tab=subject');
  await own.page.getByLabel('口令').fill('wrong-password-1');
  await own.page.getByRole('button', { name: '去关联' }).click();
  await own.page.getByRole('alert').filter({ hasText: '口令' }).waitFor();
  await own.page.getByLabel('口令').fill(password);
  await own.sound('oidc-link');
  await own.page.getByRole('button', { name: '去关联' }).click();
  await atProvider(own.page, 'test-user2');
  await own.page.waitForURL(/\/account\?tab=subject/);
  await own.page.getByText(`http://${issuer.at}`).waitFor();
  await own.sound('oidc-linked');
  await own.close();

  await tab.goto('/findings?state=first');
  await commonLogin(tab.page).click();
  await atProvider(tab.page, 'test-user2');
  await tab.page.getByLabel('动态口令').fill('000000');
  await tab.page.getByRole('button', { name: '登录' }).click();
  await tab.page.getByRole('alert').filter({ hasText: '动态口令' }).waitFor();
  await tab.sound('oidc-code');
  await tab.page.getByLabel('动态口令').fill(await c.leader.code());
  await tab.page.getByRole('button', { name: '登录' }).click();
  await tab.page.waitForURL(/\/findings\?state=first/); // where one wanted to go
  await tab.page.getByRole('button', { name: /jg01/ }).waitFor();
  await tab.close();

  const refused = async (user: string, shot: string) => {
    const other = await Tab.open(c.browser, c.house);
    await other.goto('/');
    await commonLogin(other.page).click();
    await atProvider(other.page, user);
    await other.page.getByText('没有关联到本系统的账号，或账号已停用').waitFor();
    await other.page.getByText('请先用用户名和口令登录，在“我的账户”的“统一认证”中关联，或请安全保密管理员关联').waitFor();
    await other.sound(shot);
    await other.page.getByRole('link', { name: '返回登录' }).click();
    await commonLogin(other.page).waitFor();
    await other.close();
  };
  await refused('test-user@127.0.0.1', 'oidc-unknown');
  const { id } = (await c.admin.ask('GET', '/api/people?filter=login:jg01')).items[0];
  await c.admin.ask('POST', `/api/people/${id}/close`, { reason: '离职' });
  await refused('test-user2', 'oidc-disabled');
  expect(await c.leader.ask('GET', '/api/me').catch((e: Error) => e.message)).toContain('401');
}, 120_000);
