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
  epoch: '720/493250',
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
  '31c96e2ee9388267a6b6a9a47e41bc96f923bc8f76e4010e4f69b88697698d4ea86a72308825f1ecaea55590a2fc95319482ac8202213adc7acfc866ab03';

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
    { epoch: '720/493251' },
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
