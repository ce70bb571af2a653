// Fuzzes POST /{phone}/messages for so many minutes: npm run fuzz -- 10 [seed]
import { randomInt } from 'node:crypto';
import { startMessageRig } from '../conformance/message-rig.ts';
import { fuzzMessages } from '../fuzz/fuzz-messages.ts';

const [minutes = '1', seedText = String(randomInt(2 ** 32))] = process.argv.slice(2);
const seed = Number(seedText);
process.stdout.write(`fuzzing for ${minutes} minutes with seed ${seed}\n`);
const messages = await startMessageRig();
try {
  const now = () => performance.now();
  const outcome = await fuzzMessages(messages, { seed, now, untilMs: now() + Number(minutes) * 60_000 });
  const codes = [...outcome.refused].map(([code, times]) => `${code}: ${times}`).join(', ');
  process.stdout.write(`${outcome.requests} requests, ${outcome.accepted} accepted; refused ${codes}\n`);
} finally {
  await messages.stop();
}
