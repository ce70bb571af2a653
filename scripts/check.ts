// Runs the house's gates, all of them or those named: node scripts/check.ts walls lint
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from './tree.ts';

/** Each gate is a script of its own that exits with 1 when it finds a problem or sees nothing. Slow ones first. */
const gates: Readonly<Record<string, readonly string[]>> = {
  schema: ['schema.ts', '--check'],
  dead: ['check-dead.ts'],
  lint: ['check-lint.ts'],
  format: ['check-format.ts'],
  types: ['check-types.ts'],
  generated: ['check-generated.ts'],
  access: ['access.ts', '--check'],
  api: ['api.ts', '--check'],
  proto: ['check-proto.ts'],
  walls: ['check-walls.ts'],
  words: ['check-words.ts'],
};

interface Outcome {
  ok: boolean;
  seconds: number;
  output: string;
}

const timeoutMs = 5 * 60_000;

function runGate(name: string): Promise<Outcome> {
  const [script = '', ...args] = gates[name] ?? [];
  const startedMs = performance.now();
  const gate = spawn(process.execPath, [join(root, 'scripts', script), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
  });
  const chunks: Buffer[] = [];
  gate.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  gate.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    gate.on('error', reject);
    gate.on('close', (code) => {
      const seconds = (performance.now() - startedMs) / 1000;
      resolve({ ok: code === 0, seconds, output: Buffer.concat(chunks).toString('utf8').trimEnd() });
    });
  });
}

function print(name: string, { ok, seconds, output }: Outcome): void {
  const summary = output.split('\n').at(-1) ?? '';
  const line = `${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${seconds.toFixed(1).padStart(5)} s`;
  const rest = ok ? `  ${summary}` : `\n${output.replaceAll(/^/gm, '       ')}`;
  process.stdout.write(`${line}${rest}\n`);
}

/** Runs the gates, at most one per processor at a time, and returns the names of those that failed. */
async function runGates(names: readonly string[]): Promise<string[]> {
  const waiting = [...names];
  const failed: string[] = [];
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const outcome = await runGate(name);
      print(name, outcome);
      if (!outcome.ok) failed.push(name);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return failed;
}

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in gates));
if (unknown.length > 0) {
  process.stderr.write(`No gate is called ${unknown.join(', ')}. There are: ${Object.keys(gates).join(', ')}.\n`);
  process.exitCode = 1;
} else {
  const names = named.length > 0 ? named : Object.keys(gates);
  const failed = await runGates(names);
  process.stdout.write(`${names.length - failed.length} gates passed, ${failed.length} failed\n`);
  if (failed.length > 0) process.exitCode = 1;
}
