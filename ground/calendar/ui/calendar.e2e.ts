import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, Tab, type City } from '../../../console/e2e/harness';

let c: City;
beforeAll(async () => { c = await city(); });
afterAll(() => c?.close());

test('holidays: shown, a day changed, the change in the history', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.admin);
  const { items } = await c.admin.ask('GET', '/api/holidays?limit=1&sort=-day');
  const { year, day } = items[0];
  await tab.goto('/holidays?tab=list&sort=-day');
  await tab.sound('holidays');
  await tab.page.locator('tr.opens').first().click();
  await tab.fill('名称', '国庆节（调整）');
  await tab.fill('理由', '按补充通知');
  await tab.sound('holiday-set');
  await tab.dialog.getByRole('button', { name: '确定' }).click();
  await tab.page.getByRole('cell', { name: '国庆节（调整）' }).waitFor();
  await tab.goto(`/holidays?year=${year}`);
  await tab.page.getByText('按补充通知').waitFor();
  await tab.page.getByText(day).last().waitFor();
  await tab.sound('holiday-history');
  await tab.page.keyboard.press('Escape');
  await tab.page.getByRole('button', { name: '导入通知' }).click();
  await tab.page.locator('input[type=file]').setInputFiles({ name: '2031.csv', mimeType: 'text/csv', buffer: Buffer.from('年度,日期,类型,名称,文号\n2031,某日,放假,元旦,国办发明电〔2030〕1号\n') });
  await tab.fill('理由', '新一年');
  tab.expects.push(/status of 422/);
  await tab.dialog.getByRole('button', { name: '导入' }).click();
  await tab.dialog.getByRole('alert').first().waitFor();
  await tab.sound('holiday-import');
  expect(tab.complaints).toEqual([]);
  await tab.close();
});

test('a year at a glance, and a period reckoned with the reason of each skipped day', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.leader);
  await tab.goto('/holidays?shown=2025');
  await tab.page.getByTitle('2025-09-28 上班').waitFor();
  await tab.sound('holidays-year');
  await tab.page.getByRole('button', { name: '下一年' }).click();
  await tab.page.waitForURL(/shown=2026/);
  await tab.goto('/holidays?shown=2035');
  await tab.page.getByText('还没有 2035 年的节假日表').waitFor();
  await tab.page.getByRole('tab', { name: '期限推算' }).click();
  await tab.page.getByLabel('起算事件之日').fill('2025-09-25');
  await tab.page.getByText('2025-10-09').waitFor();
  expect(await tab.page.getByText('国庆节').count()).toBeGreaterThan(5);
  await tab.sound('period');
  await tab.goto('/holidays?tab=period&from=2025-09-25&period=5%E4%B8%AA%E5%B7%A5%E4%BD%9C%E6%97%A5&without=2025-09-26&until=2025-09-29');
  await tab.page.getByText('扣除：不计入的期间').first().waitFor();
  tab.expects.push(/status of 422/);
  await tab.goto('/holidays?tab=period&from=2040-01-05');
  await tab.page.getByRole('alert').waitFor();
  expect(tab.complaints).toEqual([]);
  await tab.close();
});
