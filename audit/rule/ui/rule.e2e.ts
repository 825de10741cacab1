import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, Tab, Visitor, type City } from '../../../console/e2e/harness';

let c: City;
let author: Visitor;
let reviewer: Visitor;

beforeAll(async () => {
  c = await city();
  const join = async (login: string, role: string) => {
    const { id, one_off_password } = await c.admin.ask('POST', '/api/people', { login, organisation: 'J330400', identity: { name: login, phone: '13800001234', certno: '330402198001011236' } });
    await c.security.ask('POST', '/api/grants', { holder: id, role, organisation: 'J330400', reason: '规则办理' });
    return new Visitor(c.house, login).enter(one_off_password as string);
  };
  author = await join('jh01', 'agency_auditor');
  reviewer = await join('zs01', 'final_reviewer');
});
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

test('a version: drafted by the form, kept as text, submitted, passed by another, tried', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(author);
  await tab.goto('/rules/GZ10000101009000');
  await tab.page.getByRole('button', { name: '起草地方版本' }).click();
  await tab.page.getByRole('textbox', { name: '版本号' }).waitFor();
  await tab.choose('结论', '可疑');
  await tab.page.getByRole('tab', { name: '定义（YAML）' }).click();
  expect(await tab.page.getByRole('textbox', { name: '定义' }).inputValue()).toMatch(/^version: 1\.1\.0$[\s\S]*^result: suspicion$/m);
  await tab.sound('rule-draft-text');
  await tab.page.getByRole('tab', { name: '表单' }).click();
  await tab.page.getByRole('button', { name: '保存草稿' }).click();
  await tab.page.getByText('请写明文件和文号').waitFor();
  await tab.sound('rule-draft');
  await tab.page.getByRole('textbox', { name: '区划' }).fill('330400');
  await tab.page.getByLabel('首个服务日', { exact: true }).fill('2025-01-01');
  await tab.page.getByLabel('依据的文件和文号').fill('嘉医保发〔2025〕8号');
  await tab.page.getByLabel('理由', { exact: true }).fill('本地先作可疑处理');
  await tab.page.getByRole('button', { name: '保存草稿' }).click();
  await tab.page.waitForURL(/rule-versions\/GB000001/);
  await tab.sound('rule-version-draft');
  await tab.page.getByRole('button', { name: '提交审核' }).click();
  await tab.fill('理由', '请审核');
  await tab.dialog.getByRole('button', { name: '提交审核' }).click();
  await tab.page.getByText('审核', { exact: true }).first().waitFor();
  await tab.close();

  const other = await (await Tab.open(c.browser, c.house)).as(reviewer);
  await other.goto('/rule-versions');
  await other.sound('rule-versions');
  await other.page.locator('tr.opens').first().click();
  await other.page.getByRole('button', { name: '审核通过' }).click();
  await other.fill('理由', '同意试运行');
  await other.dialog.getByRole('button', { name: '审核通过' }).click();
  await other.page.getByText('试运行', { exact: true }).first().waitFor();
  await other.close();

  const leader = await (await Tab.open(c.browser, c.house)).as(c.leader);
  await leader.goto('/rule-versions/GB000001?tab=tryouts');
  expect(await leader.page.getByRole('button', { name: '转灰度' }).isDisabled()).toBe(true); // nothing was tried
  await leader.page.getByRole('button', { name: '在历史数据上试运行' }).click();
  await leader.fill('首个服务日', '2025-01-01');
  await leader.fill('最后服务日', '2025-01-31');
  await leader.dialog.getByRole('button', { name: '开始' }).click();
  await leader.page.getByText('历史数据 2025-01-01 至 2025-01-31').waitFor();
  await leader.sound('rule-version-tryouts');
  await leader.goto('/rule-versions/GB000001');
  await leader.page.getByText('现有内容要已在合规城市中运行').first().waitFor();
  await leader.sound('rule-version');
  await leader.close();
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
