import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mutant, patchedEnvironment, type Patch } from '../../../test/patches/patch.ts';

interface Mutant {
  /** The promise that is broken. */
  readonly name: string;
  readonly patch: Patch;
  /** How the name of the test that must notice it begins. */
  readonly noticedBy: string;
}

const endpoint = 'packages/cloud-api/src/http/endpoints/business-account/person-data.ts';
const personExport = 'packages/cloud-api/src/export/person-export.ts';
const eraser = 'packages/cloud-api/src/erasure/eraser.ts';

const mutants: readonly Mutant[] = [
  {
    name: 'an export needs no permission for messages',
    patch: mutant(endpoint, "    requirePermission(caller, 'whatsapp_business_messaging');\n", ''),
    noticedBy: 'a token for management alone',
  },
  {
    name: 'the numbers of every business are exported',
    patch: mutant(personExport, 'WHERE waba_id = $1', 'WHERE $1 = $1'),
    noticedBy: 'another business reaches nothing',
  },
  {
    name: 'an erasure reaches the numbers of every business',
    patch: mutant(
      eraser,
      'SELECT phone_number_id FROM numbers WHERE waba_id = $1',
      'SELECT phone_number_id FROM numbers WHERE $1 = $1',
    ),
    noticedBy: 'another business reaches nothing',
  },
  {
    name: 'an export need not be logged',
    patch: mutant(
      personExport,
      "recordNow({ kind: 'export', wabaId, details });",
      "recordNow({ kind: 'export', wabaId, details }).catch(() => {});",
    ),
    noticedBy: 'what cannot be logged',
  },
  {
    name: 'a page begins with the last message of the one before',
    patch: mutant(
      personExport,
      '(accepted_s, message_id, sent_by_business) > ($3',
      '(accepted_s, message_id, sent_by_business) >= ($3',
    ),
    noticedBy: 'a long export comes in pages',
  },
  {
    name: 'receipts of every business are listed',
    patch: mutant(
      'packages/cloud-api/src/erasure/erasure-store.ts',
      'FROM erasures WHERE waba_id = $1',
      'FROM erasures WHERE $1 = $1',
    ),
    noticedBy: 'the receipts of a business',
  },
  {
    name: 'a cursor is believed as it comes',
    patch: mutant(
      endpoint,
      "Value.Parse(exportCursor, JSON.parse(Buffer.from(text, 'base64url').toString()))",
      "JSON.parse(Buffer.from(text, 'base64url').toString())",
    ),
    noticedBy: 'a cursor that no export',
  },
];

for (const { name, patch, noticedBy } of mutants) {
  test(`it is noticed when ${name}`, () => {
    const { NODE_TEST_CONTEXT: _, ...base } = process.env;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--test-reporter=tap',
        `--test-name-pattern=^${noticedBy}`,
        fileURLToPath(new URL('./http-person-data.test.ts', import.meta.url)),
      ],
      { env: patchedEnvironment([patch], base), encoding: 'utf8', timeout: 60_000 },
    );
    assert.equal(status, 1, stdout + stderr);
    assert.match(stdout, new RegExp(`^not ok \\d+ - ${noticedBy}`, 'm'));
    assert.match(stdout, /^# fail 1$/m);
    assert.match(stdout, /ERR_ASSERTION/);
  });
}
