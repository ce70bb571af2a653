import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MovableClock } from '@postern/protocol';
import {
  ClockSuspectError,
  KeyMissingError,
  KeyringLockedError,
  KeyringPolicyError,
  timeKeyEndsMs,
  timeKeyNameAt,
  TimeKeyOverError,
} from '../src/index.ts';
import { hourMs, newLock, openKeyring, temporaryFolder } from './rig.ts';

test('keys are there again after a restart, each its own, and only their owner can read the files', async (t) => {
  const folder = temporaryFolder(t);
  const { keyring } = await openKeyring({ folder });
  const name = timeKeyNameAt('local', 720, Date.now());
  const made = [
    await keyring.timeKey(name),
    await keyring.createNumberKey('1'),
    await keyring.createNumberKey('2'),
    await keyring.createShardKey(1, 1),
  ].map((key) => key.export().toString('hex'));
  assert.equal(new Set(made).size, 4);
  keyring.close();
  const { keyring: again } = await openKeyring({ folder });
  const found = [again.findTimeKey(name), again.numberKey('1'), again.numberKey('2'), again.shardKey(1, 1)];
  assert.deepEqual(
    found.map((key) => key?.export().toString('hex')),
    made,
  );
  assert.deepEqual(again.listShardKeys(), [{ shard: 1, version: 1 }]);
  assert.throws(() => again.numberKey('3'), KeyMissingError);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  for (const file of readdirSync(folder))
    if (file !== 'marks') assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
  for (const file of readdirSync(folder).filter((each) => each.startsWith('keys.')))
    for (const key of made) assert.ok(!readFileSync(join(folder, file)).includes(Buffer.from(key, 'hex')));
});

for (const [retentionHours, slotMs, marginMs] of [
  [720, hourMs, 600_000],
  [24, hourMs, 600_000],
  [23, 300_000, 60_000],
  [1, 300_000, 60_000],
] as const) {
  test(`a key of ${retentionHours} h is found to the last second before its end and never after`, async (t) => {
    const folder = temporaryFolder(t);
    const { keyring, clock } = await openKeyring({ folder });
    const name = timeKeyNameAt('local', retentionHours, clock.now());
    const endsMs = name.slot * slotMs + retentionHours * hourMs - marginMs;
    assert.equal(timeKeyEndsMs(name), endsMs);
    await keyring.timeKey(name);
    clock.setOffset(endsMs - 1_000 - Date.now());
    assert.ok(keyring.findTimeKey(name));
    assert.deepEqual((await keyring.upkeep()).destroyed, []);
    clock.setOffset(endsMs + 1 - Date.now());
    // Not before the upkeep either: access ends with time, not with a sweep.
    assert.equal(keyring.findTimeKey(name), null);
    assert.throws(() => keyring.timeKey(name), TimeKeyOverError);
    assert.deepEqual((await keyring.upkeep()).destroyed, [name]);
    assert.equal(keyring.describe().timeKeys, 0);
  });
}

test('no key is made for a time to come', async (t) => {
  const { keyring, clock } = await openKeyring({ folder: temporaryFolder(t) });
  assert.throws(() => keyring.timeKey(timeKeyNameAt('local', 720, clock.now() + 2 * hourMs + 1)), TimeKeyOverError);
});

test('two keyrings on one folder make each key once, and each sees what the other made and destroyed', async (t) => {
  const folder = temporaryFolder(t);
  const exclusively = newLock();
  const { keyring: a } = await openKeyring({ folder, exclusively });
  const { keyring: b } = await openKeyring({ folder, exclusively });
  const name = timeKeyNameAt('local', 720, Date.now());
  const [one, two] = await Promise.all([
    a.timeKey(name),
    b.timeKey(name),
    a.createNumberKey('1'),
    b.createShardKey(7, 1),
  ]);
  assert.ok(one.equals(two));
  assert.ok(a.shardKey(7, 1).equals(b.shardKey(7, 1)));
  assert.equal(a.findTimeKey(name), a.findTimeKey(name), 'a key that is read again stays the same object');
  await b.destroyNumberKeys(['1']);
  await a.ratchet();
  assert.throws(() => a.numberKey('1'), KeyMissingError);
  assert.equal(b.findTimeKey(name)?.equals(one), true);
  assert.equal((await b.upkeep()).generation, 3);
});

test('an old copy of the keys file opens nothing once a key was destroyed, whatever secrets are alive', async (t) => {
  const folder = temporaryFolder(t);
  const { keyring } = await openKeyring({ folder });
  await keyring.createNumberKey('1');
  const copy = join(temporaryFolder(t), 'copy');
  cpSync(folder, copy, { recursive: true });
  rmSync(join(copy, 'root.1'));
  await keyring.destroyNumberKeys(['1']);
  cpSync(join(folder, 'root.2'), join(copy, 'root.2'));
  await assert.rejects(openKeyring({ folder: copy }), KeyringLockedError);
  // Nor under another name.
  cpSync(join(copy, 'keys.1'), join(copy, 'keys.2'));
  await assert.rejects(openKeyring({ folder: copy }), KeyringLockedError);
});

