import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { limits, type PhoneNumber } from '@postern/protocol';
import type { CloudApiConfig } from '../src/config.ts';
import { ana, bob, startSealedRig, type SealedRig } from './sealed-rig.ts';
import { StoppedClock } from './stopped-clock.ts';
import { keepKeys, takeBackup, Thief, type Backup } from './thief.ts';

const dayMs = 24 * limits.hourMs;
/** Noon of today. */
const startMs = Math.floor(Date.now() / dayMs) * dayMs + dayMs / 2;

/** Something that was stored: what a thief would learn, and from when on nobody may. */
interface Secret {
  readonly kind: 'text' | 'session' | 'prekey';
  readonly value: string | number;
  readonly person: PhoneNumber | null;
  readonly storedMs: number;
  readonly retentionHours: number;
}

interface History {
  readonly secrets: Secret[];
  readonly backups: Backup[];
}

interface Plan {
  /** The days on which there is anything, counted from the start. */
  readonly days: readonly number[];
  readonly retentions: readonly number[];
  readonly withRoots?: boolean;
  /** What happens on a day before its backup is taken. */
  readonly onDay?: (day: number) => Promise<void>;
}

/** Lives through days: the upkeep comes by, both people write, keys are used, and a backup is taken, on the last day too. */
async function live(rig: SealedRig, { days, retentions, withRoots = false, onDay }: Plan): Promise<History> {
  const [secrets, backups]: [Secret[], Backup[]] = [[], []];
  const clock = rig.clock as StoppedClock;
  for (const day of days) {
    clock.set(startMs + day * dayMs);
    // Used up by the next day; one that waits is sealed anew as long as its number lives.
    await rig.db.execute('DELETE FROM prekeys');
    await rig.retention.run();
    await onDay?.(day);
    const storedMs = clock.now();
    for (const person of [ana, bob]) {
      for (const retentionHours of retentions) {
        const value = `${person} on day ${day} for ${retentionHours} h`;
        await rig.store(person, value, { retentionHours });
        secrets.push({ kind: 'text', value, person, storedMs, retentionHours });
      }
      const prekeyId = secrets.length;
      const { accountId } = await keepKeys(rig, { person, prekeyId });
      const { maxRetentionHours: retentionHours } = rig.storage.keyring;
      secrets.push({ kind: 'session', value: accountId, person, storedMs, retentionHours });
      secrets.push({ kind: 'prekey', value: prekeyId, person: null, storedMs, retentionHours });
    }
    backups.push(await takeBackup(rig, { withRoots }));
  }
  return { secrets, backups };
}

async function start(t: TestContext, config: Partial<CloudApiConfig> = {}): Promise<SealedRig> {
  const rig = await startSealedRig({ clock: new StoppedClock(startMs), config });
  t.after(() => rig.stop());
  return rig;
}

/** What a thief got hold of, as secrets. */
async function steal(thief: Thief, secrets: readonly Secret[]): Promise<Secret[]> {
  const { texts, sessions, prekeys } = await thief.steal();
  const isStolen = {
    text: ({ value }: Secret) => texts.has(String(value)),
    session: ({ value }: Secret) => sessions.has(String(value)),
    prekey: ({ value }: Secret) => prekeys.has(Number(value)),
  };
  return secrets.filter((secret) => isStolen[secret.kind](secret));
}

/** Whether something is still to be kept: no later than its retention after it was stored. */
function isDue({ storedMs, retentionHours }: Secret, nowMs: number): boolean {
  return storedMs + retentionHours * limits.hourMs <= nowMs;
}

const namesOf = (secrets: readonly Secret[]) => secrets.map(({ kind, value }) => `${kind} ${value}`);

const everyDayUntil = (last: number) => Array.from({ length: last + 1 }, (_, day) => day);

/** What is alive now, with its roots. */
const takeLiving = (rig: SealedRig) => takeBackup(rig, { withRoots: true });

test('on day 31 a thief with every backup of the days before and every living secret opens what is not due yet, and nothing else', async (t) => {
  const rig = await start(t);
  const { secrets, backups } = await live(rig, { days: everyDayUntil(31), retentions: [1, 24, 240, 720] });
  const nowMs = rig.clock.now();
  const thief = new Thief({ backups: backups.slice(0, 31), living: await takeLiving(rig) });
  const stolen = await steal(thief, secrets);
  const young = secrets.filter((secret) => !isDue(secret, nowMs));
  assert.deepEqual(namesOf(stolen), namesOf(young));
  assert.equal(thief.openedKeyrings, 1, 'no keys file but the living one opens');
  assert.ok(young.length > 100 && young.length < secrets.length - 100, `${young.length} of ${secrets.length}`);
});

test('after an erasure on day 5 a thief with every backup and every living secret opens nothing of the person, and all of the others', async (t) => {
  const rig = await start(t);
  const onDay = async (day: number) => {
    if (day === 5) await rig.eraser.erase('900', ana);
  };
  const { secrets, backups } = await live(rig, { days: everyDayUntil(5), retentions: [720], onDay });
  const erasedMs = startMs + 5 * dayMs;
  const thief = new Thief({ backups: backups.slice(0, 5), living: await takeLiving(rig) });
  const stolen = await steal(thief, secrets);
  const others = secrets.filter(({ person, storedMs }) => person !== ana || storedMs >= erasedMs);
  assert.deepEqual(namesOf(stolen), namesOf(others));
  assert.equal(thief.openedKeyrings, 1);
});

test('backups with their roots, no older than was declared, open nothing that is older than 30 days', async (t) => {
  const config = { keyringBackupMaxAgeHours: 240, maxRetentionHours: 480 };
  const rig = await start(t, config);
  const days = [0, 5, 10, 15, 20, 25, 30, 35];
  const { secrets, backups } = await live(rig, { days, retentions: [24, 480], withRoots: true });
  const nowMs = rig.clock.now();
  const kept = backups.filter(({ atMs }) => atMs >= nowMs - config.keyringBackupMaxAgeHours * limits.hourMs);
  // Of older ones the keyring was removed, as declared; their rows are still there.
  const rowsOnly = backups.slice(0, -kept.length).map((backup) => ({ ...backup, keyringFolder: null }));
  const thief = new Thief({ backups: [...rowsOnly, ...kept], living: await takeLiving(rig), config });
  const stolen = await steal(thief, secrets);
  const storedDays = [...new Set(stolen.map(({ storedMs }) => (storedMs - startMs) / dayMs))];
  // Alive on day 25, of which the oldest backup is: what came after day 5, which is 30 days ago.
  assert.deepEqual(storedDays, [10, 15, 20, 25, 30, 35]);
});
