import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAuditEntry, type AuditEntry } from '../src/audit/audit-entry.ts';

const receipt_id = '0b5f0c3e-6a51-4c0b-9a41-6a2f9e0c7d11';
const app_id = '4321000000000001';
const wabaId = '1234000000000001';
const phoneNumberId = '5678000000000001';

const entries: readonly AuditEntry[] = [
  { kind: 'key-use', phoneNumberId, details: { purpose: 'accepting', hour: 497_000 } },
  { kind: 'content-access', phoneNumberId, details: { purpose: 'webhook', hour: 497_000 } },
  { kind: 'key-created', details: { key: 'time', retention_hours: 720, slot: 497_000 } },
  { kind: 'key-created', phoneNumberId, details: { key: 'number' } },
  { kind: 'key-destroyed', details: { key: 'shard', shard: 3, version: 2 } },
  { kind: 'root-ratcheted', details: { generation: 7, destroyed: 1 } },
  { kind: 'erasure-begun', wabaId, details: { receipt_id } },
  { kind: 'erasure-done', wabaId, details: { receipt_id, messages: 3, sessions: 1 } },
  { kind: 'export', wabaId, details: { receipt_id, messages: 3 } },
  { kind: 'settings', phoneNumberId, details: { setting: 'retention_hours', value: 24, app_id } },
  { kind: 'settings', wabaId, details: { setting: 'app_subscribed', app_id } },
  { kind: 'number-registered', wabaId, phoneNumberId, details: {} },
  { kind: 'number-deregistered', wabaId, phoneNumberId, details: {} },
  { kind: 'administrative-act', details: { act: 'sub-processors-declared' } },
  { kind: 'clock-suspect', details: {} },
  { kind: 'restore-guard', details: { numbers: 2 } },
];

const personal = [
  '15550100201',
  '+15550100201',
  '+1 555 010 0201',
  '5550100',
  'wamid.HBgLMTU1NTAxMDAyMDEVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA',
  'Alice Liddell',
  'alice@example.test',
];

const refuses = (entry: object) =>
  assert.throws(
    () => checkAuditEntry(entry as AuditEntry),
    (error: Error) => {
      assert.equal(error.name, 'AuditEntryError');
      for (const value of personal) assert.ok(!error.message.includes(value), 'the error repeats what it refuses');
      return true;
    },
    JSON.stringify(entry),
  );

test('every kind of entry is taken in its own form', () => {
  for (const entry of entries) checkAuditEntry(entry);
});

test('a phone number, a name or a message id has no place in any entry', () => {
  for (const entry of entries) {
    for (const value of personal) {
      for (const name of Object.keys(entry.details))
        refuses({ ...entry, details: { ...entry.details, [name]: value } });
      refuses({ ...entry, details: { ...entry.details, more: value } });
      refuses({ ...entry, wabaId: value });
      refuses({ ...entry, phoneNumberId: value });
    }
    refuses({ ...entry, kind: 'something-else' });
  }
});
