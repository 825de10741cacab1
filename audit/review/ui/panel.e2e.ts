import { afterAll, beforeAll, expect, test } from 'vitest';
import { decide, press, transplants } from '../../../console/e2e/findings';
import { city, type City, type Visitor } from '../../../console/e2e/harness';

let c: City;
let who: Record<string, Visitor> = {};
let ids: string[] = [];

const staff = [
  ['cs01', 'J330400', '陈初', 'first_reviewer'], ['fs01', 'J330400', '傅复', 'second_reviewer'], ['zs01', 'J330400', '钟终', 'final_reviewer'], ['jh01', 'J330400', '季核', 'agency_auditor'],
  ['hy01', 'J330400', '何一', 'panel_member'], ['hy02', 'J330400', '何二', 'panel_member'], ['hy03', 'J330400', '何三', 'panel_member'],
  ['yb01', 'H33040200001-01', '闵办', 'insurance_office'], ['ks01', 'H33040200001-02', '科主任', 'department_head'], ['ys01', 'H33040200001-02', '医师甲', 'doctor', 'D330402000001'],
] as const;

beforeAll(async () => {
  c = await city();
  c.findings(transplants(2, { peers: 5 }));
  who = await c.employ(staff);
  const found = await who.cs01!.ask('GET', '/api/findings');
  ids = found.items.map((f: { finding_id: string }) => f.finding_id);
  expect(ids).toHaveLength(2);
});
afterAll(() => c?.close());

const at = (login: string, path: string) => c.open(who[login]!, path);

test('a finding is passed on inside the institution, appealed, upheld, put before a panel of three, confirmed and deducted', async () => {
  const id = ids[0]!;
  const first = await at('cs01', `/findings/${id}`);
  await decide(first, '初审认定', '级别不符，请机构说明');
  await first.close();

  const office = await at('yb01', `/findings/${id}`);
  await office.page.getByRole('button', { name: '转交科室、医师' }).click();
  await office.choose('科室', '心血管内科');
  await office.choose('医师代码', 'D330402000001');
  await office.fill('要求说明的内容', '请说明手术由谁批准');
  await office.sound('finding-pass');
  await office.dialog.getByRole('button', { name: '转交', exact: true }).click();
  await office.page.getByText('心血管内科，医师 D330402000001：请说明手术由谁批准').waitFor();

  for (const [login, said, file] of [['ks01', '经院务会批准开展', '院务会纪要.pdf'], ['ys01', '术前已谈话并签字', '知情同意书.pdf']] as const) {
    const inside = await at(login, '/findings');
    await inside.page.getByText(id).click();
    await inside.page.getByText('请说明手术由谁批准').waitFor();
    expect(await inside.page.getByRole('button', { name: '提出申诉' }).count(), 'only the office answers').toBe(0);
    await press(inside, '说明情况');
    await inside.fill('情况', said);
    await inside.dialog.locator('input[type=file]').setInputFiles({ name: file, mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.4\n%${file}\n%%EOF\n`) });
    await inside.dialog.getByLabel(file).waitFor();
    if (login === 'ks01') await inside.sound('finding-comment');
    await inside.dialog.getByRole('button', { name: '提交' }).click();
    await inside.page.getByRole('list', { name: '从入院到处理' }).getByText(said).waitFor();
    await inside.close();
  }

  await office.goto(`/findings/${id}`);
  await office.page.getByText('术前已谈话并签字').waitFor();
  await press(office, '提出申诉');
  await office.dialog.getByLabel('院务会纪要.pdf').check();
  await office.fill('理由', '手术经批准开展，见院务会纪要');
  await office.dialog.getByRole('button', { name: '提出申诉' }).click();
  await office.page.getByText('提出申诉：已办').waitFor();

  const second = await at('fs01', `/findings/${id}`);
  await second.page.getByRole('button', { name: '院务会纪要.pdf' }).waitFor();
  expect(await second.page.getByText('经院务会批准开展').count(), 'what is said inside stays inside').toBe(0);
  expect(await second.page.getByText('知情同意书.pdf').count(), 'so does what no answer names').toBe(0);
  await decide(second, '复审维持', '院务会不能代替准入许可');
  await second.close();

  await office.goto(`/findings/${id}`);
  await decide(office, '申请合议', '请合议组听取专家意见');
  await office.close();

  for (const [k, login] of ['hy01', 'hy02', 'hy03'].entries()) {
    const member = await at(login, `/findings/${id}`);
    expect(await member.page.getByRole('button', { name: '合议维持', exact: true }).isDisabled(), `after ${k} votes`).toBe(true);
    await member.page.getByText('表决的合议组成员要为三人以上的单数').first().waitFor();
    if (k === 1) await member.sound('finding-panel');
    await decide(member, k === 1 ? '合议表决：撤销' : '合议表决：维持', k === 1 ? '医院有能力开展' : '没有准入许可');
    expect(await member.page.getByRole('button', { name: '合议表决：维持' }).isDisabled(), 'one vote each').toBe(true);
    if (k === 2) {
      expect(await member.page.getByRole('button', { name: '合议撤销', exact: true }).isDisabled(), 'without a majority').toBe(true);
      await decide(member, '合议维持', '二票维持，一票撤销');
    }
    await member.close();
  }

  const final = await at('zs01', `/findings/${id}`);
  await decide(final, '终审确认', async (t) => { await t.fill('处理截止日', '2027-12-31'); await t.fill('理由', '依合议意见确认'); });
  await final.close();
  const auditor = await at('jh01', `/findings/${id}`);
  await decide(auditor, '扣减');
  await decide(auditor, '办结');
  await auditor.sound('finding-panel-closed');
  await auditor.close();
  const { finding } = await who.jh01!.ask('GET', `/api/findings/${id}`);
  expect([finding.state, finding.outcome, finding.deducted]).toEqual(['closed', 'upheld', '14800.00']);
}, 180_000);

test('a finding that the institution accepts is confirmed and deducted in part, and its trend is what the supervisor sees', async () => {
  const id = ids[1]!;
  const first = await at('cs01', `/findings/${id}`);
  await decide(first, '初审认定', '级别不符，请机构说明');
  await first.close();
  const office = await at('yb01', `/findings/${id}`);
  await decide(office, '认可疑点');
  await office.page.getByText('终审', { exact: true }).first().waitFor();

  const final = await at('zs01', `/findings/${id}`);
  await decide(final, '终审确认', async (t) => { await t.fill('处理截止日', '2027-12-31'); await t.fill('理由', '机构认可'); });
  await final.close();
  const auditor = await at('jh01', `/findings/${id}`);
  await decide(auditor, '扣减', (t) => t.fill('扣减金额（元）', '10000.00'));
  expect(await auditor.page.getByRole('button', { name: '办结', exact: true }).isDisabled(), '4,800.00 are owed').toBe(true);
  await decide(auditor, '扣减');
  await decide(auditor, '办结');
  await auditor.goto('/findings-trend?fixmedins_code=H33040200001');
  const seen = await auditor.page.getByRole('table').innerText();
  await auditor.close();

  await office.goto('/findings-trend');
  await office.page.getByText('5 家（同市、同类、同级）').waitFor();
  expect(await office.page.getByRole('table').innerText()).toBe(seen);
  expect(seen).toMatch(/2026-01\s+2\s/);
  await office.sound('finding-trend-peers');
  await office.close();
}, 120_000);
