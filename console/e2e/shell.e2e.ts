import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, House, openBrowser, password, screens, Tab, totp, type City } from './harness';

let c: City;
beforeAll(async () => { c = await city(); });
afterAll(() => c?.close());

test('the first login: own password, authenticator by a QR code, recovery codes, then the first page', async () => {
  const house = new House();
  await house.start();
  const browser = await openBrowser();
  const tab = await Tab.open(browser, house);
  await tab.goto('/people');
  await tab.sound('login');
  await tab.page.getByLabel('用户名').fill('admin');
  await tab.page.getByLabel('口令').fill('wrong-password-1');
  await tab.page.getByRole('button', { name: '登录' }).click();
  await tab.page.getByText('用户名或口令不正确').waitFor();
  await tab.page.getByLabel('口令').fill(house.oneOff);
  await tab.page.keyboard.press('Enter');
  await tab.page.getByText('这是一次性口令').waitFor();
  await tab.sound('first-password');
  await tab.page.getByLabel('一次性口令').fill(house.oneOff);
  await tab.page.getByLabel('新口令', { exact: true }).fill(password);
  await tab.page.getByLabel('再输入一次').fill(password);
  await tab.page.getByRole('button', { name: '修改口令' }).click();
  await tab.page.getByLabel('当前口令').fill(password);
  await tab.page.getByRole('button', { name: '下一步' }).click();
  await tab.page.getByRole('img', { name: '动态口令的二维码' }).waitFor();
  await tab.sound('first-factor');
  const secret = await tab.page.locator('.gate .code').first().innerText();
  await tab.page.getByLabel('六位数字').fill(totp(secret, Math.floor(Date.now() / 30_000)));
  await tab.page.getByRole('button', { name: '启用' }).click();
  await tab.page.getByText('请保存恢复码').waitFor();
  expect(await tab.page.locator('.codes li').count()).toBe(10);
  await tab.sound('first-recovery');
  await tab.page.getByLabel('已经保存').check();
  await tab.page.getByRole('button', { name: '完成' }).click();
  await tab.page.getByRole('heading', { name: '人员与授权' }).waitFor();
  expect(new URL(tab.page.url()).pathname).toBe('/people'); // the address that was asked for first
  await browser.close();
  await house.remove();
});

test('the second factor is asked for at the login', async () => {
  const tab = await Tab.open(c.browser, c.house);
  await tab.goto('/');
  await tab.page.getByLabel('用户名').fill('aq01');
  await tab.page.getByLabel('口令').fill(password);
  await tab.page.keyboard.press('Enter');
  await tab.page.getByLabel('动态口令').waitFor();
  await tab.sound('login-factor');
  await tab.page.getByLabel('动态口令').fill(await c.security.code());
  await tab.page.keyboard.press('Enter');
  await tab.page.getByRole('navigation', { name: '主菜单' }).waitFor();
  await tab.page.getByRole('button', { name: /aq01/ }).click();
  await tab.page.getByText('退出登录').click();
  await tab.page.getByLabel('用户名').waitFor();
  await tab.close();
});

test('the menu shows what is open to each role, and an address that is not is refused in words', async () => {
  for (const [who, has, hasNot] of [
    [c.admin, '维护任务', '操作日志'],
    [c.auditor, '操作日志', '维护任务'],
    [c.leader, '任务', '人员与授权'],
  ] as const) {
    const tab = await (await Tab.open(c.browser, c.house)).as(who);
    await tab.goto('/');
    const menu = tab.page.getByRole('navigation', { name: '主菜单' });
    await menu.getByRole('menuitem', { name: has }).waitFor();
    expect(await menu.getByRole('menuitem', { name: hasNot }).count()).toBe(0);
    await tab.close();
  }
  const tab = await (await Tab.open(c.browser, c.house)).as(c.leader);
  await tab.goto('/people');
  await tab.page.getByText('您没有这个页面的权限').waitFor();
  await tab.sound('no-right');
  await tab.goto('/no-such-page');
  await tab.page.getByText('没有这个页面').waitFor();
  await tab.close();
});

test('a session that ended asks for the login over the page: what is typed stays, and is sent', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.admin);
  await tab.goto('/organisations');
  await tab.page.getByRole('button', { name: '登记机构' }).click();
  await tab.fill('编码', 'H33040200077');
  await tab.fill('名称', '<script>alert(1)</script>卫生院');
  await tab.fill('区划', '330402');
  await c.admin.ask('POST', '/api/logout');
  await tab.dialog.getByRole('button', { name: '登记' }).click();
  await tab.page.getByText('登录已过期').waitFor();
  await tab.shot('session-expired');
  await tab.fill('口令', password);
  await tab.page.keyboard.press('Enter');
  await tab.fill('动态口令', await c.admin.code());
  await tab.page.keyboard.press('Enter');
  await tab.page.getByText('<script>alert(1)</script>卫生院').waitFor(); // sent, and shown as text
  expect(tab.complaints).toEqual([]);
  const cookie = (await tab.context.cookies()).find((k) => k.name === 'yiheng')!;
  c.admin.cookie = `yiheng=${cookie.value}`;
  await tab.close();
});

