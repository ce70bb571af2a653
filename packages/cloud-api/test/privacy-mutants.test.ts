import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mutant, patchedEnvironment, type Patch } from '../../../test/patches/patch.ts';

/** A promise that is broken, and the one test that has to notice. */
interface Mutant {
  readonly broken: string;
  readonly patches: readonly Patch[];
  readonly file: 'retention-boundary' | 'thief' | 'tampering' | 'user-ids' | 'off-boarding';
  /** What its name begins with. */
  readonly test: string;
}

const source = 'packages/cloud-api/src';
const keyring = 'packages/keyring/src/keyring.ts';
const dayIsOver = 'what is kept for 24 h and came in the first second';
const suspect = 'while the clock is suspect nothing';
const erased = 'after an erasure on day 5';

const mutants: readonly Mutant[] = [
  {
    broken: 'a key lives an hour too long',
    patches: [mutant('packages/keyring/src/time-key.ts', '* limits.hourMs - marginMs;', '* limits.hourMs;')],
    file: 'retention-boundary',
    test: dayIsOver,
  },
  {
    broken: 'what is over stays readable until the sweep',
    patches: [
      mutant(
        `${source}/messages/stored-messages.ts`,
        '    if (clock.now() >= deadlineMs(lifetime)) return null;\n',
        '',
      ),
      mutant(keyring, '    if (this.clock.now() >= timeKeyEndsMs(name)) return null;\n', ''),
    ],
    file: 'retention-boundary',
    test: dayIsOver,
  },
  {
    broken: 'a clock that jumped has rows removed',
    patches: [
      mutant(`${source}/retention/retention.ts`, "    if (keyring.clock.state.state === 'suspect') return;\n", ''),
    ],
    file: 'retention-boundary',
    test: suspect,
  },
  {
    broken: 'a clock that jumped has keys destroyed',
    patches: [
      mutant(keyring, "if (this.clock.state.state === 'suspect' || (", 'if (('),
      mutant(keyring, 'const due = isSuspect ? [] : this.#listDue();', 'const due = this.#listDue();'),
      mutant(keyring, '(!isSuspect && this.#isRootOld())', 'this.#isRootOld()'),
    ],
    file: 'retention-boundary',
    test: suspect,
  },
  {
    broken: 'time goes backwards with the machine’s clock',
    patches: [
      mutant(
        'packages/keyring/src/trusted-clock.ts',
        'this.#highWaterMs = Math.max(this.#highWaterMs, this.#isBehind ? this.#countedMs() : wallMs);',
        'this.#highWaterMs = wallMs;',
      ),
    ],
    file: 'retention-boundary',
    test: 'a clock that is set back',
  },
  {
    broken: 'look-ups of the silent stay',
    patches: [
      mutant(
        `${source}/retention/retention-sweep.ts`,
        "  await deleteOld(db, { table: 'subject_lookups', column: 'hour' }, oldestHour);\n",
        '',
      ),
    ],
    file: 'retention-boundary',
    test: 'a person who is silent',
  },
  {
    broken: 'which user ids the silent had stays',
    patches: [
      mutant(
        `${source}/retention/retention-sweep.ts`,
        "  await deleteOld(db, { table: 'user_ids', column: 'sealed_at_ms' }, silentSinceMs);\n",
        '',
      ),
    ],
    file: 'retention-boundary',
    test: 'a person who is silent',
  },
  {
    broken: 'a user id leads to whoever has the phone number now',
    patches: [
      mutant(
        `${source}/user-ids/user-id.ts`,
        'return accountId === null || encounter.accountId === null || accountId === encounter.accountId;',
        'return accountId === null || encounter.accountId !== undefined;',
      ),
    ],
    file: 'user-ids',
    test: 'who speaks from another account',
  },
  {
    broken: 'a user id is found outside of the portfolio that it was told to',
    patches: [
      mutant(
        `${source}/user-ids/user-id-rows.ts`,
        'ON coalesce(s.business_id, s.waba_id) = coalesce(n.business_id, n.waba_id)',
        'ON true',
      ),
    ],
    file: 'user-ids',
    test: 'it is the same for all numbers of a portfolio',
  },
  {
    broken: 'the QR codes of a number that left are kept',
    patches: [mutant(`${source}/numbers/off-boarding.ts`, "  'qr_codes',\n", '')],
    file: 'off-boarding',
    test: 'what a number shows leaves with it',
  },
  {
    broken: 'a key for flows is believed that another device vouched for',
    patches: [
      mutant(
        `${source}/numbers/business-encryption.ts`,
        'device !== null && isVouchedFor(',
        'device !== null || isVouchedFor(',
      ),
    ],
    file: 'off-boarding',
    test: 'a key for flows',
  },
  {
    broken: 'old root keys are kept',
    patches: [mutant(keyring, '    destroyOtherRoots(this.#roots, next.number);\n', '')],
    file: 'thief',
    test: erased,
  },
  {
    broken: 'an erasure leaves the old key of the shard',
    patches: [
      mutant(`${source}/erasure/eraser.ts`, '    await destroyOldShardKeys(db, storage.keyring, shards);\n', ''),
    ],
    file: 'thief',
    test: erased,
  },
  {
    broken: 'keys that are due are kept',
    patches: [mutant(keyring, 'for (const name of due) keys.delete(`time/${labelOf(name)}`);', '')],
    file: 'thief',
    test: 'on day 31',
  },
  {
    broken: 'a record opens in another row',
    patches: [
      mutant(
        `${source}/sealing/record.ts`,
        '[table, column, region, phoneNumberId, row, epoch]',
        '[table, column, region, phoneNumberId, epoch, String(row.length * 0)]',
      ),
    ],
    file: 'tampering',
    test: 'a record in messages.sealed',
  },
  {
    broken: 'an old version of a session opens',
    patches: [mutant(`${source}/pump/peer-sessions.ts`, '(usedAtMs))}/${version}`', '(usedAtMs))}`')],
    file: 'tampering',
    test: 'a record in sessions.sealed',
  },
  {
    broken: 'a refusal is not told',
    patches: [
      mutant(
        `${source}/sealing/sealer.ts`,
        '      if (error instanceof SealBrokenError) this.#onRefused(place.table);\n',
        '',
      ),
    ],
    file: 'tampering',
    test: 'a record in prekeys.sealed',
  },
  {
    broken: 'a time without a key raises no alarm',
    patches: [
      mutant(
        `${source}/sealing/sealer.ts`,
        '    if (!key && this.#keyring.clock.now() < deadlineMs(lifetime)) this.#onRefused(table);\n',
        '',
      ),
    ],
    file: 'tampering',
    test: 'a record in prekeys.sealed',
  },
  {
    broken: 'a number whose device was tampered with never leaves',
    patches: [
      mutant(
        `${source}/numbers/off-boarding.ts`,
        'storage.sealer.find(key, devicePlace',
        'storage.sealer.open(key, devicePlace',
      ),
    ],
    file: 'tampering',
    test: 'a number whose device',
  },
  {
    broken: 'one broken subject holds up all others',
    patches: [
      mutant(
        `${source}/subjects/subjects.ts`,
        'const key = this.#sealer.find(this.#keyring',
        'const key = this.#sealer.open(this.#keyring',
      ),
    ],
    file: 'tampering',
    test: 'a record in subjects.wrapped_key',
  },
];

/** The exit code of the one test with these patches, and what it printed. */
async function run({ file, test: name, patches }: Mutant): Promise<{ status: unknown; stdout: string }> {
  const path = fileURLToPath(new URL(`./${file}.test.ts`, import.meta.url));
  const env = patchedEnvironment(patches);
  // Else the inner run believes that it is a part of this one, and reports in another form.
  delete env['NODE_TEST_CONTEXT'];
  const args = ['--test', '--test-reporter', 'spec', '--test-name-pattern', name, path];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'], timeout: 60_000 });
  const [stdout, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return { status, stdout };
}

// That each of these tests passes when nothing is broken is told by its own file.
describe('the tests of what is over, stolen or tampered with notice that', { concurrency: 2 }, () => {
  for (const each of mutants)
    it(each.broken, async () => {
      const { status, stdout } = await run(each);
      assert.match(stdout, new RegExp(`^ *✖ ${each.test}`, 'm'), stdout);
      assert.match(stdout, /^ℹ pass 0$/m, stdout);
      assert.match(stdout, /^ℹ fail 1$/m, stdout);
      assert.equal(status, 1);
    });
});
