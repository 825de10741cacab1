import { afterAll, beforeAll, expect, test } from 'vitest';
import { transplants } from '../../../console/e2e/findings';
import { city, type City, type Tab, type Visitor } from '../../../console/e2e/harness';

let c: City;
let who: Record<string, Visitor> = {};
let finding = '';

const staff = [['jh01', 'J330400', '季核', 'agency_auditor'], ['zs01', 'J330400', '钟终', 'final_reviewer']] as const;

beforeAll(async () => {
  c = await city();
  c.findings(transplants(1));
  who = await c.employ(staff);
  finding = (await who.jh01!.ask('GET', '/api/findings')).items[0].finding_id;
});
afterAll(() => c?.close());

const rule = 'GZ10000102011000';

/** move makes a move of the version that is shown, and waits for what it then says. */
async function move(tab: Tab, title: string, reason: string, state: string, fill?: () => Promise<void>) {
  await tab.page.getByRole('button', { name: title, exact: true }).click();
  await fill?.();
  await tab.fill('理由', reason);
  await tab.dialog.getByRole('button', { name: title, exact: true }).click();
  await tab.page.getByRole('heading', { level: 1 }).filter({ hasText: state }).waitFor();
  await tab.page.getByRole('dialog').last().waitFor({ state: 'hidden' });
}

/** judged screens again, and says by which version and as what the finding stands there now. */
async function judged(): Promise<[string, string]> {
  c.screen();
  const { finding: f } = await who.jh01!.ask('GET', `/api/findings/${finding}`);
  return [f.rule_version, f.result];
}

