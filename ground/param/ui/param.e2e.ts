import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, Tab, type City } from '../../../console/e2e/harness';

let c: City;
beforeAll(async () => { c = await city(); });
afterAll(() => c?.close());

test('parameters: what is not confirmed says so; a value is put, shown in its region, withdrawn', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.leader);
  await tab.goto('/params');
  await tab.page.getByText('须按本地正式文本核定').first().waitFor();
  await tab.sound('params');
  const rows = await c.leader.ask('GET', '/api/params?limit=500');
  const free = rows.items.find((p: { national: boolean; value?: string; kind: string }) => !p.national && p.value && /天|日/.test(p.value));
  await tab.goto(`/params?open=${free.key}`);
  await tab.sound('param');
  await tab.page.locator('.side').getByRole('button', { name: /录入$/ }).click();
  await tab.fill('区划', '330402');
  await tab.fill('值', '不是数');
  await tab.fill('文件', '嘉医保发〔2026〕3号');
  await tab.fill('理由', '按本地文件');
  tab.expects.push(/status of 422/);
  await tab.dialog.getByRole('button', { name: '录入' }).click();
  await tab.dialog.getByRole('alert').first().waitFor();
  await tab.sound('param-put');
  await tab.fill('值', free.value);
  await tab.dialog.getByRole('button', { name: '录入' }).click();
  await tab.page.getByRole('button', { name: '撤回' }).waitFor();
  await tab.goto(`/params?region=330402&open=${free.key}`);
  await tab.page.getByText('嘉医保发〔2026〕3号').first().waitFor();
  await tab.page.getByRole('button', { name: '撤回' }).click();
  await tab.fill('理由', '文件已废止');
  await tab.dialog.getByRole('button', { name: '撤回' }).click();
  await tab.page.getByText('已撤回').waitFor();
  expect(tab.complaints).toEqual([]);
  await tab.close();
});
