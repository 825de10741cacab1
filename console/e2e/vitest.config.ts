import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../vite.config.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** The tests in a browser: of the shell here, of a room's pages beside them in *.e2e.ts. */
export default mergeConfig(base, defineConfig({
  root: project,
  cacheDir: fileURLToPath(new URL('../node_modules/.vite', import.meta.url)),
  test: {
    include: ['console/e2e/*.e2e.ts', '{ground,facts,audit,enforce,govern}/*/ui/*.e2e.ts'],
    fileParallelism: false,
    maxConcurrency: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
}));
