// Writes src/api/schema.ts out of api/openapi.yaml. Every build and check runs it first
// and the file is not committed, so that types are never older than the description.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const description = new URL('../../api/openapi.yaml', import.meta.url);
const target = new URL('../src/api/schema.ts', import.meta.url);

const text = '// Generated from api/openapi.yaml by `npm run schema`. Do not edit.\n' + astToString(await openapiTS(description));
if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  writeFileSync(target, text);
  console.log('[console] types written from api/openapi.yaml');
}
