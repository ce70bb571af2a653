import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { percentile } from '../src/bench/percentile.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

test('a short benchmark measures everything it names, without a failed request', async () => {
  const args = [main, 'bench', '--people', '10', '--seconds', '1', '--outstanding', '50', '--backlog', '200'];
  args.push('--webhooks', '--reads', '--json');
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const result = JSON.parse(stdout) as Record<string, number> & {
    memory: { name: string }[];
    backlog: { messages: number };
    leftOut: string[];
  };
  const { acceptedPerSecond = 0, sentPerSecond = 0, rawEncryptPerSecond = 0, ratio = 0, errors } = result;
  assert.equal(errors, 0);
  for (const rate of [acceptedPerSecond, sentPerSecond, rawEncryptPerSecond]) assert.ok(rate > 10, `${rate}/s`);
  assert.ok(Math.abs(ratio - sentPerSecond / rawEncryptPerSecond) < 0.001);
  assert.ok((result['acceptMsP50'] ?? 0) <= (result['acceptMsP99'] ?? -1));
  assert.ok((result['endToEndMsP50'] ?? 0) <= (result['endToEndMsP99'] ?? -1));
  const names = result.memory.map(({ name }) => name);
  for (const name of ['transport', 'cloud-api', 'cloud-api-worker', 'business-manager', 'postgres']) {
    assert.ok(names.includes(name), `${name} is not among ${names.join()}`);
  }
  assert.ok((result['webhookUpdatesPerSecond'] ?? 0) > sentPerSecond, 'more than one status for each message');
  assert.equal(result.backlog.messages, 200);
  assert.ok(result.leftOut.length > 0);
});

test('a percentile is a value that was measured', () => {
  assert.equal(percentile([], 50), null);
  assert.equal(percentile([7], 99), 7);
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.deepEqual([percentile(values, 50), percentile(values, 99), percentile(values, 100)], [50, 99, 100]);
});
