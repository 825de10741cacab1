import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, Tab, Visitor, type City } from '../../../console/e2e/harness';

let c: City;
let auditor: Visitor;
let other: Visitor; // a second leader

const header = 'kp_id,rule_id,code,other_code,params,valid_from,valid_to,supersedes,region,basis,note';

/** Three points, one of them without its parameters, one without a code, and a row that cannot be read. */
const first = [
  header,
  'T-1,GZ10000101009000,XA10BJL326B002010101523,,"{""window"":""month"",""max"":6}",2024-01-01,,,,药品说明书,度拉糖肽注射液；每周一次',
  'T-2,GZ10000101009000,XA10BJS279B002010283568,,"{""needs_parameters"":true}",2024-01-01,,,,药品说明书,司美格鲁肽注射液',
  'T-3,GZ10000101009000,XB01AFA319A001010101748,,"{""max"":",2024-01-01,,,,药品说明书,利伐沙班片',
  'T-4,GZ10000101009000,,,"{""window"":""month"",""max"":60}",2024-01-01,,,,药品说明书,',
].join('\n');

const exclusions = 'ex_id,kind,rule_ids,psn_no,region,reason\nE-1,special,GZ10000101009000,P0001,330400,特例单议（嘉医保函〔2026〕1号）\nE-2,特例,GZ10000101009000,P0002,330400,特例单议（嘉医保函〔2026〕1号）\n';

beforeAll(async () => {
  c = await city();
  const admit = async (login: string, name: string, role: string) => {
    const { id, one_off_password } = await c.admin.ask('POST', '/api/people', { login, organisation: 'J330400', identity: { name } });
    await c.security.ask('POST', '/api/grants', { holder: id, role, organisation: 'J330400', reason: '知识库维护' });
    return new Visitor(c.house, login).enter(one_off_password as string);
  };
  auditor = await admit('jh01', '秦稽核', 'agency_auditor');
  other = await admit('fz02', '陆复核', 'supervisor_leader');
});
afterAll(() => c?.close());

test('a change: uploaded, compared, decided by another, found, taken back', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(auditor);
  await tab.goto('/knowledge/changes');
  await tab.sound('knowledge-changes-empty');
  await tab.page.getByRole('button', { name: '导入知识点' }).click();
  await tab.dialog.getByRole('button', { name: '上传并比较' }).click();
  await tab.page.getByText('请选择文件').first().waitFor();
  await tab.sound('knowledge-stage');
  await tab.dialog.locator('input[type=file]').setInputFiles({ name: '季度更新.csv', mimeType: 'text/csv', buffer: Buffer.from(first) });
  await tab.fill('理由', '季度更新');
  await tab.dialog.getByRole('button', { name: '上传并比较' }).click();
  await tab.page.waitForURL(/knowledge\/changes\/1/);
  await tab.page.getByRole('cell', { name: '度拉糖肽注射液' }).waitFor();
  await tab.sound('knowledge-change');
  await tab.page.getByRole('button', { name: /对本规则全部明细/ }).click();
  await tab.page.getByText('共 1 条').waitFor();
  await tab.page.getByRole('cell', { name: '对本规则全部明细' }).waitFor();
  await tab.page.getByRole('button', { name: /待补参数/ }).click();
  await tab.page.getByText('共 1 条').waitFor();
  await tab.page.getByRole('button', { name: /不采用的行/ }).click();
  await tab.page.getByRole('cell', { name: '季度更新.csv' }).waitFor();
  await tab.sound('knowledge-quarantine');
  expect(await tab.page.getByRole('button', { name: '批准生效' }).count()).toBe(0); // another person decides
  await tab.close();

  const leader = await (await Tab.open(c.browser, c.house)).as(c.leader);
  await leader.goto('/knowledge/changes/1?tab=files');
  await leader.page.getByText('读出的行 = 采用').waitFor();
  await leader.sound('knowledge-files');
  await leader.page.getByRole('button', { name: '批准生效' }).click();
  await leader.dialog.getByText('1 个知识点没有编码，对本规则全部明细判定').waitFor();
  await leader.fill('理由', '同意');
  await leader.dialog.getByRole('button', { name: '批准生效' }).click();
  await leader.page.getByText('有不采用的行，须确认').waitFor();
  await leader.dialog.getByRole('checkbox').check();
  await leader.sound('knowledge-enforce');
  await leader.dialog.getByRole('button', { name: '批准生效' }).click();
  await leader.page.getByText('已生效').first().waitFor();
  await leader.goto('/knowledge?q=度拉糖肽');
  await leader.page.locator('tr.opens').first().click();
  await leader.page.getByText('历次版本').first().waitFor();
  await leader.sound('knowledge-point');
  await leader.goto('/knowledge?needs=true&rule=GZ10000101009000');
  await leader.page.getByText('共 1 条').waitFor();
  await leader.sound('knowledge-points');
  await leader.goto('/knowledge/changes?tab=editions');
  await leader.page.getByText('现行').waitFor();
  await leader.sound('knowledge-editions');
  await leader.close();
});

