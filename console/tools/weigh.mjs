// Says how heavy the console is: what the first load brings (the entry and all it imports
// at once, and the styles), and all of it. Compresses what the binary serves.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const most = 600_000; // bytes of the first load, gzipped
const app = new URL('../dist/app/', import.meta.url).pathname;
const html = readFileSync(join(app, 'index.html'), 'utf8');
const first = new Set([...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((m) => m[1]));
let all = 0;
let load = 0;
for (const name of readdirSync(join(app, 'assets'))) {
  const path = join(app, 'assets', name);
  if (!statSync(path).isFile() || /\.(br|gz)$/.test(name)) continue;
  const content = readFileSync(path);
  const zipped = gzipSync(content, { level: 9 });
  all += zipped.length;
  if (first.has(`assets/${name}`)) load += zipped.length;
  writeFileSync(`${path}.gz`, zipped);
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }));
}
const kB = (n) => `${Math.round(n / 1000)} kB`;
console.log(`[console] first load ${kB(load)} gzipped of at most ${kB(most)}; all pages ${kB(all)}`);
if (load > most) {
  console.error('[console] the first load is too heavy: load by need what not every page uses');
  process.exit(1);
}
