import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, Tab, type City } from '../../../console/e2e/harness';

let c: City;
beforeAll(async () => { c = await city(); });
afterAll(() => c?.close());

test('maintenance: a backup is asked for and its progress is followed to the end', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.admin);
  await tab.goto('/maintenance');
  await tab.sound('maintenance-empty');
  await tab.page.getByRole('button', { name: '排入任务' }).click();
  await tab.fill('备份文件', '../outside.tar.zst');
  tab.expects.push(/status of 422/);
  await tab.dialog.getByRole('button', { name: '排入' }).click();
  await tab.page.getByText('不在可用的文件夹内').waitFor();
  await tab.fill('备份文件', 'backup-1.tar.zst');
  await tab.sound('job-start');
  await tab.dialog.getByRole('button', { name: '排入' }).click();
  await tab.page.waitForURL(/open=/);
  await tab.page.locator('.side').getByText('完成').waitFor({ timeout: 30_000 });
  await tab.sound('job-done');
  await tab.close();
});

test('jobs: an intake that fails says why, and is asked for again', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.leader);
  await tab.goto('/jobs');
  await tab.page.getByRole('button', { name: '排入任务' }).click();
  await tab.choose('任务', '筛查');
  await tab.fill('自', '2025-12-31');
  await tab.fill('至', '2025-01-01');
  await tab.fill('结果文件夹', '结果');
  tab.expects.push(/status of 422/);
  await tab.dialog.getByRole('button', { name: '排入' }).click();
  await tab.page.getByText('早于').waitFor();
  await tab.choose('任务', '接收提取数据');
  await tab.fill('文件或文件夹', '没有这个文件夹');
  await tab.dialog.getByRole('button', { name: '排入' }).click();
  await tab.page.waitForURL(/open=/);
  await tab.page.getByRole('button', { name: '取消任务' }).click({ timeout: 5000 }).catch(() => undefined);
  await tab.sound('job-running');
  await tab.page.keyboard.press('Escape');
  await tab.sound('jobs');
  expect(tab.complaints).toEqual([]);
  await tab.close();
});
