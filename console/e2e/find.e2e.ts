import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, Tab, type City, type Visitor } from './harness';

let c: City;
let who: Record<string, Visitor> = {};
let finding = '';

/** A stay at a hospital of the second level, where a transplant was charged that only the third may do. */
const tables: Record<string, string[]> = {
  fixmedins_b: ['fixmedins_code,fixmedins_name,fixmedins_type,hosp_lv,fix_blng_admdvs,vali_flag,updt_time', 'H33040200001,嘉禾市第一人民医院,1,5,330402,1,2026-01-01 09:00:00'],
  mdtrt_d: [
    'mdtrt_id,psn_no,gend,brdy,insutype,insu_admdvs,fixmedins_code,fixmedins_name,hosp_lv,fix_blng_admdvs,begntime,endtime,med_type,adm_dept_name,chfpdr_code,dscg_maindiag_code,vali_flag,updt_time',
    'M000001,P000001,2,1988-05-07,310,330402,H33040200001,嘉禾市第一人民医院,5,330402,2026-01-05 09:05:07,2026-01-09 12:40:07,21,普通外科,D330402000001,K76.900,1,2026-01-09 13:00:07',
  ],
  setl_d: [
    'setl_id,mdtrt_id,psn_no,insutype,fixmedins_code,setl_time,med_type,clr_way,medfee_sumamt,inscp_amt,fund_pay_sumamt,acct_pay,refd_setl_flag,vali_flag,updt_time',
    'S000001,M000001,P000001,310,H33040200001,2026-01-09 12:40:07,21,1,14800.00,14800.00,11478.00,300.00,0,1,2026-01-09 12:41:07',
  ],
  fee_list_d: [
    'bkkp_sn,mdtrt_id,fee_ocur_time,setl_id,fixmedins_code,psn_no,med_type,cnt,pric,det_item_fee_sumamt,inscp_amt,hilist_code,hilist_name,list_type,med_list_codg,bilg_dept_name,bilg_dr_code,vali_flag,updt_time',
    'L2,M000001,2026-01-06 12:10:07,S000001,H33040200001,P000001,21,1,14800.00,14800.00,14800.00,003310050180000,肝移植术,201,003310050180000,普通外科,D330402000001,1,2026-01-06 13:10:07',
  ],
};

beforeAll(async () => {
  c = await city();
  c.findings(tables);
  who = await c.employ([['jh01', 'J330400', '季核', 'agency_auditor'], ['ys01', 'X339900', '远山', 'supervisor_leader']]);
  finding = (await who.jh01!.ask('GET', '/api/findings?limit=1')).items[0].finding_id;
});
afterAll(() => c?.close());

/** sought opens the box by the keyboard, types, and waits until every room has answered. */
async function sought(tab: Tab, text: string) {
  if (await tab.page.getByRole('textbox', { name: '查找', exact: true }).count() === 0) await tab.page.keyboard.press('/');
  const answered = tab.page.waitForResponse(/\/api\/findings\/search/);
  await tab.page.getByRole('textbox', { name: '查找', exact: true }).fill(text);
  await answered;
  await tab.page.locator('.ant-modal .ant-spin').waitFor({ state: 'detached' });
}

test('the box finds by person, institution, settlement, finding and rule, and opens what is chosen; another region finds nothing', async () => {
  const rule = 'GZ10000103001000';
  const finds: readonly (readonly [string, RegExp, RegExp])[] = [
    ['P000001', /人员 P000001 的疑点/, /\/findings\?psn_no=P000001/],
    ['第一人民', /嘉禾市第一人民医院/, /\/institutions\/H33040200001/],
    ['S000001', /结算 S000001/, /\/persons\/P000001\?mdtrt_id=M000001/],
    [finding, /嘉禾市第一人民医院/, new RegExp(`/findings/${finding}`)],
  ];
  const tab = await (await Tab.open(c.browser, c.house)).as(who.jh01!);
  await tab.goto('/overview');
  for (const [text, option, opened] of finds) {
    await sought(tab, text);
    if (text === 'S000001') {
      const [first] = await tab.page.getByRole('option').allInnerTexts();
      expect(first).toMatch(/^在全部就诊、结算中查找/); // no person's number looks like it
      await tab.page.getByRole('option', { name: /在全部就诊、结算中查找/ }).click();
    }
    await tab.page.getByRole('option', { name: option }).first().click();
    await tab.page.waitForURL(opened);
    await tab.page.getByRole('textbox', { name: '查找', exact: true }).waitFor({ state: 'detached' });
    await tab.settle();
  }
  await sought(tab, rule);
  const found = tab.page.getByRole('option', { name: new RegExp(rule) }).first();
  await found.waitFor();
  await tab.sound('find-rule');
  await tab.page.keyboard.press('Enter');
  await tab.page.waitForURL(new RegExp(`/rules/${rule}`));
  await tab.close();

  const far = await (await Tab.open(c.browser, c.house)).as(who.ys01!);
  far.expects.push(/status of 404/);
  await far.goto('/overview');
  for (const [text] of finds) {
    await sought(far, text);
    const all = far.page.getByRole('option', { name: /在全部就诊、结算中查找/ });
    if (await all.count()) {
      const answered = far.page.waitForResponse(/\/api\/claims\/find/);
      await all.click();
      await answered;
      await far.page.locator('.ant-modal .ant-spin').waitFor({ state: 'detached' });
    }
    const options = await far.page.getByRole('option').allInnerTexts();
    expect(options.filter((o) => !o.startsWith('打开人员编号')), text).toEqual([]);
  }
  await far.page.getByRole('textbox', { name: '查找', exact: true }).fill('P000001');
  await far.page.getByRole('option', { name: '打开人员编号 P000001' }).click();
  await far.page.getByText('没有这一项，或不在您的管辖范围内').first().waitFor();
  await far.sound('find-far');
  await far.close();
}, 120_000);
