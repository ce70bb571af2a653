import type { Database } from '@postern/postgres';
import type { Clock } from '@postern/protocol';
import type { Logger } from '@postern/service';
import type { SubjectId } from '../subjects/subject.ts';
import type { AuditTrail } from '../audit/audit-trail.ts';
import type { UpkeepTask } from '../upkeep.ts';
import type { Eraser } from './eraser.ts';
import { deleteSubjectRows, listErasedSubjects, listUnfinished, markDone } from './erasure-store.ts';

interface ErasureSweepOptions {
  readonly db: Database;
  readonly eraser: Eraser;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Removes the rows of people whose keys were destroyed, and finishes what a crash interrupted. */
export class ErasureSweep implements UpkeepTask {
  readonly name = 'erasure';
  readonly #options: ErasureSweepOptions;

  constructor(options: ErasureSweepOptions) {
    this.#options = options;
  }

  /** Does all there is to do. Nothing of the people opens, so this may be late, and be done again after a crash. */
  async run(): Promise<void> {
    const { db, eraser, audit, clock, logger } = this.#options;
    await eraser.resume();
    for (const { receiptId, wabaId } of await listUnfinished(db, 'destroyed')) {
      const removed = await db.transaction(async (tx) => {
        const counts = { messages: 0, sessions: 0 };
        for (const [phoneNumberId, ids] of await this.#byNumber(receiptId)) {
          const { messages, sessions } = await deleteSubjectRows(tx, phoneNumberId, ids);
          counts.messages += messages;
          counts.sessions += sessions;
        }
        // crash point: erasure.rows-deleted
        const details = { receipt_id: receiptId, ...counts };
        await audit.record(tx, { kind: 'erasure-done', wabaId, details });
        await markDone(tx, receiptId, { ...counts, doneAtMs: clock.now() });
        return counts;
      });
      logger.info({ receiptId, ...removed }, 'a person was erased');
    }
  }

  async #byNumber(receiptId: string): Promise<Map<string, SubjectId[]>> {
    const byNumber = new Map<string, SubjectId[]>();
    for (const { phoneNumberId, subjectId } of await listErasedSubjects(this.#options.db, receiptId))
      byNumber.set(phoneNumberId, [...(byNumber.get(phoneNumberId) ?? []), subjectId]);
    return byNumber;
  }
}