test('the root is replaced every hour by the upkeep, and the files before it are gone', async (t) => {
  const folder = temporaryFolder(t);
  const { keyring, clock } = await openKeyring({ folder });
  await keyring.createNumberKey('1');
  clock.setOffset(hourMs - 60_000);
  assert.equal((await keyring.upkeep()).ratcheted, false);
  clock.setOffset(hourMs + 60_000);
  assert.deepEqual(await keyring.upkeep(), { destroyed: [], generation: 2, ratcheted: true });
  assert.deepEqual(
    readdirSync(folder).filter((file) => /^(root|keys)\./.test(file)),
    ['keys.2', 'root.2'],
  );
  assert.ok(keyring.numberKey('1'));
});

test('retention and the age of backups together must not exceed 30 days', async (t) => {
  const folder = temporaryFolder(t);
  await assert.rejects(openKeyring({ folder, maxBackupAgeHours: 1 }), KeyringPolicyError);
  assert.deepEqual(readdirSync(folder), []);
  await openKeyring({ folder, maxBackupAgeHours: 1, maxRetentionHours: 719 });
});

test('a damaged or missing file is refused, and nothing is changed', async (t) => {
  const folder = temporaryFolder(t);
  const { keyring } = await openKeyring({ folder });
  await keyring.createNumberKey('1');
  await keyring.ratchet();
  keyring.close();
  const whole = readFileSync(join(folder, 'keys.2'));
  for (const at of [0, 20, 60, whole.length - 1]) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(join(folder, 'keys.2'), bytes);
    await assert.rejects(openKeyring({ folder }), KeyringLockedError, `byte ${at}`);
    assert.deepEqual(readFileSync(join(folder, 'keys.2')), bytes);
  }
  rmSync(join(folder, 'keys.2'));
  await assert.rejects(openKeyring({ folder }), /the keys file that it opens is gone/);
  writeFileSync(join(folder, 'keys.2'), whole);
  assert.ok((await openKeyring({ folder })).keyring.numberKey('1'));
});

test('marks only rise, and are there for other processes and after a restart', async (t) => {
  const folder = temporaryFolder(t);
  const { keyring } = await openKeyring({ folder });
  assert.equal(keyring.markOf('1'), 0);
  keyring.noteMark('1', 7);
  keyring.noteMark('1', 5);
  const { keyring: other } = await openKeyring({ folder });
  assert.deepEqual([other.markOf('1'), other.markOf('2')], [7, 0]);
  keyring.noteMark('1', 9);
  assert.equal(other.markOf('1'), 9);
});

test('time never goes backwards, not over a restart either', async (t) => {
  const folder = temporaryFolder(t);
  const clock = { ms: 1_800_000_000_000, now: () => clock.ms };
  const options = { folder, clock, uptimeMs: () => 0, bootId: 'a' };
  const { keyring } = await openKeyring(options);
  clock.ms -= 26 * hourMs;
  assert.equal(keyring.clock.now(), 1_800_000_000_000);
  keyring.close();
  const { keyring: again } = await openKeyring({ ...options, bootId: 'b' });
  assert.equal(again.clock.now(), 1_800_000_000_000);
  assert.equal(again.clock.state.state, 'good');
});

test('a jump forward stops writing and destroying until the clock is right again', async (t) => {
  const folder = temporaryFolder(t);
  const clock = { ms: 1_800_000_000_000, now: () => clock.ms };
  let uptimeMs = 1_000_000;
  const options = { folder, clock, uptimeMs: () => uptimeMs, bootId: 'a', announcedMs: () => 0 };
  const { keyring, alarms } = await openKeyring(options);
  const name = timeKeyNameAt('local', 720, clock.ms);
  await keyring.timeKey(name);
  clock.ms += 31 * 24 * hourMs;
  uptimeMs += 1_000;
  // Refused to readers as if the time had come: a wrong clock must not lengthen a life.
  assert.equal(keyring.findTimeKey(name), null);
  assert.deepEqual(await keyring.upkeep(), { destroyed: [], generation: 1, ratcheted: false });
  assert.throws(() => keyring.clock.checkWrites(), ClockSuspectError);
  await assert.rejects(keyring.createShardKey(1, 1), ClockSuspectError);
  assert.deepEqual([alarms.length, alarms[0]?.kind], [1, 'clock-suspect']);
  assert.equal(keyring.describe().clock.state, 'suspect');
  clock.ms -= 31 * 24 * hourMs - 1_000;
  assert.ok(keyring.findTimeKey(name), 'nothing was lost');
  keyring.clock.checkWrites();
  assert.equal(alarms.length, 2);
});

