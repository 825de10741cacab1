// Writes src/api/schema.ts and src/api/operations.ts out of api/openapi.yaml. Every build
// and check runs it first and the files are not committed, so that types are never older
// than the description.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';
import { parse } from 'yaml';

const description = new URL('../../api/openapi.yaml', import.meta.url);
const head = '// Generated from api/openapi.yaml by `npm run schema`. Do not edit.\n';

function write(name, text) {
  const target = new URL(`../src/api/${name}`, import.meta.url);
  if (existsSync(target) && readFileSync(target, 'utf8') === head + text) return;
  writeFileSync(target, head + text);
  console.log(`[console] ${name} written from api/openapi.yaml`);
}

write('schema.ts', astToString(await openapiTS(description)));

const operations = {};
for (const path of Object.values(parse(readFileSync(description, 'utf8')).paths)) {
  for (const route of Object.values(path)) {
    const access = route['x-access'];
    if (!access) continue;
    const o = (operations[access.operation] ??= { titles: [], roles: access.roles ?? [], secondFactor: access.second_factor ?? false });
    if (!/（导出/.test(route.summary)) o.titles.push(route.summary);
  }
}
const known = Object.fromEntries(Object.entries(operations).sort().map(([name, o]) => [name, { title: [...new Set(o.titles)].slice(0, 3).join('、'), roles: o.roles, secondFactor: o.secondFactor }]));
write('operations.ts', `/** The operations that routes ask for, with what they are called. */\nexport const operations: Record<string, { title: string; roles: string[]; secondFactor: boolean }> = ${JSON.stringify(known, null, 2)};\n`);
