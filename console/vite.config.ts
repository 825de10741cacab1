import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin, UserConfig } from 'vite';
import { notices } from './tools/notices.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Pages live in their rooms, outside this folder: what they import by name is looked
// up here.
const packagesOfRooms: Plugin = {
  name: 'packages-of-rooms',
  enforce: 'pre',
  resolveId(source, importer, options) {
    const bare = !source.startsWith('.') && !source.startsWith('/') && !source.startsWith('@kit') && !source.startsWith('@api') && !source.startsWith('\0');
    if (!bare || !importer || importer.startsWith(at('.'))) return null;
    return this.resolve(source, at('./src/main.tsx'), { ...options, skipSelf: true });
  },
};

const config: UserConfig & { test: object } = {
  plugins: [packagesOfRooms, react(), notices()],
  resolve: { alias: { '@kit': at('./kit/index.ts'), '@api': at('./src/api/index.ts') } },
  build: {
    outDir: 'dist/app',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    assetsInlineLimit: 0,
  },
  server: {
    port: 5173,
    fs: { allow: ['..'] },
    proxy: { '/api': process.env.YIHENG_SERVER ?? 'http://127.0.0.1:8321', '/healthz': process.env.YIHENG_SERVER ?? 'http://127.0.0.1:8321' },
  },
  test: { include: ['kit/**/*.test.ts', 'src/**/*.test.ts', '../ground/*/ui/*.test.ts', '../audit/*/ui/*.test.ts'] },
};

export default config;
