import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, House, password, Tab, totp, type City } from '../../../console/e2e/harness';

const clock = join(mkdtempSync(join(tmpdir(), 'yiheng-clock-')), 'clock');
let now = Date.now();
const setClock = (instant: number) => { now = instant; writeFileSync(clock, `${new Date(instant).toISOString().slice(0, 19)}Z\n`); };

/** The other system: what it answers, and what came with a signature that is right. */
const other = { answer: 503, tries: 0, secret: Buffer.alloc(0), taken: [] as { event: string; thing: string }[] };
let receiver: Server;
let c: City;

beforeAll(async () => {
  receiver = createServer((request, answer) => {
    let body = '';
    request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
    request.on('end', () => {
      other.tries++;
      const [id, at] = [request.headers['webhook-id'], request.headers['webhook-timestamp']];
      const signature = `v1,${createHmac('sha256', other.secret).update(`${String(id)}.${String(at)}.${body}`).digest('base64')}`;
      const right = request.headers['webhook-signature'] === signature;
      if (right && other.answer === 200) other.taken.push(JSON.parse(body) as { event: string; thing: string });
      answer.writeHead(right ? other.answer : 401).end();
    });
  });
  await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready));
  setClock(Date.now());
  c = await city(new House({ clock }, ['--webhook-allow', '127.0.0.0/8']));
});
afterAll(async () => {
  await c?.close();
  receiver?.close();
  rmSync(dirname(clock), { recursive: true, force: true });
});

const until = async (happened: () => boolean) => {
  for (let i = 0; i < 300 && !happened(); i++) await new Promise((r) => setTimeout(r, 50));
  expect(happened()).toBe(true);
};

test('webhooks of a service account: subscribed, the secret shown once, deliveries, ended', async () => {
  const { id } = await c.security.ask('POST', '/api/services', { login: 'jhzx-push', organisation: 'J330400', name: '经办系统接收推送' });
  const tab = await (await Tab.open(c.browser, c.house)).as(c.security);
  await tab.goto(`/services?open=${id}`);
  await tab.page.getByRole('button', { name: '登记推送' }).click();
  await tab.dialog.getByRole('button', { name: '登记' }).click();
  await tab.page.getByText('应以 https:// 开头').first().waitFor();
  await tab.page.getByText('至少选择一项').first().waitFor();
  await tab.fill('接收地址', 'https://hook.example.org/yiheng');
  await tab.dialog.getByLabel('疑点已下发').check();
  await tab.dialog.getByLabel('任务已结束').check();
  await tab.fill('理由', '经办系统上线');
  await tab.sound('hook-add');
  await tab.dialog.getByRole('button', { name: '登记' }).click();
  await tab.page.getByText('只显示这一次').waitFor();
  await tab.page.getByLabel('已经记下').check();
  await tab.dialog.getByRole('button', { name: '关闭' }).click();
  await tab.page.getByRole('cell', { name: '疑点已下发、任务已结束' }).waitFor();
  await tab.page.getByRole('button', { name: '推送记录' }).click();
  await tab.page.getByText('没有推送记录').waitFor();
  await tab.sound('hooks');
  await tab.page.getByRole('button', { name: '停用推送' }).click();
  await tab.fill('理由', '更换系统');
  await tab.dialog.getByRole('button', { name: '停用' }).click();
  await tab.page.getByText('已停用').first().waitFor();
  expect(tab.complaints).toEqual([]);
  await tab.close();
});

test('deliveries: the tries with what the other system answered, given up after a day, sent again', async () => {
  const { id } = await c.security.ask('POST', '/api/services', { login: 'his-push', organisation: 'J330400', name: '结算系统接收推送' });
  await c.security.ask('POST', '/api/grants', { holder: id, role: 'agency_auditor', organisation: 'J330400', reason: '接口' });
  const { secret } = await c.security.ask('POST', `/api/services/${id}/hooks`, { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`, events: ['job.ended'], reason: '对接' });
  other.secret = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const job = await c.leader.ask('POST', '/api/jobs', { kind: 'intake', argument: { paths: ['none.csv'] } });
  await c.leader.ask('POST', `/api/jobs/${job.id}/cancel`, { reason: '文件不对' });
  await until(() => other.tries === 1);

  const tab = await (await Tab.open(c.browser, c.house)).as(c.security);
  await tab.goto(`/services?open=${id}`);
  await tab.page.getByRole('button', { name: '推送记录' }).click();
  const row = tab.page.getByRole('row').filter({ hasText: job.id });
  await row.getByText('待推送').waitFor();
  await row.getByText('任务已结束').waitFor();
  await row.getByRole('button', { name: '各次尝试' }).click();
  await tab.page.getByText('对方答复 503').waitFor();
  expect(await row.getByRole('button', { name: '重新推送' }).count()).toBe(0); // it waits for its next try
  await tab.close();

  while (other.tries < 14) {
    const tries = other.tries;
    setClock(now + 8 * 3_600_000);
    await until(() => other.tries > tries);
    await new Promise((r) => setTimeout(r, 700)); // what came of it is written down
  }
  setClock(now + 3_600_000);
  c.security.cookie = ''; // the session has ended by that clock
  await c.security.ask('POST', '/api/login', { login: 'aq01', password, code: totp(c.security.secret, Math.floor(now / 30_000)) });
  const later = await (await Tab.open(c.browser, c.house)).as(c.security);
  await later.goto(`/services?open=${id}`);
  await later.page.getByRole('button', { name: '推送记录' }).click();
  const dead = later.page.getByRole('row').filter({ hasText: job.id });
  await dead.getByText('未送达').waitFor();
  await dead.getByRole('cell', { name: '14', exact: true }).waitFor();
  await dead.getByRole('button', { name: '各次尝试' }).click();
  await later.page.getByText('对方答复 503').nth(13).waitFor();
  await later.sound('hook-dead');
  other.answer = 200;
  await dead.getByRole('button', { name: '重新推送' }).click();
  await later.fill('理由', '对方已恢复');
  await later.dialog.getByRole('button', { name: '推送' }).click();
  await dead.getByText('已送达').waitFor();
  expect(other.taken.map((t) => `${t.event} ${t.thing}`)).toEqual([`job.ended ${job.id}`]);
  await later.sound('hook-delivered');
  await later.close();
}, 120_000);
