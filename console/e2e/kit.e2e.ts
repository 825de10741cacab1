import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, Tab, type House } from './harness';

const root = fileURLToPath(new URL('./kit/', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'yiheng-kit-'));
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
let server: Server;
let browser: Browser;
let house: Pick<House, 'url'>;

/** What the page asked to be made a file. */
const taken: { page: string; title: string; columns: unknown; rows: string[][] }[] = [];

beforeAll(async () => {
  await build({ root, base: './', configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)), logLevel: 'error', build: { outDir: out, emptyOutDir: true } });
  server = createServer(async (request, answer) => {
    if (request.method === 'POST') {
      let body = '';
      for await (const part of request) body += String(part);
      taken.push(JSON.parse(body) as (typeof taken)[number]);
      answer.writeHead(204).end();
      return;
    }
    const name = request.url === '/' ? '/index.html' : request.url!.split('?')[0]!;
    try {
      const content = readFileSync(join(out, name));
      answer.setHeader('Content-Type', types[extname(name)] ?? 'application/octet-stream').end(content);
    } catch {
      answer.writeHead(204).end();
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  house = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  rmSync(out, { recursive: true, force: true });
});

test('Chart and Evidence: read by everybody, drilled down, downloaded, coloured only for what is risky', async () => {
  const tab = await Tab.open(browser, house as House);
  await tab.goto('/');
  await tab.page.getByRole('img', { name: '机构排名' }).locator('svg').waitFor();
  await tab.sound('kit');

  const fills = async (name: string) => tab.page.getByRole('img', { name }).locator('svg path').evaluateAll((all) => all.map((e) => `${e.getAttribute('stroke')} ${e.getAttribute('fill')}`).join('\n'));
  expect(await fills('各月金额')).toContain('#b3261e'); // the series that is risky
  expect(await fills('机构排名')).not.toContain('#b3261e');
  await tab.page.getByText('本月没有疑点').waitFor();

  await tab.page.getByRole('button', { name: '机构排名：看表格' }).click();
  await tab.dialog.getByRole('cell', { name: '<b>第二</b>医院' }).waitFor(); // text is text
  await tab.dialog.getByRole('cell', { name: '30,000.00' }).waitFor();
  const take = async (choice: Locator) => {
    const asked = tab.page.waitForResponse('**/api/page-table.csv');
    await choice.click();
    await asked;
    return taken.pop(); // what the server makes of it, a test of the server's says
  };
  await tab.dialog.getByRole('button', { name: '导出' }).click();
  expect(await take(tab.page.getByRole('menuitem', { name: 'CSV' }))).toEqual({
    page: '/', title: '机构排名', columns: [{ title: '项目', kind: 'text' }, { title: '金额', kind: 'money' }], rows: [['=SUM(A1)医院', '30000.00'], ['<b>第二</b>医院', '20000.00']],
  });
  await tab.dialog.getByRole('button', { name: '=SUM(A1)医院' }).click();
  expect(await tab.page.getByRole('status').first().innerText()).toBe('第一家');
  await tab.dialog.locator('.ant-modal-close').click();

  await tab.page.getByRole('button', { name: '导出：各院' }).click();
  const { columns, rows } = (await take(tab.page.getByRole('menuitem', { name: 'CSV' }).last()))!;
  expect(columns).toEqual([{ title: '医院', kind: 'text' }, { title: '编码', kind: 'text' }, { title: '疑点', kind: 'number' }, { title: '金额', kind: 'money' }]);
  expect(rows.length).toBe(120); // all of them, not the page that is shown
  expect(rows.slice(0, 2)).toEqual([['第 0 医院 三级', '000123', '0', ''], ['第 1 医院 三级', '000123', '1001', '1234.50']]);
  await tab.page.getByRole('cell', { name: '第 119 医院' }).waitFor({ state: 'detached' });

  const events = tab.page.getByRole('list', { name: '经过' }).getByRole('listitem');
  expect(await events.count()).toBe(3);
  expect(await events.nth(0).innerText()).toContain('<i>心内科</i>');
  expect(await events.nth(1).innerText()).toContain('2025-03-02 09:30'); // China's time
  expect(await events.nth(1).getAttribute('class')).toBe('is-high');
  expect(await events.nth(0).getAttribute('class')).toBeNull();
  await tab.page.pdf({ path: fileURLToPath(new URL('../../build/screens/kit.pdf', import.meta.url)) });
  expect(tab.complaints).toEqual([]);
  await tab.close();
});
