import { afterAll, beforeAll, expect, test } from 'vitest';
import { script, transplants } from '../../../console/e2e/findings';
import { city, screens, type City, type Visitor } from '../../../console/e2e/harness';

let c: City;
let who: Record<string, Visitor> = {};

const staff = [
  ['cs01', 'J330400', '陈初', 'first_reviewer'], ['jh01', 'J330400', '季核', 'agency_auditor'], ['yb01', 'H33040200001-01', '闵办', 'insurance_office'], ['ys01', 'X339900', '远山', 'supervisor_leader'],
] as const;

beforeAll(async () => {
  c = await city();
  c.findings(transplants(2));
  who = await c.employ(staff);
});
afterAll(() => c?.close());

const open = (v: Visitor, path: string) => c.open(v, path);

test('the first page of each role has what is theirs, and leads to the list behind a figure', async () => {
  const tab = await open(who.cs01!, '/');
  await tab.page.getByRole('heading', { name: '总览' }).waitFor();
  await tab.page.getByText('最近一次筛查').waitFor();
  await tab.sound('overview');
  await tab.page.getByRole('link', { name: /^初审\s*\d/ }).click();
  await tab.page.waitForURL(/\/todo\?state=first/);
  await tab.close();
  for (const [v, has, hasNot] of [
    [c.leader, '突出的机构', '账户'], [who.yb01!, '本机构逾期', '突出的机构'], [c.admin, '检查点状态', '突出的规则'], [c.auditor, '检查点状态', '突出的规则'],
  ] as const) {
    const other = await open(v, '/overview');
    await other.page.getByText(has, { exact: true }).first().waitFor({ timeout: 25_000 });
    expect(await other.page.getByText(hasNot, { exact: true }).count(), `${v.login}: ${hasNot}`).toBe(0);
    await other.sound(`overview-${v.login}`);
    await other.close();
  }
  const far = await open(who.ys01!, '/overview');
  await far.page.getByText('没有疑点').first().waitFor();
  expect(await far.page.getByText('嘉禾市第一人民医院').count()).toBe(0);
  await far.close();
}, 180_000);

test('the wall screen shows no person, and keeps its figures while nobody answers', async () => {
  const tab = await open(c.leader, '/wall');
  tab.expects.push(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/);
  await tab.page.setViewportSize({ width: 1920, height: 1080 });
  await tab.page.getByText('监管的基金支付').waitFor();
  await tab.sound('wall');
  expect(await tab.page.locator('.wall').innerText()).not.toContain('P000001');
  await tab.page.setViewportSize({ width: 3840, height: 2160 });
  expect(await tab.page.evaluate(() => document.querySelector('.wall')!.scrollHeight <= window.innerHeight)).toBe(true);
  await tab.page.screenshot({ path: `${screens}wall-3840.png` });
  const shown = await tab.page.locator('.wall-row').innerText();
  await c.house.stop();
  await tab.page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  await tab.page.getByText('连接中断，显示').waitFor({ timeout: 45_000 });
  expect(await tab.page.locator('.wall-row').innerText()).toBe(shown);
  await c.house.start();
  await tab.page.getByText('更新于').waitFor({ timeout: 45_000 });
  await tab.close();
}, 120_000);

test('one box finds by number, code and name, within reach', async () => {
  const tab = await open(who.jh01!, '/overview');
  await tab.page.keyboard.press('/');
  const field = tab.page.getByRole('textbox', { name: '查找', exact: true });
  await field.fill('第一人民');
  await tab.page.getByRole('option', { name: /嘉禾市第一人民医院/ }).waitFor();
  await tab.sound('find');
  await tab.page.keyboard.press('Enter');
  await tab.page.waitForURL(/\/institutions\/H33040200001/);
  await tab.page.getByText('按月：与同级机构比较').waitFor();
  await tab.sound('institution');
  await tab.page.getByRole('button', { name: /查找人员/ }).click();
  await field.fill('S000002');
  await tab.page.getByRole('option', { name: /在全部就诊、结算中查找/ }).click();
  await tab.page.getByRole('option', { name: /结算 S000002/ }).click();
  await tab.page.waitForURL(/\/persons\/P000002\?mdtrt_id=M000002/);
  await tab.page.getByRole('button', { name: /查找人员/ }).click();
  await field.fill('P000001');
  await tab.page.getByRole('option', { name: /参保人 P000001/ }).click();
  await tab.page.waitForURL(/\/persons\/P000001/);
  await tab.page.getByRole('cell', { name: script }).waitFor(); // text is text
  await tab.sound('person-story');
  await tab.close();
  const far = await open(who.ys01!, '/overview');
  await far.page.getByRole('button', { name: /查找人员/ }).click();
  const answered = far.page.waitForResponse(/findings\/search/);
  await far.page.getByRole('textbox', { name: '查找', exact: true }).fill('第一人民');
  await answered;
  await far.settle();
  expect(await far.page.getByRole('option', { name: /嘉禾市第一人民医院/ }).count()).toBe(0);
  await far.close();
}, 180_000);
