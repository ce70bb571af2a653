import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startMessageRig, type MessageRig } from './conformance/message-rig.ts';
import { fuzzMessages } from './fuzz/fuzz-messages.ts';

const fuzzedMs = 6_000;

let messages: MessageRig;
before(async () => {
  messages = await startMessageRig();
});
after(() => messages.stop());

test('requests that were changed at random are accepted or refused with a Graph error, and nothing is stored of the refused', async (context) => {
  const seed = randomInt(2 ** 32);
  context.diagnostic(`seed ${seed}`);
  const now = () => performance.now();
  const outcome = await fuzzMessages(messages, { seed, now, untilMs: now() + fuzzedMs });
  context.diagnostic(`${outcome.requests} requests, ${outcome.accepted} accepted`);
  // Otherwise the changes are too wild to get anywhere.
  assert.ok(outcome.accepted > 10, `seed ${seed}`);
  assert.ok((outcome.refused.get(100) ?? 0) > 10, `seed ${seed}`);
});
