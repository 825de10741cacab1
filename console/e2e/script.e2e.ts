import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decide, press, script, transplants } from './findings';
import { city, Visitor, type City, type Tab } from './harness';

let c: City;
let who: Record<string, Visitor> = {};
let id = '';
const struck: string[] = [];

beforeAll(async () => {
  c = await city();
  c.findings(transplants(1));
  who = await c.employ([
    ['cs01', 'J330400', '陈初', 'first_reviewer'], ['fs01', 'J330400', '傅复', 'second_reviewer'], ['jh01', 'J330400', '季核', 'agency_auditor'], ['ks01', 'H33040200001-02', '科主任', 'department_head'],
  ]);
  id = (await who.cs01!.ask('GET', '/api/findings')).items[0].finding_id;
});
afterAll(() => c?.close());

/** open opens a page as somebody, and notes every dialog that a script would show. */
async function open(v: Visitor, path: string): Promise<Tab> {
  const tab = await c.open(v, path);
  tab.page.on('dialog', (d) => { struck.push(`${tab.page.url()}: ${d.message()}`); void d.dismiss(); });
  return tab;
}

/** plain waits until the script stands in the page as text, and nothing came of it. */
async function plain(tab: Tab, more = '') {
  await tab.page.getByText(script + more).filter({ visible: true }).first().waitFor();
  const made = await tab.page.locator('img[src="x"], [onerror]').count();
  if (made > 0) struck.push(`${tab.page.url()}: ${made} elements`);
  expect(struck).toEqual([]);
  expect(tab.complaints).toEqual([]);
}

test('names of an organisation and of a person', async () => {
  const admin = await open(c.admin, '/organisations?open=H33040200001');
  await admin.page.getByRole('button', { name: '改名' }).click();
  await admin.fill('名称', script);
  await admin.dialog.getByRole('button', { name: '确定' }).click();
  await admin.page.getByRole('cell', { name: script }).waitFor();
  await plain(admin);
  await admin.goto('/organisations?open=H33040200001-02');
  await admin.page.getByRole('button', { name: '改名' }).click();
  await admin.fill('名称', `${script}科`);
  await admin.dialog.getByRole('button', { name: '确定' }).click();
  await admin.page.getByRole('cell', { name: `${script}科` }).waitFor();

  await admin.goto('/people');
  await admin.page.getByRole('button', { name: '登记人员' }).click();
  await admin.page.getByRole('combobox', { name: '机构' }).fill('H33040200001');
  await admin.choose('机构', /H33040200001 ·/);
  await admin.fill('用户名', 'yb01');
  await admin.fill('姓名', script);
  await admin.dialog.getByRole('button', { name: '登记' }).click();
  await admin.page.getByText('只显示这一次').waitFor();
  const oneOff = await admin.dialog.locator('.code').first().innerText();
  await admin.page.getByLabel('已经记下').check();
  await admin.dialog.getByRole('button', { name: '关闭' }).click();
  await plain(admin); // the organisation's name in the list and in the side
  await admin.page.getByRole('button', { name: '查看完整信息' }).click();
  await admin.fill('理由', script);
  await admin.dialog.getByRole('button', { name: '确定' }).click();
  await admin.page.getByText(`yb01（${script}）`, { exact: true }).waitFor();
  await plain(admin);
  const side = new URL(admin.page.url());
  await admin.close();

  const officer = await open(c.security, side.pathname + side.search);
  await officer.page.getByRole('button', { name: '授权', exact: false }).last().click();
  await officer.page.getByRole('combobox', { name: '机构' }).fill('H33040200001');
  await officer.choose('机构', /H33040200001 ·/);
  await officer.choose('角色', '机构医保办');
  await officer.fill('理由', script);
  await officer.dialog.getByRole('button', { name: '授权' }).click();
  await officer.page.getByRole('cell', { name: '机构医保办' }).waitFor();
  await plain(officer);
  await officer.close();
  who.yb01 = await new Visitor(c.house, 'yb01').enter(oneOff);
});