test('a lost connection is said, the page stays, and goes on when the server is back', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.admin);
  tab.expects.push(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/);
  await tab.goto('/organisations');
  await c.house.stop();
  await tab.page.getByLabel(/^搜索/).fill('医院');
  await tab.page.getByText('与服务器的连接中断').waitFor();
  await tab.page.screenshot({ path: `${screens}connection-lost.png` });
  await c.house.start();
  await tab.page.getByText('与服务器的连接中断').waitFor({ state: 'detached', timeout: 20_000 });
  await tab.page.getByText('南川区中医医院').waitFor();
  await tab.page.getByText('康宁大药房').waitFor({ state: 'detached' });
  await tab.close();
});

test('without a network a page that is not here yet says so, nothing is sent later, and both go on when it is back', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.admin);
  tab.expects.push(/ERR_INTERNET_DISCONNECTED|unreachable|连接不上服务器/);
  await tab.goto('/organisations');
  await tab.page.getByRole('button', { name: '登记机构' }).click();
  await tab.fill('编码', 'H33040200078');
  await tab.fill('名称', '断网卫生院');
  await tab.fill('区划', '330402');
  await tab.context.setOffline(true);
  await tab.page.getByText('与服务器的连接中断').waitFor();
  await tab.dialog.getByRole('button', { name: '登记' }).click();
  await tab.dialog.getByText('填写的内容还在').waitFor();
  await tab.page.keyboard.press('Escape');
  await tab.dialog.waitFor({ state: 'detached' });
  await tab.page.getByRole('menuitem', { name: '节假日表' }).click();
  await tab.page.getByText('连接不上服务器').first().waitFor();
  expect(await tab.page.getByRole('menuitem').count()).toBeGreaterThan(3); // the frame stays
  await tab.page.screenshot({ path: `${screens}no-network.png` });
  await tab.context.setOffline(false);
  await tab.page.getByText('与服务器的连接中断').waitFor({ state: 'detached', timeout: 20_000 });
  await tab.page.getByRole('button', { name: /再试|重试/ }).click();
  await tab.page.getByRole('heading', { name: '节假日表' }).waitFor();
  await tab.goto('/organisations?q=断网卫生院');
  expect(await tab.page.getByText('断网卫生院', { exact: true }).count()).toBe(0); // what failed is not sent later
  await tab.close();
});

test('the keyboard: search, rows, a page by its name', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.admin);
  await tab.goto('/organisations');
  await tab.page.keyboard.press('f');
  await tab.page.keyboard.type('330400');
  await tab.page.waitForURL(/q=330400/);
  await tab.settle();
  await tab.page.locator('tr.opens').first().focus();
  await tab.page.keyboard.press('ArrowDown');
  await tab.page.keyboard.press('Enter');
  await tab.page.waitForURL(/open=/);
  await tab.page.keyboard.press('Escape');
  await tab.page.waitForURL((u) => !u.search.includes('open='));
  await tab.page.keyboard.press('Control+k');
  await tab.page.getByRole('textbox', { name: '转到页面' }).fill('服务');
  await tab.sound('goto');
  await tab.page.keyboard.press('Enter');
  await tab.page.getByRole('heading', { name: '服务账号' }).waitFor();
  await tab.page.getByRole('textbox', { name: '转到页面' }).waitFor({ state: 'detached' });
  await tab.page.keyboard.press('?');
  await tab.page.getByText('搜索本页列表').waitFor();
  await tab.close();
});

test('who comes back to a list finds it where it was left, also one that scrolls inside itself; another page begins at its top', async () => {
  const tab = await (await Tab.open(c.browser, c.house, { height: 420 })).as(c.admin);
  const menu = tab.page.getByRole('navigation', { name: '主菜单' });
  for (const [address, box] of [['/organisations', 'main'], ['/organisations?limit=0', '.ant-table-tbody-virtual-holder']] as const) {
    const top = () => tab.page.locator(box).evaluate((e) => e.scrollTop);
    await tab.goto(address);
    await tab.page.locator(box).evaluate((e) => { e.scrollTop = 60; });
    await tab.settle();
    expect(await top(), address).toBe(60);
    await menu.getByRole('menuitem', { name: '维护任务' }).click();
    await tab.page.getByRole('heading', { name: '维护任务' }).waitFor();
    expect(await tab.page.locator('main').evaluate((e) => e.scrollTop)).toBe(0);
    await tab.page.goBack();
    await tab.page.locator('.ant-table-row').first().waitFor();
    await expect.poll(top, { message: address }).toBe(60);
  }
  await menu.getByRole('menuitem', { name: '维护任务' }).click();
  await menu.getByRole('link', { name: '机构', exact: true }).click();
  await tab.page.locator('.ant-table-row').first().waitFor();
  expect(await tab.page.locator('main').evaluate((e) => e.scrollTop)).toBe(0);
  await tab.close();
});
