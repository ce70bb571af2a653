import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { TreeCopy } from './tree-copy.ts';

const copy = new TreeCopy();
after(() => copy.remove());

const good = `import { test } from 'node:test';\ntest('it holds', () => {});\n`;
const bad = `import { test } from 'node:test';\ntest('it breaks', () => { throw new Error('for a reason'); });\n`;
const skipped = `import { test } from 'node:test';\ntest('it waits', { skip: 'for later' }, () => {});\n`;
const hanging = `import { test } from 'node:test';\ntest('it holds', () => {});\nsetInterval(() => {}, 1000);\n`;
const crashing = `import { test } from 'node:test';\ntest('it holds', () => {});\nsetImmediate(() => process.exit(3));\ntest('it hangs', () => new Promise(() => setInterval(() => {}, 1000)));\n`;

/** Runs the test command over these files only, in a folder that has no other tests. */
function runTests(files: Readonly<Record<string, string>>, ...args: string[]) {
  const changes = Object.entries(files).map(([name, text]) => [`test/runner-fixtures/${name}.test.ts`, text]);
  const run = copy.run(['scripts/test.ts', 'runner-fixtures', ...args], Object.fromEntries(changes));
  return { ...run, total: run.output.trimEnd().split('\n').at(-1) };
}

test('tests that pass are counted in the last line', () => {
  const { ok, total, output } = runTests({ one: good, two: good });
  assert.ok(ok, output);
  assert.equal(total, '2 passed, 0 failed');
});

test('a test that fails is counted, and its reason shown', () => {
  const { ok, total, output } = runTests({ one: good, two: bad });
  assert.equal(ok, false);
  assert.equal(total, '1 passed, 1 failed');
  assert.match(output, /✖ it breaks\n\s+Error: for a reason/);
});

test('a skipped test is shown with its reason and counts neither way', () => {
  const { ok, total, output } = runTests({ one: good, two: skipped });
  assert.ok(ok, output);
  assert.match(output, /it waits \(skipped: for later\)/);
  assert.equal(total, '1 passed, 0 failed');
});

test('a file without tests has failed', () => {
  const { ok, total } = runTests({ one: good, two: '' });
  assert.equal(ok, false);
  assert.equal(total, '1 passed, 1 failed');
});

test('a file that never ends is stopped at the limit and has failed', () => {
  const { ok, total, output } = runTests({ one: hanging }, '--limit-seconds', '1');
  assert.equal(ok, false);
  assert.match(output, /it took too long/);
  assert.equal(total, '1 passed, 1 failed');
});

test('a file whose process dies has failed', () => {
  const { ok, output } = runTests({ one: crashing });
  assert.equal(ok, false);
  assert.match(output, /the file itself failed/);
});

test('no test file at all is a failure', () => {
  const { ok, total } = runTests({});
  assert.equal(ok, false);
  assert.equal(total, '0 passed, 0 failed');
});
