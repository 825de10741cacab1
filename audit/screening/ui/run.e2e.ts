import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, Tab, Visitor, type City } from '../../../console/e2e/harness';

let c: City;
let reviewer: Visitor;
let office: Visitor;

/** A transplant at a hospital of the second level, which only the third may do. */
const tables: Record<string, string> = {
  fixmedins_b: 'fixmedins_code,fixmedins_name,fixmedins_type,hosp_lv,fix_blng_admdvs,vali_flag\nH33040200001,嘉禾市第一人民医院,1,5,330402,1\n',
  mdtrt_d: 'mdtrt_id,psn_no,gend,brdy,insutype,fixmedins_code,fixmedins_name,hosp_lv,fix_blng_admdvs,begntime,endtime,med_type,vali_flag\nM1,P1,2,1988-05-07,310,H33040200001,嘉禾市第一人民医院,5,330402,2026-01-05 09:05:07,2026-01-09 12:40:07,21,1\n',
  setl_d: 'setl_id,mdtrt_id,psn_no,insutype,fixmedins_code,setl_time,med_type,clr_way,medfee_sumamt,inscp_amt,fund_pay_sumamt,acct_pay,refd_setl_flag,vali_flag\nS1,M1,P1,310,H33040200001,2026-01-09 12:40:07,21,1,14800.00,14800.00,11100.00,0.00,0,1\n',
  fee_list_d: 'bkkp_sn,mdtrt_id,fee_ocur_time,setl_id,fixmedins_code,psn_no,med_type,cnt,pric,det_item_fee_sumamt,inscp_amt,hilist_code,hilist_name,list_type,med_list_codg,bilg_dept_name,vali_flag\nL2,M1,2026-01-06 12:10:07,S1,H33040200001,P1,21,1,14800.00,14800.00,14800.00,003310050180000,肝移植术,201,003310050180000,普通外科,1\n',
};

beforeAll(async () => {
  c = await city();
  const folder = mkdtempSync(join(tmpdir(), 'yiheng-run-'));
  const files = Object.entries(tables).map(([name, text]) => { const path = join(folder, `${name}.csv`); writeFileSync(path, text); return path; });
  c.house.yiheng('intake', ...files);
  c.house.yiheng('knowledge', 'import', 'starter');
  const admit = async (login: string, organisation: string, name: string, role: string) => {
    const person = await c.admin.ask('POST', '/api/people', { login, organisation, identity: { name, phone: '13800001234', certno: '330402198001011236' } });
    await c.security.ask('POST', '/api/grants', { holder: person.id, role, organisation, reason: '岗位' });
    return new Visitor(c.house, login).enter(person.one_off_password);
  };
  reviewer = await admit('cs01', 'J330400', '陈初', 'first_reviewer');
  office = await admit('yb01', 'H33040200001-01', '闵办', 'insurance_office');
});
afterAll(() => c?.close());

test('a screening is started, followed, read and taken over; its files are downloaded', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.leader);
  await tab.goto('/runs');
  await tab.sound('runs-empty');
  await tab.page.getByRole('button', { name: '开始筛查' }).click();
  await tab.fill('费用发生日 自', '2026-01-31');
  await tab.fill('至', '2026-01-01');
  await tab.dialog.getByRole('button', { name: '开始' }).click();
  await tab.page.getByText('不能早于起始日').waitFor();
  await tab.fill('费用发生日 自', '2026-01-01');
  await tab.fill('至', '2026-01-31');
  await tab.dialog.getByLabel('完成后接收疑点办理，进入初审').uncheck();
  await tab.sound('run-start');
  await tab.dialog.getByRole('button', { name: '开始' }).click();
  await tab.page.waitForURL(/runs\/RW/);
  await tab.page.getByText('违规疑点').waitFor({ timeout: 60_000 });
  expect(await tab.page.getByText('规则集').count()).toBe(0);
  await tab.page.getByRole('button', { name: '技术信息' }).click();
  await tab.page.getByText('规则集').waitFor();
  await tab.sound('run');
  await tab.page.getByRole('tab', { name: /未运行的规则/ }).click();
  await tab.sound('run-not-run');
  await tab.page.getByRole('button', { name: '下载' }).click();
  const [report] = await Promise.all([tab.page.waitForEvent('download'), tab.page.getByRole('menuitem', { name: '报告（网页）' }).click()]);
  expect(report.suggestedFilename()).toMatch(/^RW.*report\.html$/);
  expect(readFileSync((await report.path())!, 'utf8')).toContain('<html');
  const address = new URL(tab.page.url()).pathname;
  await tab.page.getByRole('button', { name: '接收办理' }).click();
  await tab.dialog.getByRole('button', { name: '接收', exact: true }).click();
  await tab.page.locator('.side').getByText('完成').first().waitFor({ timeout: 30_000 });
  await tab.goto(address);
  await tab.page.getByText(/已接收：新增 [1-9]/).waitFor();
  await tab.goto('/runs');
  await tab.sound('runs');
  await tab.close();
});

