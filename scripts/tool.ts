import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { root } from './tree.ts';

export interface ToolRun {
  ok: boolean;
  /** Standard output, then standard error. */
  output: string;
}

const maxOutputBytes = 64 * 1024 * 1024;
const timeoutMs = 5 * 60_000;

/** Runs an installed command (from `node_modules/.bin` first) to its end and returns what it printed. */
export function runTool(command: string, args: readonly string[], folder = '.'): ToolRun {
  const path = [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
  const run = spawnSync(command, args, {
    cwd: join(root, folder),
    env: { ...process.env, PATH: path, NO_COLOR: '1' },
    encoding: 'utf8',
    maxBuffer: maxOutputBytes,
    timeout: timeoutMs,
  });
  const broken = run.error ? `${command}: ${run.error.message}\n` : '';
  return { ok: run.status === 0, output: `${run.stdout ?? ''}${run.stderr ?? ''}${broken}` };
}
