import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, Tab, type City } from '../../../console/e2e/harness';

let c: City;
beforeAll(async () => { c = await city(); });
afterAll(() => c?.close());

test('organisations: found, filtered, sorted by the URL; registered, renamed, closed', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.admin);
  await tab.goto('/organisations?filter=kind:institution&sort=-code');
  expect(await tab.page.locator('tr.opens').first().innerText()).toContain('P33040200019');
  expect(await tab.page.locator('tr.opens').count()).toBe(3);
  await tab.goto('/organisations');
  await tab.sound('organisations');
  await tab.page.getByRole('button', { name: '登记机构' }).click();
  await tab.dialog.getByRole('button', { name: '登记' }).click();
  await tab.page.getByText('六位数字').first().waitFor();
  await tab.sound('organisation-add');
  await tab.fill('编码', 'H33040200001');
  await tab.fill('名称', '重名医院');
  await tab.fill('区划', '330402');
  tab.expects.push(/status of 409/);
  await tab.dialog.getByRole('button', { name: '登记' }).click();
  await tab.page.getByText('已被').waitFor(); // the server's words, in the dialog
  await tab.fill('编码', 'H33040200003');
  await tab.dialog.getByRole('button', { name: '登记' }).click();
  await tab.page.getByText('重名医院').click();
  await tab.sound('organisation');
  await tab.page.getByRole('button', { name: '改名' }).click();
  await tab.dialog.getByLabel('名称').fill('南川区妇幼保健院');
  await tab.dialog.getByRole('button', { name: '确定' }).click();
  await tab.page.getByRole('cell', { name: '南川区妇幼保健院' }).waitFor();
  await tab.page.getByRole('button', { name: '停用' }).click();
  await tab.dialog.getByRole('button', { name: '停用' }).click();
  await tab.page.getByText('已停用').first().waitFor();
  await tab.close();
});

test('people: registered with a password that is shown once, granted, ended, reset', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.admin);
  await tab.goto('/people');
  await tab.sound('people');
  await tab.page.getByRole('button', { name: '登记人员' }).click();
  await tab.page.getByRole('combobox', { name: '机构' }).fill('第一人民');
  await tab.choose('机构', '嘉禾市第一人民医院');
  await tab.fill('用户名', 'yb01');
  await tab.fill('姓名', '周办');
  await tab.sound('person-add');
  await tab.dialog.getByRole('button', { name: '登记' }).click();
  await tab.page.getByText('只显示这一次').waitFor();
  await tab.sound('one-off');
  await tab.page.getByLabel('已经记下').check();
  await tab.dialog.getByRole('button', { name: '关闭' }).click();
  await tab.page.waitForURL(/open=RY/);
  const address = new URL(tab.page.url());
  await tab.close();

  const officer = await (await Tab.open(c.browser, c.house)).as(c.security);
  await officer.goto(address.pathname + address.search);
  await officer.page.getByRole('button', { name: '授权', exact: false }).last().click();
  await officer.page.getByRole('combobox', { name: '机构' }).fill('第一人民');
  await officer.choose('机构', '嘉禾市第一人民医院');
  await officer.choose('角色', '机构医保办');
  await officer.fill('理由', '医保办负责人');
  await officer.sound('grant');
  await officer.dialog.getByRole('button', { name: '授权' }).click();
  await officer.page.getByRole('cell', { name: '机构医保办' }).waitFor();
  await officer.sound('person');
  await officer.page.getByRole('button', { name: '收回', exact: true }).click();
  await officer.fill('理由', '调离');
  await officer.dialog.getByRole('button', { name: '收回' }).click();
  await officer.page.getByText('已失效').waitFor();
  await officer.page.getByRole('button', { name: '办理' }).click();
  await officer.page.getByRole('menuitem', { name: '重置口令' }).click();
  await officer.fill('理由', '忘记口令');
  await officer.dialog.getByRole('button', { name: '重置' }).click();
  await officer.page.getByText('只显示这一次').waitFor();
  expect(officer.complaints).toEqual([]);
  await officer.close();
});

test('people: found by a whole name; what is sealed is shown for a reason', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.admin);
  await tab.goto('/people');
  await tab.page.getByRole('button', { name: '按姓名、电话查找' }).click();
  await tab.fill('姓名、电话或证件号', '顾衡');
  await tab.page.keyboard.press('Enter');
  await tab.sound('people-find');
  await tab.page.getByRole('button', { name: '打开' }).click();
  await tab.page.getByRole('button', { name: '查看完整信息' }).click();
  await tab.fill('理由', '核对证件');
  await tab.dialog.getByRole('button', { name: '确定' }).click();
  await tab.page.getByText('330402198001011236').waitFor();
  await tab.close();
});

test('service accounts: registered, a token issued and revoked', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.security);
  await tab.goto('/services');
  await tab.sound('services-empty');
  await tab.page.getByRole('button', { name: '登记服务账号' }).click();
  await tab.page.getByRole('combobox', { name: '机构' }).fill('服务中心');
  await tab.choose('机构', '嘉禾市医疗保障服务中心');
  await tab.fill('账号', 'jhzx-upload');
  await tab.fill('用途', '经办系统上传');
  await tab.dialog.getByRole('button', { name: '登记' }).click();
  await tab.page.waitForURL(/open=FW/);
  await tab.page.getByRole('button', { name: '发放令牌' }).click();
  await tab.page.getByRole('combobox', { name: '操作' }).fill('job.run');
  await tab.choose('操作', 'job.run');
  await tab.dialog.getByText('发放令牌给').click();
  await tab.fill('到期日', new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10));
  await tab.fill('理由', '上线');
  await tab.sound('token-issue');
  await tab.dialog.getByRole('button', { name: '发放' }).click();
  await tab.page.getByText('只显示这一次').waitFor();
  await tab.page.getByLabel('已经记下').check();
  await tab.dialog.getByRole('button', { name: '关闭' }).click();
  await tab.sound('service');
  await tab.page.getByRole('button', { name: '收回', exact: true }).click();
  await tab.fill('理由', '更换');
  await tab.dialog.getByRole('button', { name: '收回' }).click();
  await tab.page.getByText('没有有效的令牌').waitFor();
  await tab.close();
});

test('the own account, the own staff, the certificates', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.leader);
  await tab.goto('/account');
  await tab.sound('account');
  await tab.goto('/account?tab=password');
  await tab.sound('account-password');
  await tab.goto('/staff');
  await tab.page.getByRole('cell', { name: 'jg01' }).waitFor();
  await tab.sound('staff');
  await tab.goto('/certificates');
  await tab.sound('certificates');
  await tab.close();
});
