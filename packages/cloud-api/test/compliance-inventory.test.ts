import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataClasses as businessManagerClasses } from '@postern/business-manager/data-classes';
import { limits } from '@postern/protocol';
import { dataClasses as transportClasses } from '@postern/transport/data-classes';
import { cloudApiInventory, type InventoryEntry } from '../src/compliance/inventory.ts';
import { businessManagerInventory, transportInventory } from '../src/compliance/other-systems.ts';
import { recordOfProcessing } from '../src/compliance/record-of-processing.ts';
import { retentionTable } from '../src/compliance/retention-table.ts';
import { dataClasses as cloudApiClasses } from '../src/data-classes.ts';

type Classes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Every class that a system's columns are tagged with, and in which tables: `class: table, table`. */
function tagged(classes: Classes): string[] {
  const tables = new Map<string, Set<string>>();
  for (const [table, columns] of Object.entries(classes))
    for (const name of Object.values(columns)) tables.set(name, (tables.get(name) ?? new Set()).add(table));
  return [...tables].map(([name, inTables]) => `${name}: ${[...inTables].sort().join(', ')}`).sort();
}

function described(inventory: readonly InventoryEntry[]): string[] {
  return inventory.map(({ dataClass, tables }) => `${dataClass}: ${[...tables].sort().join(', ')}`).sort();
}

const systems: [string, readonly InventoryEntry[], Classes][] = [
  ['Cloud API', cloudApiInventory, cloudApiClasses],
  ['transport', transportInventory, transportClasses],
  ['Business Manager', businessManagerInventory, businessManagerClasses],
];

for (const [system, inventory, classes] of systems)
  test(`the record of processing describes every class of data of the ${system}, and every table that holds it`, () => {
    assert.deepEqual(described(inventory), tagged(classes));
  });

test('a table that nobody described is noticed', () => {
  const grown = { ...transportClasses, contacts: { account_id: 'account', phone_number: 'phone-number' } };
  assert.notDeepEqual(described(transportInventory), tagged(grown));
});

test('every activity says its region, or that none was declared', () => {
  const record = recordOfProcessing({ cloud_api: 'de-1', transport: null, business_manager: 'fr-2' });
  const regions = new Map(record.map(({ system, region }) => [system, region]));
  assert.deepEqual(Object.fromEntries(regions), { cloud_api: 'de-1', transport: null, business_manager: 'fr-2' });
  assert.equal(
    record.length,
    systems.reduce((sum, [, inventory]) => sum + inventory.length, 0),
  );
});

test('who reads what agrees with the access table: content stays in the Cloud API, and the operator reads no person’s data', () => {
  const record = recordOfProcessing({ cloud_api: 'a', transport: 'a', business_manager: 'a' });
  const readersOf = (dataClass: string) =>
    new Set(record.filter((each) => each.dataClass === dataClass).flatMap(({ readers }) => readers));
  assert.deepEqual(readersOf('sealed-content'), new Set(['cloud_api', 'business']));
  assert.deepEqual(readersOf('sealed-keys'), new Set(['cloud_api']));
  assert.deepEqual(readersOf('content-ciphertext'), new Set());
  assert.deepEqual(readersOf('phone-number'), new Set(['transport', 'cloud_api']));
  const ofOperator = record.filter(({ readers }) => readers.includes('operator')).map(({ dataClass }) => dataClass);
  assert.deepEqual(new Set(ofOperator), new Set(['business-information', 'compliance', 'statistics']));
});

test('the retention table tells the times that the programs work with', () => {
  const { messages, conversations, envelopes, webhooks, registrations } = retentionTable;
  assert.deepEqual([messages.keptHours, conversations.keptHours], [720, limits.maxRetentionHours]);
  assert.deepEqual([envelopes.keptHours, webhooks.keptHours, registrations.keptHours], [720, 168, 1]);
});
