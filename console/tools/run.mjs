// Runs a TypeScript file of this folder: node tools/run.mjs e2e/speed.ts
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const [file] = process.argv.splice(2, 1);
await runnerImport(`${root}${file}`, { root, configFile: false, logLevel: 'error' });
