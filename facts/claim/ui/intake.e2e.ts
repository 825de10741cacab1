import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, Tab, type City } from '../../../console/e2e/harness';

let c: City;

const register = 'fixmedins_code,fixmedins_name,fix_blng_admdvs\nH33040200001,嘉禾市第一人民医院,330402\nH33040300001,北山区医院,330403\n';
const spoilt = 'bkkp_sn,psn_no,fixmedins_code,fee_ocur_time,cnt,pric,det_item_fee_sumamt,hilist_name,dr_name\n' +
  'L1,P1,H33040200001,2026-01-05,1,2,2.00,甘草片,张三丰\nL2,P1,H33040200001,2026-01-05,一,2,2.00,甘草片,李时珍\nL3,P2,H33040300001,2026-13-05,1,3,3.00,<b>阿司匹林</b>,王叔和\n';

beforeAll(async () => {
  c = await city();
  const folder = mkdtempSync(join(tmpdir(), 'yiheng-intake-'));
  writeFileSync(join(folder, 'fixmedins_b.csv'), register);
  c.house.yiheng('intake', join(folder, 'fixmedins_b.csv'));
  mkdirSync(`${c.house.home}-files`, { recursive: true });
});
afterAll(() => c?.close());

test('intake: a file is brought, taken in, its quarantined rows put right in place and taken in again', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.leader);
  await tab.goto('/intake');
  await tab.sound('intake');
  await tab.page.getByRole('button', { name: '上传文件' }).click();
  const drop = tab.page.locator('.ant-modal input[type=file]');
  tab.expects.push(/status of 422/);
  await drop.setInputFiles({ name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from('甲,乙\n1,2\n') });
  await tab.page.getByText('认不出是哪张表').waitFor();
  await drop.setInputFiles({ name: 'fee_list_d.csv', mimeType: 'text/csv', buffer: Buffer.from(spoilt) });
  await tab.page.getByText('费用明细表').last().waitFor();
  await tab.sound('intake-upload');
  await tab.page.getByRole('button', { name: '接收已上传的 1 个文件' }).click();
  await tab.page.getByRole('button', { name: '排入', exact: true }).click();
  await tab.page.waitForURL(/jobs.*open=/);
  await tab.page.locator('.side').getByText('完成').first().waitFor({ timeout: 30_000 });

  await tab.goto('/intake?tab=sources&filter=table:fee_list_d');
  await tab.page.getByRole('cell', { name: 'fee_list_d.csv' }).click();
  await tab.page.getByText('待更正 2').waitFor();
  await tab.page.getByText('“一”').first().waitFor();
  await tab.sound('intake-source');
  await tab.page.locator('tr.opens').first().click();
  await tab.page.locator('.side').getByText('李**').or(tab.page.locator('.side input[value="李**"]')).waitFor();
  await tab.sound('intake-row');
  await tab.page.getByRole('button', { name: '查看身份信息' }).click();
  await tab.fill('理由', '核对医师');
  await tab.page.getByRole('button', { name: '查看', exact: true }).click();
  await tab.page.locator('.side input[value="李时珍"]').waitFor();
  await tab.page.locator('.side').getByLabel('数量').fill('1');
  await tab.page.getByRole('button', { name: '记下更正' }).click();
  await tab.page.getByText('已记下').waitFor();
  await tab.page.locator('.side').getByText('已改，未接收').waitFor();
  await tab.page.keyboard.press('Escape');
  await tab.page.getByRole('button', { name: '接收更正的 1 行' }).click();
  await tab.fill('理由', '机构来函更正');
  await tab.page.getByRole('button', { name: '接收', exact: true }).click();
  await tab.page.getByText('已更正并接收 1').waitFor({ timeout: 30_000 });
  await tab.sound('intake-corrected');
  await tab.goto('/intake?tab=doubts');
  await tab.sound('intake-doubts');
  expect(tab.complaints).toEqual([]);
  await tab.close();
});
