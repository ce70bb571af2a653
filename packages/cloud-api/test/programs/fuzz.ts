// Fuzzes POST /{phone}/messages, and then the parameters of every endpoint, for so many minutes together: npm run fuzz -- 10 [seed]
import { randomInt } from 'node:crypto';
import { startMessageRig } from '../conformance/message-rig.ts';
import { fuzzMessages } from '../fuzz/fuzz-messages.ts';
import { fuzzParameters } from '../fuzz/fuzz-parameters.ts';
import { startRig } from '../http-rig.ts';

const [minutes = '1', seedText = String(randomInt(2 ** 32))] = process.argv.slice(2);
const seed = Number(seedText);
const halfMs = Number(minutes) * 30_000;
const now = () => performance.now();
process.stdout.write(`fuzzing for ${minutes} minutes with seed ${seed}\n`);

function tell(requests: number, refused: ReadonlyMap<number, number>): void {
  const codes = [...refused].map(([code, times]) => `${code}: ${times}`).join(', ');
  process.stdout.write(`${requests} requests; refused ${codes}\n`);
}

const messages = await startMessageRig();
try {
  const outcome = await fuzzMessages(messages, { seed, now, untilMs: now() + halfMs });
  tell(outcome.requests, outcome.refused);
} finally {
  await messages.stop();
}
const rig = await startRig();
try {
  const outcome = await fuzzParameters(rig, { seed, now, untilMs: now() + halfMs });
  tell(outcome.requests, outcome.refused);
  for (const [endpoint, { asked, accepted }] of outcome.endpoints)
    process.stdout.write(`${accepted}/${asked} ${endpoint}\n`);
} finally {
  await rig.stop();
}