test('a jump is noticed over a restart of the process, and of the machine when it cannot have been off for so long', async (t) => {
  const clock = { ms: 1_800_000_000_000, now: () => clock.ms };
  let uptimeMs = 1_000_000;
  const restart = async (folder: string, bootId: string, passedMs: number, acceptAtMs?: number) => {
    const options = { clock, uptimeMs: () => uptimeMs, announcedMs: () => 0, folder };
    (await openKeyring({ ...options, bootId: 'a' })).keyring.close();
    clock.ms += passedMs;
    uptimeMs = bootId === 'a' ? uptimeMs + 60_000 : 0;
    const opened = await openKeyring({ ...options, bootId, ...(acceptAtMs !== undefined && { acceptAtMs }) });
    return opened.keyring.clock.state.state;
  };
  const day = 24 * hourMs;
  assert.equal(await restart(temporaryFolder(t), 'a', 60_000), 'good');
  assert.equal(await restart(temporaryFolder(t), 'a', 3 * hourMs), 'suspect');
  assert.equal(await restart(temporaryFolder(t), 'b', 3 * hourMs), 'good');
  assert.equal(await restart(temporaryFolder(t), 'b', 59 * day), 'good');
  assert.equal(await restart(temporaryFolder(t), 'b', 61 * day), 'suspect');
  assert.equal(await restart(temporaryFolder(t), 'b', 61 * day, clock.ms + 61 * day), 'good');
  assert.equal(await restart(temporaryFolder(t), 'b', 61 * day, clock.ms), 'suspect');
});

test('a clock that is set back by hours is told of, and time is counted by the uptime', async (t) => {
  const clock = { ms: 1_800_000_000_000, now: () => clock.ms };
  let uptimeMs = 1_000_000;
  const options = { folder: temporaryFolder(t), clock, uptimeMs: () => uptimeMs, bootId: 'a', announcedMs: () => 0 };
  const { keyring, alarms } = await openKeyring(options);
  const begin = keyring.clock.now();
  clock.ms -= 20 * 24 * hourMs;
  uptimeMs += 5 * hourMs;
  clock.ms += 5 * hourMs;
  assert.equal(keyring.clock.now(), begin + 5 * hourMs);
  assert.match(alarms[0]?.message ?? '', /set back/);
  keyring.clock.save();
  uptimeMs += hourMs;
  clock.ms += hourMs;
  const { keyring: next } = await openKeyring(options);
  assert.equal(next.clock.now(), begin + 6 * hourMs, 'a process that starts then knows it too');
  clock.ms += 20 * 24 * hourMs;
  assert.equal(keyring.clock.now(), begin + 6 * hourMs);
  assert.deepEqual([alarms.length, keyring.clock.state.state], [2, 'good']);
});

test('a machine that comes up without the time may be set once', async (t) => {
  const folder = temporaryFolder(t);
  const clock = { ms: 1_800_000_000_000, now: () => clock.ms };
  let uptimeMs = 1_000_000;
  const options = { folder, clock, uptimeMs: () => uptimeMs, announcedMs: () => 0 };
  (await openKeyring({ ...options, bootId: 'a' })).keyring.close();
  clock.ms = 0;
  uptimeMs = 5_000;
  const { keyring } = await openKeyring({ ...options, bootId: 'b' });
  assert.equal(keyring.clock.now(), 1_800_000_000_000, 'not before what was');
  clock.ms = 1_800_000_000_000 + 3 * 24 * hourMs;
  assert.equal(keyring.clock.state.state, 'good');
  clock.ms += 3 * hourMs;
  assert.equal(keyring.clock.state.state, 'suspect', 'but only once');
});

test('what another process destroyed is not given back, and a keyring that cannot be read says so', async (t) => {
  const folder = temporaryFolder(t);
  const exclusively = newLock();
  const { keyring: a } = await openKeyring({ folder, exclusively });
  const { keyring: b } = await openKeyring({ folder, exclusively });
  const first = await a.createNumberKey('1');
  b.numberKey('1');
  await a.destroyNumberKeys(['1']);
  const second = await b.createNumberKey('1');
  assert.ok(!second.equals(first));
  assert.ok(a.numberKey('1').equals(second));
  for (const file of readdirSync(folder)) if (file.startsWith('keys.')) rmSync(join(folder, file));
  assert.throws(() => a.numberKey('2'), KeyringLockedError);
});

test('the sandbox moves time on purpose: that is no jump', async (t) => {
  const folder = temporaryFolder(t);
  const clock = new MovableClock();
  const { keyring } = await openKeyring({ folder, clock, announcedMs: () => clock.offsetMs });
  clock.setOffset(400 * 24 * hourMs);
  assert.equal(keyring.clock.state.state, 'good');
});

test('a folder of roots elsewhere holds the roots, and without it nothing opens', async (t) => {
  const folder = temporaryFolder(t);
  const roots = join(temporaryFolder(t), 'roots');
  const { keyring } = await openKeyring({ folder, root: { kind: 'file', folder: roots } });
  await keyring.createNumberKey('1');
  await keyring.ratchet();
  keyring.close();
  assert.deepEqual(readdirSync(roots), ['root.2']);
  assert.ok(!readdirSync(folder).some((file) => file.startsWith('root')));
  rmSync(roots, { recursive: true });
  mkdirSync(roots);
  await assert.rejects(openKeyring({ folder, root: { kind: 'file', folder: roots } }), KeyringLockedError);
});
