import { LogSequencer } from '@postern/audit-log';
import type { Database } from '@postern/postgres';
import type { Logger } from '@postern/service';
import { AuditRows } from './audit-rows.ts';

// Locks of workers have their own class; any other pair of numbers will do.
const writerLock: [number, number] = [0x61_75_64, 1];

interface SequencerStart {
  readonly db: Database;
  /** The folder of the log. */
  readonly folder: string;
  readonly logger: Logger;
}

/** The name in the checkpoints of the Cloud API's log. */
export const auditOrigin = 'postern/cloud-api';

/** Brings audit entries into the Merkle log: one process at a time, every second and when there are new ones. */
export async function startAuditSequencer({ db, folder, logger }: SequencerStart): Promise<LogSequencer> {
  const sequencer = new LogSequencer({
    folder,
    origin: auditOrigin,
    source: new AuditRows(db),
    takeLock: () => db.holdLock(writerLock),
    logger,
  });
  await db.listen('audit_entries', () => sequencer.wake());
  await sequencer.start();
  return sequencer;
}
