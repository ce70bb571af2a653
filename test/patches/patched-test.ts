import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { patchedEnvironment, type Patch } from './patch.ts';

interface PatchedTest {
  readonly patches: readonly Patch[];
  /** Which tests of the file run: a regular expression. */
  readonly pattern: string;
  readonly reporter: 'spec' | 'tap';
}

/** Runs tests of a file in a process that was patched. Gives its exit code and what it printed. */
export function runPatchedTest(file: URL, { patches, pattern, reporter }: PatchedTest) {
  const env = patchedEnvironment(patches);
  // Else the inner run believes that it is a part of this one, and reports in another form.
  delete env['NODE_TEST_CONTEXT'];
  const args = ['--test-reporter', reporter, '--test-name-pattern', pattern, fileURLToPath(file)];
  return spawnSync(process.execPath, ['--test', ...args], { env, encoding: 'utf8', timeout: 60_000 });
}
