import { afterAll, beforeAll, expect, test } from 'vitest';
import { decide, press, transplants } from '../../../console/e2e/findings';
import { city, type City, type Visitor } from '../../../console/e2e/harness';

let c: City;
let who: Record<string, Visitor> = {};
let ids: Record<string, string> = {};

const staff = [
  ['cs01', 'J330400', '陈初', 'first_reviewer'], ['fs01', 'J330400', '傅复', 'second_reviewer'], ['jh01', 'J330400', '季核', 'agency_auditor'],
  ['yb01', 'H33040200001-01', '闵办', 'insurance_office'],
] as const;

/** Three findings on which people have decided, and then a screening that sees another price. */
beforeAll(async () => {
  c = await city();
  c.findings(transplants(3));
  who = await c.employ(staff);
  const found = await who.cs01!.ask('GET', '/api/findings');
  ids = Object.fromEntries(found.items.map((f: { psn_no: string; finding_id: string }) => [f.psn_no, f.finding_id]));
  await who.cs01!.ask('POST', '/api/findings/decide', { move: 'suspect', finding_ids: [ids.P000002, ids.P000003], reason: '级别不符' });
  await who.yb01!.ask('POST', '/api/findings/decide', { move: 'appeal', finding_ids: [ids.P000002, ids.P000003], reason: '经批准开展' });
});
afterAll(() => c?.close());

const at = (login: string, path: string) => c.open(who[login]!, path);

test('a finding is verified and comes back; what a later screening says of it is adopted, told anew, or set aside', async () => {
  const first = await at('cs01', `/findings/${ids.P000001}`);
  await decide(first, '初审转调查核实', '请到医院核实手术级别');
  await first.page.getByText('调查核实（初审）', { exact: true }).first().waitFor();
  const auditor = await at('jh01', `/findings/${ids.P000001}`);
  await auditor.sound('finding-verify');
  await decide(auditor, '报告核实结果（初审）', '手术确已开展，没有准入许可');
  await auditor.close();

  c.findings(transplants(3, { fee: 15800, version: 2 }));
  await first.goto('/findings?news=true');
  await first.page.getByText('共 3 条').waitFor();
  await first.page.getByText(ids.P000001!).click();
  await first.page.getByText('再次筛查对这条疑点有不同结果').waitFor();
  await first.page.getByText('手术确已开展，没有准入许可').waitFor();
  const changes = first.page.getByRole('table', { name: '差异' }).first();
  expect(await changes.getByRole('row').filter({ hasText: '计入金额' }).innerText()).toMatch(/14,?800\.00\s+15,?800\.00/);
  await first.sound('finding-offered');
  await decide(first, '采纳新版', '价格已由医院更正');
  await first.page.getByText('再次筛查对这条疑点有不同结果').waitFor({ state: 'detached' });
  await first.page.getByText('15,800.00').first().waitFor();
  await first.sound('finding-adopted');
  await first.close();

  const second = await at('fs01', `/findings/${ids.P000002}`);
  await press(second, '采纳新版并重新告知');
  await second.page.getByText('之后进入“申诉”').waitFor();
  await second.dialog.getByRole('button', { name: '返回' }).click();
  await decide(second, '搁置新版', '价格以结算时为准');
  await second.page.getByText('再次筛查对这条疑点有不同结果').waitFor({ state: 'detached' });
  await second.goto(`/findings/${ids.P000003}`);
  await decide(second, '采纳新版并重新告知', '价格已由医院更正');
  await second.close();

  const office = await at('yb01', `/findings/${ids.P000003}`);
  await office.page.getByRole('button', { name: '提出申诉', exact: true }).waitFor(); // heard of the new one again
  await office.sound('finding-told-again');
  await office.close();
  const money = async (psn: string) => { const { finding } = await who.jh01!.ask('GET', `/api/findings/${ids[psn]}`); return [finding.state, finding.counted, finding.revision]; };
  expect(await Promise.all(['P000001', 'P000002', 'P000003'].map(money))).toEqual([['first', '15800.00', 2], ['second', '14800.00', 1], ['appeal', '15800.00', 2]]);
}, 120_000);
