import type { Page } from 'playwright-core';

/** Words that Chinese offices write in Latin letters: formats, units, keys, abbreviations of the field. */
const allowed = new Set([
  ...['CSV', 'XLSX', 'PDF', 'JSON', 'YAML', 'URL', 'ID', 'IP', 'API', 'HTTPS', 'Excel', 'kB', 'MB'],
  ...['CT', 'MRI', 'PACS', 'LIS', 'UDI', 'ICD', 'DRG', 'DIP', 'HBsAg'],
  ...['true', 'hasDx', 'history', 'period', 'params', 'max'], // of custom checks, points and rules as they are written
]);

/**
 * foreignWords are the words in Latin letters that a page shows. Codes are none: whatever
 * is set as one, is explained (“drug 药品”, “险种（insutypes）”), is a part of a path or of an expression, or
 * holds a digit or an underscore; nor are the names that people log in with.
 */
export async function foreignWords(page: Page, logins: readonly string[]): Promise<string[]> {
  const shown = await page.evaluate(() => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement!;
      if (!/[A-Za-z]{2}/.test((node as Text).data ?? '') || parent.closest('.code, code, pre, kbd, script, style, noscript, textarea') || !parent.checkVisibility()) continue;
      texts.push((node as Text).data);
    }
    for (const e of document.querySelectorAll<HTMLInputElement>('input[placeholder]')) if (e.checkVisibility() && !e.classList.contains('code')) texts.push(e.placeholder);
    return texts;
  });
  const words = shown.flatMap((text) => text.replace(/(^|[\s、：；（])[A-Za-z]+ (?=[\u4e00-\u9fff])/g, '$1').replace(/(?<=[\u4e00-\u9fff])（[A-Za-z]+）/g, '').match(/[A-Za-z0-9_./:@#%+-]*[A-Za-z]{2,}[A-Za-z0-9_./:@#%+-]*/g)?.map((word) => ({ word, text })) ?? []);
  return words
    .filter(({ word }) => !/[\d_]|[a-zA-Z]?[./:@][a-zA-Z]/.test(word) && !allowed.has(word) && !logins.includes(word))
    .map(({ word, text }) => `${word} (${text.trim().slice(0, 80)})`);
}
