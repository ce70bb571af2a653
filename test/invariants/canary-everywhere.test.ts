import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutant, type Patch } from '../patches/patch.ts';
import { plantCanaries, searchEverywhere, type Findings } from './everywhere.ts';

const record = 'packages/cloud-api/src/sealing/record.ts';

/** A seal that keeps the plaintext beside the ciphertext, and with which everything still works. */
const transparentSeal: readonly Patch[] = [
  mutant(record, 'cipher.getAuthTag(), ciphertext]', 'cipher.getAuthTag(), ciphertext, plaintext]'),
  mutant(
    record,
    'decipher.update(sealed.subarray(headerBytes))',
    'decipher.update(sealed.subarray(headerBytes, (headerBytes + sealed.length) / 2))',
  ),
];

const attachment = 'packages/signal/src/attachment.ts';

/** Attachments that are not encrypted at all, and with which everything still works. */
const openAttachments: readonly Patch[] = [
  mutant(
    attachment,
    'Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])',
    'Buffer.concat([bytes, Buffer.alloc(tagBytes)])',
  ),
  mutant(
    attachment,
    '  const decipher = createDecipheriv',
    '  if (bytes.length > 0) return Buffer.from(bytes.subarray(0, -tagBytes));\n  const decipher = createDecipheriv',
  ),
];

/** A Cloud API that writes whom it sends what into its log, as one does while looking for a fault. */
const talkativeLog = mutant(
  'packages/cloud-api/src/http/endpoints/phone-number/send-message.ts',
  '  const { body, media, category, ttlMs, templateId } = await parse(parameters, chat);\n',
  '  const { body, media, category, ttlMs, templateId } = await parse(parameters, chat);\n  process.stderr.write(`sending ${body.value.body} to ${to}\\n`);\n',
);

/** A Cloud API that finds people by their numbers, not by a hash. */
const plainLookups = mutant(
  'packages/cloud-api/src/subjects/person-hash.ts',
  "createHmac('sha256', key).update(person).digest().subarray(0, hashBytes)",
  'Buffer.from(person.padEnd(hashBytes))',
);

async function findCanaries(patches: readonly Patch[]): Promise<Findings> {
  const scene = await plantCanaries(patches);
  try {
    return await searchEverywhere(scene);
  } finally {
    await scene.remove();
  }
}

test('nothing that was said, nor whose name or number it was, stands in any table, file, log, WAL, archive, metric or the memory of the transport', async () => {
  const { leaks, outside } = await findCanaries([]);
  assert.deepEqual(leaks, []);
  assert.ok(outside.length > 3, 'the search finds what is in the memory of those who talk');
});

test('what a Cloud API leaks that does not seal, does not encrypt files, logs what it sends and stores numbers is found in every place', async () => {
  const { leaks } = await findCanaries([...transparentSeal, ...openAttachments, talkativeLog, plainLookups]);
  for (const place of [
    /^cluster, base\//,
    /^cluster, pg_wal\//,
    /^archive, /,
    /^rows of cloud_api, public\.messages_day_/,
    /^rows of cloud_api, public\.subject_lookups: /,
    /^data folder, logs\/cloud-api/,
    /^data folder, media\//,
    /^data folder, blobs\//,
    /^logs, cloud-api/,
  ])
    assert.ok(
      leaks.some((leak) => place.test(leak)),
      `${String(place)} is not in ${leaks.join('\n')}`,
    );
});
