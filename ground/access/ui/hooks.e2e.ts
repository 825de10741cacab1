import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, Tab, type City } from '../../../console/e2e/harness';

let c: City;
beforeAll(async () => { c = await city(); });
afterAll(() => c?.close());

test('webhooks of a service account: subscribed, the secret shown once, deliveries, ended', async () => {
  const { id } = await c.security.ask('POST', '/api/services', { login: 'jhzx-push', organisation: 'J330400', name: '经办系统接收推送' });
  const tab = await (await Tab.open(c.browser, c.house)).as(c.security);
  await tab.goto(`/services?open=${id}`);
  await tab.page.getByRole('button', { name: '登记推送' }).click();
  await tab.dialog.getByRole('button', { name: '登记' }).click();
  await tab.page.getByText('应以 https:// 开头').first().waitFor();
  await tab.page.getByText('至少选择一项').first().waitFor();
  await tab.fill('接收地址', 'https://hook.example.org/yiheng');
  await tab.dialog.getByLabel('疑点已下发').check();
  await tab.dialog.getByLabel('任务已结束').check();
  await tab.fill('理由', '经办系统上线');
  await tab.sound('hook-add');
  await tab.dialog.getByRole('button', { name: '登记' }).click();
  await tab.page.getByText('只显示这一次').waitFor();
  await tab.page.getByLabel('已经记下').check();
  await tab.dialog.getByRole('button', { name: '关闭' }).click();
  await tab.page.getByRole('cell', { name: '疑点已下发、任务已结束' }).waitFor();
  await tab.page.getByRole('button', { name: '推送记录' }).click();
  await tab.page.getByText('没有推送记录').waitFor();
  await tab.sound('hooks');
  await tab.page.getByRole('button', { name: '停用推送' }).click();
  await tab.fill('理由', '更换系统');
  await tab.dialog.getByRole('button', { name: '停用' }).click();
  await tab.page.getByText('已停用').first().waitFor();
  expect(tab.complaints).toEqual([]);
  await tab.close();
});
