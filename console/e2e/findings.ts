import type { Tab } from './harness';

/** What somebody might write who wants to see whether a text is taken for a page. */
export const script = '<img src=x onerror=alert(1)>';

/**
 * transplants are tables of stays at the 嘉禾市第一人民医院, a hospital of the second level: P000001 and on,
 * M000001 and on. In each a transplant was charged that only the third may do, which is one violation of
 * `fee` yuan, and a test whose name is a script. A later `version` of them replaces an earlier one. Of the
 * hospital's level and city there are `peers` more.
 */
export function transplants(stays: number, how: { fee?: number; version?: number; peers?: number } = {}): Record<string, string[]> {
  const { fee = 14800, version = 1, peers = 0 } = how;
  const hospital = 'H33040200001', updated = `2026-02-0${version} 09:00:00`;
  const yuan = (amount: number) => amount.toFixed(2);
  const all = Array.from({ length: stays }, (_, k) => {
    const n = String(k + 1).padStart(6, '0');
    const line = (of: number, day: number, amount: number, covered: number, code: string, name: string) =>
      `L${n}-${of},M${n},2026-01-0${day} 12:10:07,S${n},${hospital},P${n},21,1,${yuan(amount)},${yuan(amount)},${yuan(covered)},${code},${name},201,${code},普通外科,D330402000001,1,${updated}`;
    return {
      mdtrt: `M${n},P${n},2,1988-05-07,310,330402,${hospital},嘉禾市第一人民医院,5,330402,2026-01-05 09:05:07,2026-01-09 12:40:07,21,普通外科,D330402000001,K76.900,1,${updated}`,
      setl: `S${n},M${n},P${n},310,${hospital},2026-01-09 12:40:07,21,1,${yuan(fee + 560)},${yuan(fee + 504)},${yuan((fee + 504) * 0.75)},300.00,0,1,${updated}`,
      fees: [line(1, 5, 560, 504, '003109020060000', script), line(2, 6, fee, fee, '003310050180000', '肝移植术')],
    };
  });
  return {
    fixmedins_b: [
      'fixmedins_code,fixmedins_name,fixmedins_type,hosp_lv,fix_blng_admdvs,vali_flag,updt_time',
      `${hospital},嘉禾市第一人民医院,1,5,330402,1,2026-01-01 09:00:00`,
      ...Array.from({ length: peers }, (_, k) => `H3304020001${k},嘉禾市第${k + 2}医院,1,5,330402,1,2026-01-01 09:00:00`),
    ],
    mdtrt_d: ['mdtrt_id,psn_no,gend,brdy,insutype,insu_admdvs,fixmedins_code,fixmedins_name,hosp_lv,fix_blng_admdvs,begntime,endtime,med_type,adm_dept_name,chfpdr_code,dscg_maindiag_code,vali_flag,updt_time', ...all.map((s) => s.mdtrt)],
    setl_d: ['setl_id,mdtrt_id,psn_no,insutype,fixmedins_code,setl_time,med_type,clr_way,medfee_sumamt,inscp_amt,fund_pay_sumamt,acct_pay,refd_setl_flag,vali_flag,updt_time', ...all.map((s) => s.setl)],
    fee_list_d: ['bkkp_sn,mdtrt_id,fee_ocur_time,setl_id,fixmedins_code,psn_no,med_type,cnt,pric,det_item_fee_sumamt,inscp_amt,hilist_code,hilist_name,list_type,med_list_codg,bilg_dept_name,bilg_dr_code,vali_flag,updt_time', ...all.flatMap((s) => s.fees)],
  };
}

/** press opens a move of the finding that is shown. */
export async function press(tab: Tab, title: string): Promise<void> {
  await tab.page.getByRole('complementary', { name: '办理' }).getByRole('button', { name: title, exact: true }).click();
  await tab.dialog.waitFor();
}

/** decide makes a move of the finding that is shown, and waits until it is done. */
export async function decide(tab: Tab, title: string, fill?: string | ((tab: Tab) => Promise<void>)): Promise<void> {
  await press(tab, title);
  if (typeof fill === 'string') await tab.fill('理由', fill);
  else await fill?.(tab);
  await tab.dialog.getByRole('button', { name: title, exact: true }).click();
  await tab.page.getByText(`${title}：已办`).first().waitFor();
  await tab.page.getByRole('dialog').last().waitFor({ state: 'hidden' });
}
