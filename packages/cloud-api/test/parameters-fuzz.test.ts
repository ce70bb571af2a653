import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { fuzzParameters } from './fuzz/fuzz-parameters.ts';
import { startRig, type Rig } from './http-rig.ts';

const fuzzedMs = 6_000;

let rig: Rig;
before(async () => {
  rig = await startRig();
});
after(() => rig.stop());

test('every endpoint answers whatever parameters it gets, wherever they stand, with a success or a Graph error of the sender', async (context) => {
  const seed = randomInt(2 ** 32);
  context.diagnostic(`seed ${seed}`);
  const now = () => performance.now();
  const { requests, endpoints, refused } = await fuzzParameters(rig, { seed, now, untilMs: now() + fuzzedMs });
  const accepting = [...endpoints.values()].filter(({ accepted }) => accepted > 0).length;
  context.diagnostic(`${requests} requests; ${accepting} of ${endpoints.size} endpoints accepted some`);
  // Otherwise the parameters are too wild to get anywhere.
  assert.ok(accepting > endpoints.size / 4, `seed ${seed}: only ${accepting} endpoints accepted anything`);
  assert.ok((refused.get(100) ?? 0) > 10, `seed ${seed}`);
});