test('the exclusion list: staged, compared, decided by another, withdrawn, and that taken back', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(auditor);
  await tab.goto('/exclusions');
  await tab.page.getByRole('button', { name: '导入名单' }).click();
  await tab.dialog.locator('input[type=file]').setInputFiles({ name: '例外.csv', mimeType: 'text/csv', buffer: Buffer.from(exclusions) });
  await tab.fill('理由', '特例单议纪要');
  await tab.dialog.getByRole('button', { name: '上传并比较' }).click();
  await tab.page.getByRole('cell', { name: 'E-1' }).waitFor();
  await tab.sound('exclusion-change');
  expect(await tab.page.getByRole('button', { name: '批准生效' }).count()).toBe(0); // another person decides
  await tab.page.getByRole('button', { name: /不采用的行/ }).click();
  await tab.page.getByText('不认识种类').waitFor();
  await tab.goto('/exclusions');
  await tab.page.getByText('没有例外').waitFor();
  await tab.close();

  const leader = await (await Tab.open(c.browser, c.house)).as(c.leader);
  const decide = async (reason: string) => {
    await leader.page.getByRole('button', { name: '批准生效' }).click();
    await leader.fill('理由', reason);
    if (await leader.dialog.getByRole('checkbox').count()) await leader.dialog.getByRole('checkbox').check();
    await leader.dialog.getByRole('button', { name: '批准生效' }).click();
    await leader.page.getByText('已生效').first().waitFor();
  };
  await leader.goto('/exclusions?tab=changes');
  await leader.page.getByText('待决定').waitFor();
  await leader.sound('exclusion-changes');
  await leader.page.locator('tr.opens').first().click();
  await decide('核对无误');
  await leader.goto('/exclusions');
  await leader.page.getByText('E-1').first().click();
  await leader.page.getByText('不判定的规则').waitFor();
  await leader.sound('exclusion');
  await leader.page.keyboard.press('Escape');
  await leader.page.getByRole('button', { name: '导入名单' }).click();
  await leader.sound('exclusion-stage');
  await leader.page.keyboard.press('Escape');
  await leader.page.getByRole('checkbox', { name: '选择 E-1' }).check();
  await leader.page.getByRole('button', { name: '撤销', exact: true }).click();
  await leader.fill('理由', '特例已经期满');
  await leader.dialog.getByRole('button', { name: '提出撤销' }).click();
  await leader.page.getByText('由您提出，须由另一人决定').waitFor();
  await leader.sound('exclusion-withdrawal');
  const own = leader.page.url().split('/').pop()!.split('?')[0]!;
  await c.leader.ask('POST', `/api/knowledge/changes/${own}/enforce`, { reason: '自己决定' }).then(() => expect.fail('one person decided alone'), () => undefined);
  await leader.close();

  const second = await (await Tab.open(c.browser, c.house)).as(other);
  await second.goto(`/knowledge/changes/${own}`);
  await second.page.getByRole('button', { name: '批准生效' }).click();
  await second.fill('理由', '同意撤销');
  await second.dialog.getByRole('button', { name: '批准生效' }).click();
  await second.page.getByText('已生效').first().waitFor();
  await second.goto('/exclusions?tab=versions');
  await second.sound('exclusion-versions');
  await second.page.getByRole('button', { name: '撤回' }).click();
  await second.fill('理由', '撤销有误');
  await second.dialog.getByRole('button', { name: '撤回' }).click();
  await second.page.getByText('共 3 条').waitFor();
  await second.goto('/exclusions?q=E-1');
  await second.page.getByText('共 1 条').waitFor();
  await second.close();
});
