import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, Tab, type House } from './harness';

const root = fileURLToPath(new URL('./kit/', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'yiheng-kit-'));
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
let server: Server;
let browser: Browser;
let house: Pick<House, 'url'>;

beforeAll(async () => {
  await build({ root, base: './', configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)), logLevel: 'error', build: { outDir: out, emptyOutDir: true } });
  server = createServer((request, answer) => {
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
  const [file] = await Promise.all([tab.page.waitForEvent('download'), tab.dialog.getByRole('button', { name: '下载 CSV' }).click()]);
  expect(file.suggestedFilename()).toMatch(/^(机构排名\.csv|download)$/); // the browser of a machine without Chinese names it download
  const table = readFileSync(await file.path(), 'utf8');
  expect(table.startsWith('\ufeff')).toBe(true);
  expect(table).toContain(`"'=SUM(A1)医院",30000`); // never a formula
  await tab.dialog.getByRole('button', { name: '=SUM(A1)医院' }).click();
  expect(await tab.page.getByRole('status').first().innerText()).toBe('第一家');
  await tab.page.keyboard.press('Escape');

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