test('a paper is edited, seen as it will be printed, issued, served and verified; the institution reads it', async () => {
  const { items } = await reviewer.ask('GET', '/api/findings?psn_no=P1');
  const { items: results } = await reviewer.ask('POST', '/api/findings/decide', { move: 'suspect', finding_ids: [items[0].finding_id], reason: '级别不符' });
  const id = results[0].paper_id as string;
  const tab = await (await Tab.open(c.browser, c.house)).as(c.leader);
  await tab.goto('/papers');
  await tab.sound('papers');
  await tab.page.getByText(id).click();
  await tab.page.getByText('级别不符').first().waitFor();
  await tab.sound('paper-draft');
  await tab.page.getByRole('button', { name: '改稿' }).click();
  await tab.page.getByLabel('事由').fill('医院级别与手术不符𠮷');
  await tab.page.locator('.paper-sheet').getByText('医院级别与手术不符').waitFor(); // as it is typed
  await tab.sound('paper-edit');
  await tab.page.getByRole('button', { name: '保存' }).click();
  await tab.page.getByText('改过 1 次').waitFor();
  await tab.page.getByRole('button', { name: '下载' }).click();
  const [draft] = await Promise.all([tab.page.waitForEvent('download'), tab.page.getByRole('menuitem', { name: 'PDF（草稿）' }).click()]);
  expect(readFileSync((await draft.path())!).subarray(0, 5).toString()).toBe('%PDF-');
  await tab.page.getByRole('button', { name: '出具' }).click();
  await tab.dialog.getByRole('button', { name: '出具' }).click();
  await tab.page.getByText('还有字没有确认').waitFor();
  await tab.dialog.getByLabel('𠮷').check();
  await tab.sound('paper-issue');
  await tab.dialog.getByRole('button', { name: '出具' }).click();
  await tab.page.getByRole('button', { name: '登记送达' }).click();
  await tab.fill('送达日期', new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10));
  await tab.fill('签收人', '闵办');
  await tab.sound('paper-serve');
  await tab.dialog.getByRole('button', { name: '登记', exact: true }).click();
  await tab.page.getByText('已送达').first().waitFor();
  await tab.sound('paper-served');
  await tab.page.getByRole('button', { name: '下载' }).click();
  const [pdf] = await Promise.all([tab.page.waitForEvent('download'), tab.page.getByRole('menuitem', { name: 'PDF（正本）' }).click()]);
  const content = readFileSync((await pdf.path())!);
  await tab.goto('/papers-verify');
  await tab.page.locator('input[type=file]').setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer: content });
  await tab.page.getByText('文书是真的').waitFor();
  await tab.sound('paper-verify');
  await tab.close();

  const own = await (await Tab.open(c.browser, c.house)).as(office);
  await own.goto('/papers');
  await own.page.getByText(id).click();
  await own.page.getByText('医院级别与手术不符').first().waitFor();
  expect(await own.page.getByRole('button', { name: '作废' }).count()).toBe(0);
  await own.sound('paper-own');
  await own.close();
});
