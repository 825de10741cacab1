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
