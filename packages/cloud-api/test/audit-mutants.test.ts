import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mutant, patchedEnvironment, type Patch } from '../../../test/patches/patch.ts';

/** A promise about the audit log that is broken, and the one test that has to notice. */
interface Mutant {
  readonly broken: string;
  readonly patch: Patch;
  /** The test file, without `.test.ts`. */
  readonly file: string;
  /** What the test's name begins with. */
  readonly test: string;
}

const source = 'packages/cloud-api/src';
const log = 'packages/audit-log/src';

const mutants: readonly Mutant[] = [
  {
    broken: 'content is opened whether its entry was written or not',
    patch: mutant(
      `${source}/messages/stored-messages.ts`,
      "    if (rows.length === 0) return [];\n    this.#options.sealer.checkClock();\n    await this.#options.keyUse.note(purpose, [phoneNumberId]);\n    const subjects = await this.#subjectsOf(phoneNumberId, rows);\n    return rows.map((row) => {\n      const place = { table: 'messages'",
      "    void this.#options.keyUse.note(purpose, [phoneNumberId])?.catch(() => undefined);\n    const subjects = await this.#subjectsOf(phoneNumberId, rows);\n    return rows.map((row) => {\n      const place = { table: 'messages'",
    ),
    file: 'audit-content',
    test: 'content is opened only with an entry of why',
  },
  {
    broken: 'content is opened for webhooks with an entry of another purpose',
    patch: mutant(
      `${source}/messages/message-reader.ts`,
      "const records = await this.#stored.openAll(phoneNumberId, rows, 'webhook');",
      "const records = await this.#stored.openAll(phoneNumberId, rows, 'api');",
    ),
    file: 'audit-content',
    test: 'content is opened only with an entry of why',
  },
  {
    broken: 'a use that was not written counts as written',
    patch: mutant(
      `${source}/audit/key-use-log.ts`,
      'else this.#noted.delete(key);',
      'else this.#noted.set(key, { hour: Math.floor(this.#options.clock.now() / limits.hourMs), written: undefined });',
    ),
    file: 'audit-trail',
    test: 'a use that could not be accounted for is refused',
  },
  {
    broken: 'whoever comes second does not wait for the entry',
    patch: mutant(
      `${source}/audit/key-use-log.ts`,
      'noted?.hour === hour ? noted.written :',
      'noted?.hour === hour ? undefined :',
    ),
    file: 'audit-trail',
    test: 'key use is accounted for before the first use',
  },
  {
    broken: 'the hour is never over',
    patch: mutant(`${source}/audit/key-use-log.ts`, 'noted?.hour === hour ?', 'noted ?'),
    file: 'audit-trail',
    test: 'key use is accounted for before the first use',
  },
  {
    broken: 'keys change without waiting for their entry',
    patch: mutant(
      `${source}/sealed-storage.ts`,
      'await audit.recordNow(...keyringEntries(change));',
      'void audit.recordNow(...keyringEntries(change)).catch(() => undefined);',
    ),
    file: 'audit-content',
    test: 'a key is destroyed, and the root replaced',
  },
  {
    broken: 'settings change without an entry',
    patch: mutant(
      `${source}/numbers/numbers.ts`,
      "const details = { ...change, app_id: appId };\n      await storage.audit.record(tx, { kind: 'settings', phoneNumberId, details });",
      '',
    ),
    file: 'audit-http',
    test: 'every operation that counts is one entry',
  },
  {
    broken: 'the entry is committed by itself, and its operation is not',
    patch: mutant(
      `${source}/audit/audit-trail.ts`,
      'await updateFromRows(transaction,',
      'await updateFromRows(this.#db,',
    ),
    file: 'audit-trail',
    test: 'an entry stands and falls with the transaction',
  },
  {
    broken: 'an entry may say anything',
    patch: mutant(`${source}/audit/audit-entry.ts`, '{ additionalProperties: false }', '{}'),
    file: 'audit-entry',
    test: 'a phone number, a name or a message id has no place',
  },
  {
    broken: 'what was appended before a crash is appended again',
    patch: mutant(`${log}/log-sequencer.ts`, 'let next = await source.nextIndex();', 'let next = log.size;'),
    file: 'audit-trail',
    test: 'entries that were appended just before a crash',
  },
  {
    broken: 'a log that was shortened is written to',
    patch: mutant(`${log}/log-sequencer.ts`, 'if (next > log.size)', 'if (next < 0)'),
    file: 'audit-trail',
    test: 'a log that came back from a backup',
  },
  {
    broken: 'a row is believed whatever the log says',
    patch: mutant(`${source}/audit/verify-audit-trail.ts`, '!encodeAuditRow(row).equals(entry)', 'entry.length === 0'),
    file: 'audit-trail',
    test: 'a row that was altered',
  },
  {
    broken: 'a business sees the entries of all',
    patch: mutant(`${source}/audit/audit-rows.ts`, 'WHERE waba_id = $1 AND log_index', "WHERE $1 <> '' AND log_index"),
    file: 'audit-http',
    test: 'another business sees nothing',
  },
];

for (const { broken, patch, file, test: name } of mutants) {
  test(`it is noticed when ${broken}`, () => {
    const { NODE_TEST_CONTEXT: _, ...base } = process.env;
    const path = fileURLToPath(new URL(`./${file}.test.ts`, import.meta.url));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--test-reporter=tap', `--test-name-pattern=^${name}`, path],
      { env: patchedEnvironment([patch], base), encoding: 'utf8', timeout: 60_000 },
    );
    assert.equal(status, 1, stdout + stderr);
    assert.match(stdout, new RegExp(`^not ok \\d+ - ${name}`, 'm'));
    assert.match(stdout, /^# fail 1$/m);
  });
}
