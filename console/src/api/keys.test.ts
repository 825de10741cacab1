import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const project = fileURLToPath(new URL('../../../', import.meta.url));

/** The pages of the rooms, and the shell. */
const files = ['console/src', 'console/kit', 'ground', 'facts', 'audit'].flatMap((folder) =>
  readdirSync(project + folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.(e2e|test)\.ts$/.test(file) && (folder.startsWith('console') || file.includes('/ui/')))
    .map((file) => `${folder}/${file}`));

const literal = (part: string) => /^'[^']*'$/.test(part);

// Two readings under one key share one answer: written twice, one may be given the other's shape.
test('each key of a query is written once', () => {
  const keys = files.flatMap((file) =>
    [...readFileSync(project + file, 'utf8').matchAll(/(?:useQuery|useInfiniteQuery|queryOptions)(?:<[^(]*>)?\(\{\s*queryKey: \[([^\]]*)\]/g)]
      .map((m) => ({ file, parts: m[1]!.split(',').map((part) => part.trim()) })))
    .filter(({ parts }) => literal(parts[0]!));
  expect(keys.length).toBeGreaterThan(50);
  const meets = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((part, i) => part === b[i] || !(literal(part) && literal(b[i]!)));
  const twice = keys.flatMap((a, i) => keys.slice(0, i).filter((b) => a.parts[0] === b.parts[0] && meets(a.parts, b.parts)).map((b) => `[${a.parts.join()}] of ${a.file} and [${b.parts.join()}] of ${b.file}`));
  expect(twice).toEqual([]);
});
