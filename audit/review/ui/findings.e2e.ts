import { afterAll, beforeAll, expect, test } from 'vitest';
import { press, transplants } from '../../../console/e2e/findings';
import { city, password, Tab, type City, type Visitor } from '../../../console/e2e/harness';

let c: City;
let who: Record<string, Visitor> = {};
let id = '';

const staff = [['cs01', 'J330400', '陈初', 'first_reviewer'], ['yb01', 'H33040200001-01', '闵办', 'insurance_office']] as const;

beforeAll(async () => {
  c = await city();
  c.findings(transplants(3));
  who = await c.employ(staff);
  const found = await who.cs01!.ask('GET', '/api/findings?psn_no=P000003');
  id = found.items[0].finding_id;
  await who.cs01!.ask('POST', '/api/findings/decide', { move: 'suspect', finding_ids: [id], reason: '级别不符' });
});
afterAll(() => c?.close());

test('the list by keyboard: search, rows, choosing, a finding, back, anything, a page', async () => {
  const tab = await c.open(who.cs01!, '/findings?state=first');
  const keys = tab.page.keyboard;
  const focused = () => tab.page.evaluate(() => document.activeElement?.textContent ?? '');
  await tab.page.getByText('P000002').waitFor();
  await keys.press('f');
  await keys.type('P000001');
  await tab.sound('findings-key');
  await keys.press('Enter');
  await tab.page.waitForURL(/psn_no=P000001/);
  await tab.page.getByText('P000002').waitFor({ state: 'detached' });
  await tab.goto('/findings?state=first');
  await keys.press('f');
  await keys.press('Escape');
  await keys.press('ArrowDown');
  const upper = await focused();
  await keys.press('ArrowDown');
  const lower = await focused();
  expect([upper, lower].map((row) => /P00000\d/.exec(row)?.[0]).sort()).toEqual(['P000001', 'P000002']);
  await keys.press('ArrowUp');
  expect(await focused()).toBe(upper);
  await keys.press('x');
  await tab.page.getByText('已选 1 项').waitFor();
  await keys.press('Enter');
  await tab.page.waitForURL(/\/findings\/YD/);
  await tab.page.getByRole('heading', { name: /从入院到处理/ }).waitFor();
  expect(await tab.page.title()).toMatch(/^医疗服务项目限医疗机构级别 YD\S+ · 疑点详情 · 医衡$/);
  await keys.press('/');
  await tab.page.getByRole('textbox', { name: '查找', exact: true }).waitFor();
  await keys.press('Escape');
  await tab.page.getByRole('textbox', { name: '查找', exact: true }).waitFor({ state: 'hidden' });
  await tab.page.goBack();
  await tab.page.getByText('P000002').waitFor();
  expect(await tab.page.title()).toBe('疑点 · 医衡');
  await keys.press('Control+k');
  await tab.page.getByRole('textbox', { name: '转到页面' }).fill('走势');
  await keys.press('Enter');
  await tab.page.waitForURL(/findings-trend/);
  expect(tab.complaints).toEqual([]);
  await tab.close();
});

test('an appeal that is being written outlasts a server that fails, a lost connection and the end of the session', async () => {
  const tab = await c.open(who.yb01!, `/findings/${id}`);
  tab.expects.push(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|status of 503/);
  await press(tab, '提出申诉');
  await tab.dialog.locator('input[type=file]').setInputFiles({ name: '审批单.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') });
  await tab.dialog.getByLabel('审批单.pdf').waitFor();
  await tab.fill('有异议的金额（元）', '10000.00');
  await tab.fill('理由', '手术经批准开展，审批单附后');
  const kept = async () => {
    expect(await tab.dialog.getByLabel('有异议的金额（元）').inputValue()).toBe('10000.00');
    expect(await tab.dialog.getByLabel('理由', { exact: true }).inputValue()).toBe('手术经批准开展，审批单附后');
    expect(await tab.dialog.getByLabel('审批单.pdf').isChecked()).toBe(true);
  };
  const send = () => tab.dialog.getByRole('button', { name: '提出申诉' }).click();

  await tab.page.route('**/api/**', (route) => route.fulfill({ status: 503, contentType: 'text/html', body: '<h1>503</h1>' }));
  await send();
  await tab.dialog.getByText('服务器暂时不能办理').waitFor();
  const asked = tab.page.waitForResponse((r) => r.url().endsWith(`/api/findings/${id}`) && r.status() === 503);
  await tab.page.evaluate(() => { Date.now = ((now) => () => now() + 60_000)(Date.now); window.dispatchEvent(new Event('visibilitychange')); });
  await asked; // somebody who comes back to the page has it read anew
  await tab.settle();
  await kept();
  await tab.page.unroute('**/api/**');

  await c.house.stop();
  await send();
  await tab.page.getByText('与服务器的连接中断').waitFor();
  await tab.dialog.getByText('恢复后请再办理一次').waitFor();
  await kept();
  await tab.shot('finding-appeal-lost');
  await c.house.start();
  await tab.page.getByText('与服务器的连接中断').waitFor({ state: 'detached', timeout: 20_000 });
  await kept();

  await who.yb01!.ask('POST', '/api/logout');
  await send();
  await tab.page.getByText('登录已过期').waitFor();
  await tab.fill('口令', password);
  await tab.page.keyboard.press('Enter');
  await tab.fill('动态口令', await who.yb01!.code());
  await tab.page.keyboard.press('Enter');
  await tab.page.getByText('提出申诉：已办').waitFor();
  await tab.page.getByRole('list', { name: '从入院到处理' }).getByText('手术经批准开展，审批单附后').waitFor();
  const { finding } = await c.leader.ask('GET', `/api/findings/${id}`);
  expect([finding.state, finding.stake, finding.accepted]).toEqual(['second', '10000.00', '4800.00']);
  expect(tab.complaints).toEqual([]);
  await tab.close();
});

test('three clicks after the login, somebody who is new looks at the evidence of a finding', async () => {
  const tab = await Tab.open(c.browser, c.house);
  await tab.goto('/');
  await tab.page.getByLabel('用户名').fill('cs01');
  await tab.page.getByLabel('口令').fill(password);
  await tab.page.keyboard.press('Enter');
  await tab.page.getByLabel('动态口令').fill(await who.cs01!.code());
  await tab.page.keyboard.press('Enter');
  await tab.page.getByRole('heading', { name: '总览' }).waitFor();
  let clicks = 0;
  await tab.page.exposeFunction('clicked', () => { clicks++; });
  await tab.page.evaluate(() => addEventListener('click', () => void (window as unknown as { clicked: () => void }).clicked(), true));
  await tab.page.getByRole('link', { name: /^初审\s*\d/ }).click();
  await tab.page.getByRole('row').filter({ hasText: '嘉禾市第一人民医院' }).first().click();
  const hit = tab.page.getByRole('list', { name: '从入院到处理' }).getByText('肝移植术').first();
  await hit.waitFor();
  expect((await hit.boundingBox())!.y, 'seen without scrolling').toBeLessThan(768);
  await tab.page.locator('tr.row-hit').getByText('肝移植术').waitFor();
  await tab.page.getByText('医疗保障基金使用监督管理条例').first().waitFor(); // the basis
  expect(clicks).toBeLessThanOrEqual(3);
  await tab.sound('newcomer');
  await tab.close();
});