test('reasons, comments and file names of a finding; its paper; the journal', async () => {
  const first = await open(who.cs01!, `/findings/${id}`);
  await decide(first, '初审认定', script);
  await first.page.getByRole('list', { name: '从入院到处理' }).getByText(script).waitFor();
  await plain(first);
  await first.close();

  const leader = await open(c.leader, '/papers');
  await leader.page.locator('tr.opens').first().click();
  await leader.page.locator('.paper-sheet').getByText(script).first().waitFor();
  await leader.page.getByRole('button', { name: '改稿' }).click();
  await leader.page.getByLabel('事由').fill(`${script}𠮷`);
  await plain(leader, '𠮷');
  await leader.page.getByRole('button', { name: '保存' }).click();
  await leader.page.getByText('改过 1 次').waitFor();
  await plain(leader, '𠮷');
  await leader.sound('script-paper');
  await leader.page.getByRole('button', { name: '下载' }).click();
  const [pdf] = await Promise.all([leader.page.waitForEvent('download'), leader.page.getByRole('menuitem', { name: 'PDF（草稿）' }).click()]);
  expect(readFileSync((await pdf.path())!).subarray(0, 5).toString()).toBe('%PDF-');
  await leader.close();

  const office = await open(who.yb01!, '/findings');
  await office.page.getByText(id).click();
  await office.page.getByRole('button', { name: '转交科室、医师' }).click();
  await office.choose('科室', `${script}科`);
  await office.fill('要求说明的内容', `转${script}`);
  await office.dialog.getByRole('button', { name: '转交', exact: true }).click();
  await office.page.getByText(`${script}科：转${script}`).waitFor();

  const head = await open(who.ks01!, `/findings/${id}`);
  await press(head, '说明情况');
  await head.dialog.locator('input[type=file]').setInputFiles({ name: `${script}.pdf`, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') });
  await head.dialog.getByLabel(`${script}.pdf`).waitFor();
  await head.fill('情况', `说${script}`);
  await plain(head, '.pdf');
  await head.dialog.getByRole('button', { name: '提交' }).click();
  await head.page.getByRole('list', { name: '从入院到处理' }).getByText(`说${script}`).waitFor();
  await plain(head, '.pdf');
  await head.close();

  await office.goto(`/findings/${id}`);
  await press(office, '提出申诉');
  await office.dialog.getByLabel(`${script}.pdf`).check();
  await office.fill('理由', `诉${script}`);
  await office.dialog.getByRole('button', { name: '提出申诉' }).click();
  await office.page.getByText('提出申诉：已办').waitFor();
  await plain(office, '.pdf');
  await office.sound('script-finding');
  await office.page.emulateMedia({ media: 'print' });
  await plain(office);
  await office.close();

  const second = await open(who.fs01!, `/findings/${id}`);
  await second.page.getByRole('list', { name: '从入院到处理' }).getByText(`诉${script}`, { exact: true }).waitFor();
  await plain(second, '.pdf');
  const saved = second.page.waitForEvent('download');
  await second.page.getByRole('button', { name: `${script}.pdf` }).click();
  expect(await (await saved).failure()).toBeNull();
  await second.close();

  const journal = await open(c.auditor, '/journal');
  await journal.page.getByRole('cell', { name: `诉${script}` }).waitFor();
  await journal.page.getByRole('row').filter({ hasText: `诉${script}` }).first().click();
  await journal.page.locator('.side').getByText(script).first().waitFor();
  await plain(journal);
  await journal.sound('script-journal');
  await journal.close();
});

test('the title and the reasons of a rule', async () => {
  const author = await open(who.jh01!, '/rule-drafts?rule=GZ10000102014000&tab=definition');
  const definition = author.page.getByRole('textbox', { name: '定义' });
  const text = await definition.inputValue();
  await definition.fill(text.replace(/^id: .*$/m, 'id: DF330400001').replace(/^seq: .*\n/m, '').replace(/^code: .*\n/m, '').replace(/^name: .*$/m, `name: ${script}`)
    + 'points: [{kp_id: J1, code: 001201000030000, params: {max: 1, window: day}}]\n');
  await author.page.getByRole('textbox', { name: '区划' }).fill('330400');
  await author.page.getByLabel('首个服务日', { exact: true }).fill('2025-01-01');
  await author.page.getByLabel('依据的文件和文号').fill(script);
  await author.page.getByLabel('理由', { exact: true }).fill(script);
  await plain(author); // the heading of the draft
  await author.page.getByRole('button', { name: '保存草稿' }).click();
  await author.page.waitForURL(/rule-versions\/GB000001/);
  await author.page.getByRole('heading').filter({ hasText: script }).waitFor();
  await plain(author);
  await author.sound('script-rule');
  await author.page.getByRole('button', { name: '作废' }).click();
  await plain(author);
  await author.fill('理由', script);
  await author.dialog.getByRole('button', { name: '作废' }).click();
  await author.page.getByText('已经结束，没有下一步').waitFor();
  await author.goto('/rule-versions');
  await plain(author);
  await author.close();
});
