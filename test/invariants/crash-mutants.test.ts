import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutant, type Patch } from '../patches/patch.ts';
import { CrashRig } from './crash-rig.ts';

const device = 'packages/client/src/device/device.ts';
const aMoment = 'await new Promise((resolve) => setTimeout(resolve, 300));';

interface Mutant {
  /** The promise that is broken. */
  readonly name: string;
  readonly patch: Patch;
  /** Where the process dies. */
  readonly step: string;
  /** Whether the person is silent: an answer would turn the ratchet, and cover up that a key was used. */
  readonly isOneWay?: boolean;
  /** What the tests must say of it. */
  readonly fault: RegExp;
}

const mutants: readonly Mutant[] = [
  {
    name: 'ciphertext leaves before its session is committed (I4)',
    patch: mutant(
      device,
      '    // crash point: send.encrypted\n',
      `    this.#sender.add(batch.items);\n    ${aMoment}\n    // crash point: send.encrypted\n`,
    ),
    step: 'cloud-api-worker:send.encrypted',
    isOneWay: true,
    fault: /sent with other bytes|used twice/,
  },
  {
    name: 'a delivery is acknowledged before it is committed (I2)',
    patch: mutant(
      device,
      '    // crash point: receive.decrypted\n',
      `    this.#attachment.acknowledge(received);\n    ${aMoment}\n    // crash point: receive.decrypted\n`,
    ),
    step: 'cloud-api-worker:receive.decrypted',
    fault: /did not reach the business|was not reported/,
  },
  {
    name: 'a request is answered before its message is stored (I2)',
    patch: mutant(
      'packages/cloud-api/src/messages/accept-queue.ts',
      '      const people = await this.#store(batch);\n',
      `      for (const { resolve } of batch) resolve(null);\n      ${aMoment}\n      const people = await this.#store(batch);\n`,
    ),
    step: 'cloud-api:accept.before-store',
    fault: /was not shown/,
  },
  {
    name: 'what was encrypted before a crash is forgotten after it (I2)',
    patch: mutant(
      'packages/client/src/device/outbox-sender.ts',
      'const stored = await this.#options.store.loadEncrypted(0, maxItems);',
      'const stored: EncryptedItem[] = [];',
    ),
    step: 'cloud-api-worker:send.committed',
    fault: /was not shown/,
  },
  {
    name: 'an envelope that was dealt with is decrypted again (I3)',
    patch: mutant(
      'packages/client/src/phone/phone-store.ts',
      '      return row ? [{ envelopeId, isReadable: row.is_readable === 1 }] : [];',
      '      return row && !row ? [{ envelopeId, isReadable: true }] : [];',
    ),
    step: 'sandbox:receive.committed',
    fault: /was not shown|was shown|was not reported/,
  },
];

for (const { name, patch, step, fault, isOneWay = false } of mutants) {
  test(`it is noticed when ${name}`, async () => {
    const rig = await CrashRig.start({ mutants: [patch], limitMs: 6_000 });
    try {
      // Sessions are open both ways before it matters.
      const said = [await rig.converse(), await rig.converse()];
      assert.deepEqual(await rig.findFaults(said), []);
      said.push(...(await rig.speakThrough(step, () => (isOneWay ? rig.tell() : rig.converse()))));
      const faults = [...(await rig.findFaults(said)), ...rig.findKeyFaults().faults];
      assert.ok(
        faults.some((one) => fault.test(one)),
        `found only: ${faults.join('; ') || 'nothing'}`,
      );
    } finally {
      await rig.stop();
    }
  });
}
