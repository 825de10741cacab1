import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

/** Licences under which a package may be bundled. */
const allowed = ['MIT', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'ISC', '0BSD'];

interface Package {
  name: string;
  version: string;
  license: string;
  folder: string;
}

/**
 * notices writes third-party.txt beside the pages: every package whose code is in them,
 * its version, its licence and the licence's text. A licence that is not allowed fails the build.
 */
export const notices = (): Plugin => ({
  name: 'notices',
  generateBundle(_, bundle) {
    const packages = new Map<string, Package>();
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      for (const id of chunk.moduleIds) {
        const p = packageOf(id.replace(/^\0+/, '').split('?')[0]!);
        if (p) packages.set(`${p.name}@${p.version}`, p);
      }
    }
    const all = [...packages.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
    const refused = all.filter((p) => !allowed.includes(p.license));
    if (refused.length) this.error(`licences that may not be bundled: ${refused.map((p) => `${p.name} ${p.license}`).join(', ')}`);
    const head = `医衡网页中包含的第三方软件，共 ${all.length} 项\nThird-party software in these pages\n`;
    this.emitFile({ type: 'asset', fileName: 'third-party.txt', source: `${head}\n${all.map(notice).join('\n')}` });
  },
});

/** packageOf is the package that a file lies in; nothing for our own. */
function packageOf(file: string): Package | undefined {
  if (!file.includes('/node_modules/')) return undefined;
  for (let folder = dirname(file); folder.includes('/node_modules/'); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const { name, version, license } = JSON.parse(readFileSync(manifest, 'utf8')) as Partial<Package>;
    if (name && version) return { name, version, license: license ?? 'unknown', folder };
  }
  return undefined;
}

function notice(p: Package): string {
  const file = readdirSync(p.folder).find((f) => /^(licen[cs]e|copying)(\.|-|$)/i.test(f));
  const also = readdirSync(p.folder).find((f) => /^notice(\.|$)/i.test(f));
  const texts = [file, also].filter((f) => f !== undefined).map((f) => readFileSync(join(p.folder, f), 'utf8').trim());
  return `${'-'.repeat(78)}\n${p.name} ${p.version}　${p.license}\n\n${texts.join('\n\n') || `${p.license} (https://spdx.org/licenses/${p.license}.html)`}\n`;
}
