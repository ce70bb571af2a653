import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { killAt, mutant, patchedEnvironment, type Patch } from '../../../test/patches/patch.ts';
import { type Keyring, KeyMissingError } from '../src/index.ts';
import { openKeyring, temporaryFolder } from './rig.ts';

const program = new URL('programs/destroy-number-key.ts', import.meta.url).pathname;

/** Runs the program with these patches; gives the signal that ended it. */
async function runProgram(folder: string, patches: readonly Patch[]): Promise<string | null> {
  const child = spawn(process.execPath, [program, folder], {
    env: patchedEnvironment(patches),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  assert.ok(code === 0 || signal === 'SIGKILL');
  return signal;
}

/** A keyring with the keys of two numbers, and a copy that a thief took of it without its root. */
async function makeStolenKeyring(context: TestContext) {
  const folder = temporaryFolder(context);
  const { keyring } = await openKeyring({ folder });
  await keyring.createNumberKey('1');
  await keyring.createNumberKey('2');
  keyring.close();
  const stolen = temporaryFolder(context);
  copyFiles(folder, stolen, 'keys.');
  return { folder, stolen };
}

function copyFiles(from: string, to: string, start: string): void {
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(from)) if (file.startsWith(start)) cpSync(join(from, file), join(to, file));
}

function hasNumberKey(keyring: Keyring, phoneNumberId: string): boolean {
  try {
    return Boolean(keyring.numberKey(phoneNumberId));
  } catch (error) {
    if (error instanceof KeyMissingError) return false;
    throw error;
  }
}

/** What a thief reads who has the copy and every root that is alive now. */
async function opensStolen(stolen: string, folder: string): Promise<boolean> {
  copyFiles(folder, stolen, 'root.');
  return openKeyring({ folder: stolen }).then(
    ({ keyring }) => hasNumberKey(keyring, '1'),
    () => false,
  );
}

for (const { point, isThere } of [
  { point: 'ratchet.begin', isThere: true },
  { point: 'ratchet.root-made', isThere: true },
  { point: 'ratchet.keys-written', isThere: false },
  { point: 'ratchet.root-destroyed', isThere: false },
  { point: 'ratchet.done', isThere: false },
]) {
  test(`a kill at ${point} leaves the key ${isThere ? 'whole' : 'destroyed'}, and every other one`, async (t) => {
    const { folder, stolen } = await makeStolenKeyring(t);
    const armedDir = temporaryFolder(t);
    writeFileSync(join(armedDir, `program:${point}`), '');
    assert.equal(await runProgram(folder, [killAt(point, armedDir)]), 'SIGKILL');
    const { keyring } = await openKeyring({ folder });
    assert.deepEqual([hasNumberKey(keyring, '1'), hasNumberKey(keyring, '2')], [isThere, true]);
    await keyring.destroyNumberKeys(['1']);
    assert.deepEqual([hasNumberKey(keyring, '1'), hasNumberKey(keyring, '2')], [false, true]);
    assert.equal(readdirSync(folder).filter((file) => /^(root|keys)\.\d+$/.test(file)).length, 2);
    assert.equal(await opensStolen(stolen, folder), false);
  });
}

test('the theft is noticed when a ratchet leaves the old root alive', async (t) => {
  const { folder, stolen } = await makeStolenKeyring(t);
  const forgetful = mutant(
    'packages/keyring/src/keyring.ts',
    'destroyOtherRoots(this.#roots, next.number);',
    'void destroyOtherRoots;',
  );
  assert.equal(await runProgram(folder, [forgetful]), null);
  assert.equal(await opensStolen(stolen, folder), true);
});
