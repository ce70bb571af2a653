import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { openRecord, sealRecord, SealBrokenError, type RecordPlace } from '../src/sealing/record.ts';

const key = createSecretKey(Buffer.alloc(32, 7));
const place: RecordPlace = {
  table: 'messages',
  column: 'sealed',
  region: 'local',
  phoneNumberId: '1063',
  row: 'A/business',
  epoch: 493_250,
};

test('what is sealed opens at its own place, whatever it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), (plaintext) => {
      assert.deepEqual(openRecord(key, place, sealRecord(key, place, plaintext)), Buffer.from(plaintext));
    }),
  );
});

test('a record sealed by an earlier version of the code still opens', () => {
  const sealed = Buffer.from('01000102030405060708090a0b0c0d0e0f1011121314151617' + fixedRecord, 'hex');
  assert.equal(openRecord(key, place, sealed).toString(), 'a fixed record');
});

// Made once with key 07…07, the place above and the salt 00 01 … 17.
const fixedRecord =
  '29fed9c26da7aaf266b86b1162ee470c7177b66d752ba014417cc59c5703535953cf663781446215e764b4d20d440eeaefa1d720dd799b7ef729bac5f9a3';

test('a record does not open with any byte flipped, cut short, or under another key', () => {
  const sealed = sealRecord(key, place, Buffer.from('content'));
  for (let index = 0; index < sealed.length; index += 1) {
    const flipped = Buffer.from(sealed);
    flipped[index] = (flipped[index] ?? 0) ^ 1;
    assert.throws(() => openRecord(key, place, flipped), SealBrokenError, `byte ${index}`);
  }
  for (let length = 0; length < sealed.length; length += 1)
    assert.throws(() => openRecord(key, place, sealed.subarray(0, length)), SealBrokenError);
  assert.throws(() => openRecord(createSecretKey(randomBytes(32)), place, sealed), SealBrokenError);
});

test('a record does not open at any other place', () => {
  const sealed = sealRecord(key, place, Buffer.from('content'));
  const others: Partial<RecordPlace>[] = [
    { table: 'outbox' },
    { column: 'other' },
    { region: 'eu' },
    { phoneNumberId: '1064' },
    { row: 'A/person' },
    { epoch: 493_251 },
    // The same letters, cut differently.
    { table: 'messagess', column: 'ealed' },
  ];
  for (const other of others)
    assert.throws(() => openRecord(key, { ...place, ...other }, sealed), SealBrokenError, JSON.stringify(other));
});

test('the same plaintext never seals to the same bytes', () => {
  const seals = new Set(Array.from({ length: 2_000 }, () => sealRecord(key, place, Buffer.from('x')).toString('hex')));
  assert.equal(seals.size, 2_000);
});
