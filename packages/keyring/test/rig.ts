import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { MovableClock } from '@postern/protocol';
import { Keyring, type KeyringAlarm, type KeyringOptions } from '../src/index.ts';

export const hourMs = 3_600_000;

/** A folder that goes when the test has ended. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-keyring-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A lock among the keyrings of one test, as the database's is among processes. */
export function newLock(): KeyringOptions['exclusively'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** A keyring whose clock is moved by the test; every move is announced unless it is to be a jump. */
export async function openKeyring(options: Partial<KeyringOptions> & { folder: string }) {
  const clock = new MovableClock();
  const alarms: KeyringAlarm[] = [];
  const keyring = await Keyring.open({
    root: { kind: 'file' },
    exclusively: newLock(),
    clock,
    announcedMs: () => clock.offsetMs,
    maxBackupAgeHours: 0,
    maxRetentionHours: 720,
    onAlarm: (alarm) => alarms.push(alarm),
    ...options,
  });
  return { keyring, clock, alarms };
}
