import { afterAll, beforeAll, expect, test } from 'vitest';
import { decide, script, transplants } from '../../../console/e2e/findings';
import { city, type City, type Visitor } from '../../../console/e2e/harness';

let c: City;
let id = '';
let who: Record<string, Visitor> = {};

const staff = [
  ['cs01', 'J330400', '陈初', 'first_reviewer'], ['fs01', 'J330400', '傅复', 'second_reviewer'], ['zs01', 'J330400', '钟终', 'final_reviewer'],
  ['jh01', 'J330400', '季核', 'agency_auditor'], ['yb01', 'H33040200001-01', '闵办', 'insurance_office'], ['ys01', 'X339900', '远山', 'supervisor_leader'],
] as const;

beforeAll(async () => {
  c = await city();
  c.findings(transplants(2));
  who = await c.employ(staff);
  const found = await who.cs01!.ask('GET', '/api/findings?psn_no=P000001');
  expect(found.items).toHaveLength(1);
  id = found.items[0].finding_id;
});
afterAll(() => c?.close());

const at = (login: string, path: string) => c.open(who[login]!, path);

test('the whole way of a finding through five people', async () => {
  const first = await at('cs01', '/todo');
  await first.sound('todo');
  await first.page.getByText(id).click();
  await first.page.getByText('肝移植术（003310050180000）').first().waitFor();
  await first.page.locator('tr.row-hit').getByText('肝移植术').waitFor();
  await first.page.getByText(script).waitFor(); // as text
  await first.page.getByRole('button', { name: '核验' }).click();
  await first.page.getByText('核验一致').waitFor();
  await first.sound('finding-first');
  await first.page.getByRole('complementary', { name: '办理' }).getByRole('button', { name: '初审认定' }).click();
  await first.sound('finding-suspect');
  await first.dialog.getByRole('button', { name: '返回' }).click();
  await decide(first, '初审认定', (t) => t.fill('理由', '级别不符，请机构说明'));
  await first.page.getByText('现在没有由您办理的事项').waitFor();
  await first.close();

  const office = await at('yb01', '/findings');
  await office.page.getByText(id).click();
  await office.page.getByText('级别不符，请机构说明').waitFor();
  await office.page.getByRole('complementary', { name: '办理' }).getByRole('button', { name: '提出申诉' }).click();
  await office.dialog.locator('input[type=file]').setInputFiles({ name: '手术审批单.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n') });
  await office.dialog.getByLabel('手术审批单.pdf').waitFor();
  await office.fill('有异议的金额（元）', '10000.00');
  await office.fill('理由', '手术经批准开展');
  await office.sound('finding-appeal');
  await office.dialog.getByRole('button', { name: '提出申诉' }).click();
  await office.page.getByText('提出申诉：已办').waitFor();
  await office.page.getByText('4,800.00').first().waitFor(); // what is not contested is accepted
  await office.sound('finding-office');
  await office.close();

  const second = await at('fs01', `/findings/${id}`);
  const saved = second.page.waitForEvent('download');
  await second.page.getByRole('button', { name: '手术审批单.pdf' }).click();
  expect((await saved).suggestedFilename()).toBeTruthy();
  await decide(second, '复审维持', async (t) => { await t.fill('维持的金额（元）', '9000.00'); await t.fill('理由', '批准文件不含本项目'); });
  await second.sound('finding-second');
  await second.close();

  const again = await at('yb01', `/findings/${id}`);
  await decide(again, '认可复审意见');
  await again.close();

  const final = await at('zs01', `/findings/${id}`);
  await decide(final, '终审确认', async (t) => {
    await t.fill('处理截止日', '2027-12-31');
    await t.fill('理由', '事实清楚，依据充分');
    await t.sound('finding-confirm');
  });
  await final.close();

  const auditor = await at('jh01', `/findings/${id}`);
  await auditor.page.getByRole('button', { name: '办结', exact: true }).isDisabled();
  await auditor.page.getByText('确认的金额要已全部扣减或追回').waitFor();
  await decide(auditor, '追回');
  await decide(auditor, '办结');
  await auditor.page.getByText('已办结，没有期限').waitFor();
  await auditor.sound('finding-closed');
  await auditor.page.emulateMedia({ media: 'print' });
  await auditor.shot('finding-printed');
  const { money } = (await who.jh01!.ask('GET', `/api/findings/${id}`).then((d) => ({ money: d.finding })));
  expect([money.counted, money.recovered, money.dropped]).toEqual(['14800.00', '13800.00', '1000.00']);
  await auditor.close();
}, 180_000);

test('many at once: chosen by filter, decided, each told what became of it', async () => {
  const tab = await at('cs01', '/findings?state=first');
  await tab.page.getByText('P000002').waitFor();
  await tab.page.getByRole('button', { name: '选定全部' }).click();
  await tab.page.getByText('已选 1 项').waitFor();
  await tab.sound('findings-chosen');
  await tab.page.getByRole('button', { name: '初审认定' }).click();
  await tab.dialog.getByLabel(/^理由/).fill('级别不符，请机构说明');
  await tab.sound('findings-bulk');
  await tab.dialog.getByRole('button', { name: /办理 1 条/ }).click();
  await tab.page.getByText('初审认定：办理结果').waitFor();
  await tab.sound('findings-done');
  await tab.close();
  const office = await at('yb01', '/findings?state=appeal');
  await office.page.getByText('P000002').waitFor();
  await office.sound('findings-office');
  await office.goto('/findings-trend');
  await office.page.getByText('同级机构不足 5 家').waitFor();
  await office.sound('finding-trend-office');
  await office.close();
});

test('findings: the URL holds the filter; groups lead to the list; nothing of another region', async () => {
  const tab = await at('jh01', '/findings');
  await tab.page.getByLabel('金额合计').waitFor();
  await tab.sound('findings');
  await tab.goto('/findings?outcome=upheld');
  await tab.page.getByText('没有符合筛选条件的疑点').waitFor();
  await tab.goto('/findings?tab=groups&by=rule');
  await tab.sound('finding-groups');
  await tab.goto('/findings?tab=groups&by=region&region=330402');
  await tab.page.getByText('区划 南川区').waitFor();
  await tab.page.getByRole('cell', { name: '南川区 330402' }).waitFor();
  await tab.goto('/findings?tab=groups&by=rule');
  await tab.page.getByRole('cell').getByRole('button', { name: '医疗服务项目限医疗机构级别' }).click();
  await tab.page.waitForURL(/rule_id=GZ10000102011000/);
  await tab.page.getByText(id).waitFor();
  await tab.goto('/findings-trend?fixmedins_code=H33040200001');
  await tab.sound('finding-trend');
  await tab.goto('/overdue');
  await tab.sound('overdue');
  await tab.close();

  const foreign = await at('ys01', '/findings');
  await foreign.page.getByText('没有疑点').waitFor();
  foreign.expects.push(/status of 404/);
  await foreign.goto(`/findings/${id}`);
  await foreign.page.getByText('没有这一项，或不在您的管辖范围内').waitFor();
  expect(foreign.complaints).toEqual([]);
  await foreign.close();
});
