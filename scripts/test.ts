// Runs every test file, or those whose path holds one of the given words: npm test -- transport
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runTestFile } from './test-file.ts';
import { root } from './tree.ts';

const patterns = ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'test/**/*.test.ts'];

/** Lists the test files whose path holds one of the words, or all of them when there is no word. */
function listTestFiles(words: readonly string[]): string[] {
  const files = globSync(patterns, { cwd: root, exclude: (name) => name === 'node_modules' });
  const paths = files.map((file) => file.replaceAll('\\', '/')).toSorted();
  return words.length === 0 ? paths : paths.filter((file) => words.some((word) => file.includes(word)));
}

/** Runs the files, so many at a time, prints each one's report when it has ended, and the total as the last line. */
async function runAll(files: readonly string[], options: { concurrency: number; limitMs: number }): Promise<boolean> {
  const waiting = [...files];
  const total = { passed: 0, failed: 0, skipped: 0 };
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const report = await runTestFile(file, options.limitMs);
      total.passed += report.passed;
      total.failed += report.failed;
      total.skipped += report.skipped;
      process.stdout.write(`${report.text}\n`);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  if (total.skipped > 0) process.stdout.write(`${total.skipped} skipped\n`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 && total.passed > 0;
}

// Most files wait for the better part of their time: for processes, sockets and the database.
const defaultConcurrency = availableParallelism() + 1;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    concurrency: { type: 'string', default: String(defaultConcurrency) },
    'limit-seconds': { type: 'string', default: '300' },
  },
});
const files = listTestFiles(positionals);
if (files.length === 0) {
  process.stdout.write(
    `There is no test file${positionals.length > 0 ? ` with ${positionals.join(' or ')} in its path` : ''}.\n`,
  );
  process.stdout.write('0 passed, 0 failed\n');
  process.exitCode = 1;
} else {
  const concurrency = Math.max(1, Number(values.concurrency) || 1);
  const limitMs = Math.max(1, Number(values['limit-seconds']) || 300) * 1000;
  if (!(await runAll(files, { concurrency, limitMs }))) process.exitCode = 1;
}
