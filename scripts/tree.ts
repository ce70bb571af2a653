import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The checkout's root folder; every path in these scripts is relative to it and has forward slashes. */
export const root = join(import.meta.dirname, '..');

const skippedFolders = new Set(['.git', 'node_modules']);
const sourcePattern = /\.(?:ts|mts|cts|tsx|js|mjs|cjs|jsx)$/;
const generatedFolder = 'packages/protocol/src/generated/';

function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skippedFolders.has(entry.name) || path === 'data' ? [] : walk(path);
    return entry.isFile() && !path.endsWith('.log') ? [path] : [];
  });
}

/** Lists every file of the checkout in order, without what git ignores and without installed packages. */
export function listFiles(): string[] {
  return walk('').toSorted();
}

/** Lists the program text that people wrote: everything that can import, except what protoc-gen-es made. */
export function listSources(): string[] {
  return listFiles().filter((path) => sourcePattern.test(path) && !path.startsWith(generatedFolder));
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
