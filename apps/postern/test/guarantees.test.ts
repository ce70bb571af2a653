import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { statements } from '../src/access/statements.ts';
import { checks } from '../src/verify/checks.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(join(root, 'docs/guarantees.md'), 'utf8');
const rows = page
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, name]) => /^S\d+$/.test(name ?? ''));

test('the page has every statement, in the words of the program', () => {
  assert.deepEqual(
    rows.map(([, name, text]) => [name, text]),
    Object.entries(statements),
  );
});

test('verify speaks of every statement', () => {
  const spoken = new Set(checks.flatMap((check) => check.statements));
  assert.deepEqual(
    Object.keys(statements).filter((name) => !spoken.has(name as never)),
    [],
  );
});

test('every test that the page names exists, and no statement is without one that is not said to be missing', () => {
  for (const [, name, , how = '', tests = ''] of rows) {
    const paths = [...tests.matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? '');
    for (const path of paths) assert.ok(path.endsWith('.test.ts') && existsSync(join(root, path)), `${name}: ${path}`);
    assert.ok(paths.length > 0 || how.includes('Not built yet') || name === 'S26', `${name} has no test`);
  }
});

test('every file that the page links to exists', () => {
  const links = [...page.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, path]) => path ?? '');
  assert.ok(links.length > 0);
  for (const link of links) assert.ok(existsSync(join(root, 'docs', link)), link);
});
