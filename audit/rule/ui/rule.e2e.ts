import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, Tab, type City } from '../../../console/e2e/harness';

let c: City;

beforeAll(async () => { c = await city(); });
afterAll(() => c?.close());

test('the catalogue: filtered by the URL; a class with its cases run in the page', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.leader);
  await tab.goto('/rules');
  await tab.page.getByText('共 94 条').waitFor();
  await tab.sound('rules');
  await tab.goto('/rules?filter=program:duration&filter=executable:true');
  expect(await tab.page.locator('tr.opens').count()).toBeGreaterThan(0);
  await tab.goto('/rules?q=药品限工伤保险');
  await tab.page.locator('tr.opens').first().click();
  await tab.page.getByText('不能发现的情形').waitFor();
  await tab.sound('rule');
  await tab.page.getByRole('tab', { name: /参数/ }).click();
  await tab.sound('rule-params');
  await tab.page.getByRole('tab', { name: /案例/ }).click();
  await tab.page.getByRole('button', { name: '运行全部案例' }).click();
  await tab.page.getByText(/个案例全部相符/).waitFor();
  await tab.page.locator('.plain-table button').first().click();
  await tab.page.waitForURL(/case=/);
  await tab.sound('rule-cases');
  await tab.goto('/rules/GZ10000101001000?tab=versions&region=330402&day=2026-01-01');
  await tab.page.getByText('按随程序发布的版本判定').first().waitFor();
  await tab.close();
});

test('coverage: what is not run, and why; a check and what decides it', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.leader);
  await tab.goto('/coverage?open=25');
  await tab.page.getByText('知识点要载明').waitFor();
  await tab.page.getByText('共 168 条').waitFor();
  await tab.sound('coverage');
  await tab.goto('/coverage?tab=classes&filter=status:needs_knowledge');
  await tab.page.getByText('没有生效的知识点').first().waitFor();
  await tab.sound('coverage-classes');
  await tab.close();
});

test('a custom check: what is wrong stands at its place; a sample is tried', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.leader);
  await tab.goto(`/expressions?samples=1&hits=${encodeURIComponent('lines.filter(l, l.cod.startsWith("0011"))')}`);
  await tab.page.getByText('没有“cod”这个字段').waitFor();
  expect(await tab.page.locator('.text-field mark').first().innerText()).toBe('c');
  await tab.sound('expression-wrong');
  await tab.page.getByRole('textbox', { name: '表达式' }).fill('lines.filter(l, l.code.startsWith("0011"))');
  await tab.page.getByText('写法正确').waitFor();
  await tab.page.waitForURL(/code/);
  await tab.page.getByRole('button', { name: '试算' }).click();
  await tab.page.getByText('疑点 1 个').waitFor();
  await tab.sound('expression-tried');
  await tab.close();
});
