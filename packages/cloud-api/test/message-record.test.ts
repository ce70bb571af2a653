import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newAccountId, type PhoneNumber, type UserId } from '@postern/protocol';
import { decodeMessageRecord, encodeMessageRecord, type MessageRecord } from '../src/messages/message-record.ts';

const record: MessageRecord = {
  person: '16505551234' as PhoneNumber,
  accountId: newAccountId(),
  callbackData: 'order 1',
  category: 'utility',
  media: [{ id: '1' }],
  identityKeyHash: null,
  ttlMs: 60_000,
  templateId: '2',
  content: Buffer.from('content'),
};

test('a record is read back as it was, whether the business has a user id of the person or not', () => {
  const user = { id: 'US.12345678901234567890' as UserId, isNumberHidden: true as const };
  assert.deepEqual(decodeMessageRecord(encodeMessageRecord({ ...record, user })), { ...record, user });
  assert.deepEqual(decodeMessageRecord(encodeMessageRecord(record)), { ...record, user: null });
});

test('a record that an earlier version has made, without user id and template, is still read', () => {
  const { person, accountId, callbackData, category, media, identityKeyHash, ttlMs } = record;
  const header = JSON.stringify([person, accountId, callbackData, category, media, identityKeyHash, ttlMs]);
  const made = Buffer.concat([Buffer.of(0, header.length), Buffer.from(header), record.content]);
  assert.deepEqual(decodeMessageRecord(made), { ...record, templateId: null, user: null });
});
