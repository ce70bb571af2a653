import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parsePhoneNumber } from '@postern/protocol';
import { StateFile } from '../src/state-file.ts';

test('what was written is read again, by its owner alone', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'postern-state-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'deeper', 'sandbox.json');
  const state = new StateFile(path);
  assert.deepEqual(state.state, { business: null, isNumberRegistered: false, people: [] });
  const people = [{ name: 'Ana', phoneNumber: parsePhoneNumber('15550100001')! }];
  state.update({ people });
  state.update({ isNumberRegistered: true });
  assert.deepEqual(new StateFile(path).state, { business: null, isNumberRegistered: true, people });
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('a file that cannot be read stops the start instead of being replaced', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'postern-state-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'sandbox.json');
  writeFileSync(path, '{"people":');
  assert.throws(() => new StateFile(path), SyntaxError);
});