test('a version is drafted by the form, passed by another, stopped by the clean city, mended, tried, used in one hospital, in force, retired', async () => {
  const author = await c.open(who.jh01!, `/rules/${rule}`);
  await author.page.getByRole('button', { name: '起草地方版本' }).click();
  await author.page.getByRole('textbox', { name: '版本号' }).waitFor();
  await author.page.getByRole('button', { name: '保存草稿' }).click();
  await author.page.getByText('请写明文件和文号').waitFor();
  await author.sound('rule-draft');
  await author.page.getByRole('textbox', { name: '区划' }).fill('330400');
  await author.page.getByLabel('首个服务日', { exact: true }).fill('2025-01-01');
  await author.page.getByLabel('依据的文件和文号').fill('嘉医保发〔2025〕8号');
  await author.page.getByLabel('理由', { exact: true }).fill('住院诊查费限三级医院');
  await author.page.getByRole('tab', { name: '定义（YAML）' }).click();
  const definition = author.page.getByRole('textbox', { name: '定义' });
  const national = await definition.inputValue();
  expect(national).toMatch(/^version: 1\.1\.0$/m);
  await definition.fill(`${national}points:\n  - {kp_id: J1, code: 001102000050000, params: {level_min: 3}, valid_from: 2024-01-01}\n`);
  await author.page.getByRole('button', { name: '保存草稿' }).click();
  await author.page.waitForURL(/rule-versions\/GB000001/);
  await author.sound('rule-version-draft');
  await move(author, '提交审核', '请审核', '审核');
  expect(await author.page.getByRole('button', { name: '审核通过' }).count(), 'who drafted does not pass').toBe(0);

  const reviewer = await c.open(who.zs01!, '/rule-versions');
  await reviewer.sound('rule-versions');
  await reviewer.page.locator('tr.opens').first().click();
  await move(reviewer, '审核通过', '同意试运行', '试运行');

  const leader = await c.open(c.leader, '/rule-versions/GB000001?tab=tryouts');
  expect(await leader.page.getByRole('button', { name: '转灰度' }).isDisabled(), 'nothing was tried').toBe(true);
  await leader.page.getByRole('button', { name: '在合规城市中运行' }).click();
  await leader.dialog.getByRole('button', { name: '开始' }).click();
  await leader.page.getByText('没有通过', { exact: true }).waitFor({ timeout: 60_000 });
  await leader.page.getByRole('table', { name: '样例' }).getByText('住院诊查费').first().waitFor();
  expect(await leader.page.locator('main').innerText(), 'no word of the program').not.toMatch(/violation|suspicion/);
  await leader.sound('rule-version-not-clean');
  expect(await leader.page.getByRole('button', { name: '转灰度' }).isDisabled(), 'the clean city had violations').toBe(true);
  await leader.page.getByRole('tab', { name: '办理经过' }).click();
  await leader.page.getByText('现有内容要已在合规城市中运行，且没有给出违规').first().waitFor();
  await leader.sound('rule-version');
  await move(leader, '退回草稿', '合规城市中有违规', '草稿');

  await author.goto('/rule-versions/GB000001');
  await author.page.getByRole('button', { name: '修改' }).click();
  await author.page.getByRole('tab', { name: '定义（YAML）' }).click();
  await author.page.getByRole('textbox', { name: '定义' }).fill(national);
  await author.page.getByRole('tab', { name: '表单' }).click();
  await author.choose('结论', '可疑');
  await author.page.getByRole('tab', { name: '定义（YAML）' }).click();
  expect(await author.page.getByRole('textbox', { name: '定义' }).inputValue()).toMatch(/^result: suspicion$/m);
  await author.sound('rule-draft-text');
  await author.page.getByLabel('理由', { exact: true }).fill('不加诊查费，先作可疑处理');
  await author.page.getByRole('button', { name: '保存草稿' }).click();
  await author.page.waitForURL(/rule-versions\/GB000001/);
  await move(author, '提交审核', '请再审核', '审核');
  await author.close();
  await reviewer.goto('/rule-versions/GB000001');
  await move(reviewer, '审核通过', '同意', '试运行');
  await reviewer.close();

  await leader.goto('/rule-versions/GB000001?tab=tryouts');
  await leader.page.getByText('内容已改，不再作数').waitFor();
  await leader.page.getByRole('button', { name: '在历史数据上试运行' }).click();
  await leader.fill('首个服务日', '2026-01-01');
  await leader.fill('最后服务日', '2026-01-31');
  await leader.dialog.getByRole('button', { name: '开始' }).click();
  await leader.page.getByRole('dialog').last().waitFor({ state: 'hidden' });
  await leader.page.getByRole('button', { name: '在合规城市中运行' }).click();
  await leader.dialog.getByRole('button', { name: '开始' }).click();
  await leader.page.getByText('通过', { exact: true }).waitFor({ timeout: 60_000 });
  await leader.page.getByText('完成', { exact: true }).waitFor({ timeout: 60_000 });
  expect(await leader.page.locator('.tally').filter({ hasText: '改变' }).innerText()).toMatch(/1\s+14,800\.00 元/);
  await leader.page.getByRole('table', { name: '受影响最大的机构' }).getByText('嘉禾市第一人民医院').waitFor();
  await leader.sound('rule-version-tryouts');

  await move(leader, '转灰度', '先在一家医院用', '灰度', async () => {
    await leader.page.getByRole('combobox', { name: '灰度的机构' }).fill('第一人民');
    await leader.choose('灰度的机构', '嘉禾市第一人民医院');
    await leader.page.keyboard.press('Escape');
    await leader.sound('rule-version-grey');
  });
  expect(await judged()).toEqual(['1.1.0+330400.grey', 'suspicion']);
  await move(leader, '启用', '灰度一月无误判', '生效');
  expect(await judged()).toEqual(['1.1.0+330400', 'suspicion']);
  await leader.goto(`/rules/${rule}?tab=versions&region=330402&day=2026-01-06`);
  await leader.page.getByText(/按\s*1\.1\.0\+330400\s*判定/).waitFor();
  await leader.sound('rule-held');

  await leader.goto('/rule-versions/GB000001');
  await move(leader, '停用', '恢复国家规则', '停用', () => leader.fill('最后服务日', '2025-12-31'));
  await leader.page.getByText('已经结束，没有下一步').waitFor();
  await leader.sound('rule-version-retired');
  expect(await judged()).toEqual(['1.0.0', 'violation']);
  await leader.goto(`/rules/${rule}?tab=versions&region=330402&day=2026-01-06`);
  await leader.page.getByText('按随程序发布的版本判定').first().waitFor();
  await leader.close();
}, 180_000);
