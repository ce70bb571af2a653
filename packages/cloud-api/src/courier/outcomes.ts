import type { Database } from '@postern/postgres';
import type { Clock } from '@postern/protocol';
import { encodeMessageRecord, type MessageRecord } from '../messages/message-record.ts';
import { lifetimeOf, messageRow } from '../messages/stored-messages.ts';
import { moveStates } from '../pump/state-moves.ts';
import { epochOf, type Sealer } from '../sealing/sealer.ts';
import type { Subjects } from '../subjects/subjects.ts';
import { queueWebhookEvents } from '../webhooks/events.ts';
import type { WaitingMessage, WaitingNumber } from './waiting-messages.ts';

interface OutcomesOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly subjects: Subjects;
  readonly clock: Clock;
}

/** Writes down what became of messages that waited, each in one transaction. What is not waiting any more is left alone. */
export class Outcomes {
  readonly #options: OutcomesOptions;

  constructor(options: OutcomesOptions) {
    this.#options = options;
  }

  /** The message is whole: from here on it is the pump's. False when it does not wait any more. @throws StaleSubjectError */
  async fill({ phoneNumberId }: WaitingNumber, message: WaitingMessage, record: MessageRecord): Promise<boolean> {
    const { db, sealer, subjects } = this.#options;
    const { outboxId, messageId, acceptedS, stored } = message;
    const subject = (await subjects.load(phoneNumberId, [stored.subject_id])).get(stored.subject_id);
    const lifetime = lifetimeOf(stored);
    const [timeKey, numberKey] = [sealer.findTimeKey(lifetime), sealer.findNumberKey(phoneNumberId)];
    if (!subject || !timeKey || !numberKey) return false;
    const row = messageRow(messageId, true);
    const place = { table: 'messages', column: 'sealed', phoneNumberId, row, epoch: epochOf(lifetime) };
    const sealed = sealer.seal(subject.sealKey(timeKey, numberKey), place, encodeMessageRecord(record));
    // crash point: courier.before-fill
    const isFilled = await db.transaction(async (tx) => {
      await subjects.hold(tx, [subject]);
      const waiting = await tx.execute(
        'UPDATE outbox SET waits_for_media = false WHERE phone_number_id = $1 AND outbox_id = $2 AND waits_for_media',
        [phoneNumberId, outboxId],
      );
      if (waiting === 0) return false;
      await tx.execute(
        `UPDATE messages SET sealed = $4
         WHERE phone_number_id = $1 AND message_id = $2 AND accepted_s = $3 AND sent_by_business`,
        [phoneNumberId, messageId, acceptedS, sealed],
      );
      await tx.query("SELECT pg_notify('outbox', $1)", [phoneNumberId]);
      return true;
    });
    // crash point: courier.filled
    return isFilled;
  }

  /** The message will never be sent, and its business is told why. */
  async fail(number: WaitingNumber, message: WaitingMessage, errorCode: number): Promise<void> {
    const { db, clock } = this.#options;
    const { phoneNumberId } = number;
    const { outboxId, messageId } = message;
    await db.transaction(async (tx) => {
      const waiting = await tx.execute(
        'DELETE FROM outbox WHERE phone_number_id = $1 AND outbox_id = $2 AND waits_for_media',
        [phoneNumberId, outboxId],
      );
      if (waiting === 0) return;
      const failed = { messageId, kind: 'failed', errorCode } as const;
      const moved = await moveStates(tx, [failed], { phoneNumberId, nowMs: clock.now() });
      await queueWebhookEvents(tx, number, moved);
    });
  }
}
