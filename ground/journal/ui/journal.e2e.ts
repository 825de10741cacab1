import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { city, Tab, type City } from '../../../console/e2e/harness';
import { check } from './proof';
import { publicKeys } from './sm2';

let c: City;
beforeAll(async () => { c = await city(); });
afterAll(() => c?.close());

test('the journal: found by what was done, an entry verified in the browser with the public key', async () => {
  const tab = await (await Tab.open(c.browser, c.house)).as(c.auditor);
  await tab.goto('/journal');
  await tab.sound('journal');
  await tab.goto('/journal?act=access.add_person');
  await tab.page.locator('tr.opens').first().click();
  await tab.page.getByRole('button', { name: '在浏览器中核对' }).click();
  await tab.page.getByText('由谁所签没有验证').waitFor();
  await tab.page.locator('.side input[type=file]').setInputFiles(join(c.house.home, 'journal.pub'));
  await tab.page.getByText('核对通过').waitFor();
  await tab.sound('journal-entry');
  await tab.close();
});

test('a proof that was altered does not hold', async () => {
  const keys = publicKeys(readFileSync(join(c.house.home, 'journal.pub'), 'utf8'));
  const text = await c.auditor.ask<string>('GET', '/api/journal/3/proof');
  const proven = check(text, keys);
  expect(proven.entry.n).toBe(3);
  expect(proven.signedBy).toBe(0);
  const lines = text.split('\n');
  const entry = Buffer.from(lines[1]!.slice(6), 'base64').toString();
  const altered = (change: (l: string[]) => void) => { const l = [...lines]; change(l); return l.join('\n'); };
  const sign = lines.findIndex((l) => l.startsWith('— '));
  for (const [what, forged, says] of [
    ['the entry', altered((l) => { l[1] = `extra ${Buffer.from(entry.replace('"act":"', '"act":"x')).toString('base64')}`; }), '证明不成立'],
    ['its place', altered((l) => { l[2] = 'index 4'; }), '证明不成立'],
    ['a hash of the path', altered((l) => { l[3] = Buffer.alloc(32, 7).toString('base64'); }), '证明不成立'],
    ['the time of signing', text.replace(/\n20\d\d-/, '\n2000-'), '不是这把公钥签的'],
    ['the signature', altered((l) => { const s = l[sign]!; l[sign] = s.slice(0, -6) + (s.at(-6) === 'A' ? 'B' : 'A') + s.slice(-5); }), '不是这把公钥签的'],
    ['another file', 'hello', '不是日志条目的证明'],
  ] as const) expect(() => check(forged, keys), what).toThrow(says);
});
