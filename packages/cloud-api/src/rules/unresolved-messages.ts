import type { Database } from '@postern/postgres';
import { limits, type Clock, type MessageId } from '@postern/protocol';
import type { Logger } from '@postern/service';
import { undeliverableCode } from '../errors/message-errors.ts';
import { moveStates } from '../pump/state-moves.ts';
import { sendUntilMs } from '../sealing/sealer.ts';
import type { UpkeepTask } from '../upkeep.ts';
import { queueWebhookEvents } from '../webhooks/events.ts';

interface Unresolved {
  readonly phone_number_id: string;
  readonly waba_id: string;
  readonly message_id: MessageId;
  readonly accepted_s: number;
  readonly retention_hours: number;
}

interface UnresolvedMessagesOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Something was committed for this number that its webhooks may tell. */
  readonly onCommitted: (phoneNumberId: string) => void;
}

const hourS = limits.hourMs / 1000;
const longestHours = limits.maxRetentionHours;

/**
 * Ends messages that nobody will hear of any more: a phone took them and could not, or did not want to, show them, so no
 * notice ever comes. They fail as one that nobody fetched does, before their time is over and with it the person's name.
 */
export class UnresolvedMessages implements UpkeepTask {
  readonly name = 'unresolved messages';
  readonly #options: UnresolvedMessagesOptions;
  #sweptHour = 0;

  constructor(options: UnresolvedMessagesOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { clock, logger } = this.#options;
    const nowMs = clock.now();
    const candidates = [...(await this.#listShortLived(nowMs)), ...(await this.#listOldHourly(nowMs))];
    const ended = candidates.filter((row) => endsMs(row) + limits.unresolvedGraceMs <= nowMs);
    for (const [phoneNumberId, rows] of Map.groupBy(ended, (row) => row.phone_number_id))
      await this.#fail(phoneNumberId, rows);
    if (ended.length > 0) logger.info({ messages: ended.length }, 'messages that nobody spoke of any more have failed');
  }

  /** Of numbers that keep their messages for less than the longest time; an index finds those that are near their end. */
  #listShortLived(nowMs: number): Promise<Unresolved[]> {
    return this.#options.db.query<Unresolved>(
      `${select} AND m.retention_hours < ${longestHours} AND m.accepted_s + m.retention_hours * 3600 <= $1
       LIMIT ${limits.maxRowsPerRetentionSweep}`,
      [Math.floor(nowMs / 1000) + hourS],
    );
  }

  /** Of all others, once an hour: reads the oldest day, and each message has a whole hour in which it is found. */
  async #listOldHourly(nowMs: number): Promise<Unresolved[]> {
    const hour = Math.floor(nowMs / limits.hourMs);
    if (hour === this.#sweptHour) return [];
    const nowS = Math.floor(nowMs / 1000);
    const [from, to] = [nowS - (longestHours + 1) * hourS, nowS - (longestHours - 2) * hourS];
    const rows = await this.#options.db.query<Unresolved>(
      `${select} AND m.retention_hours = ${longestHours} AND m.accepted_s BETWEEN $1 AND $2
       ORDER BY m.accepted_s LIMIT ${limits.maxRowsPerRetentionSweep}`,
      [from, to],
    );
    if (rows.length < limits.maxRowsPerRetentionSweep) this.#sweptHour = hour;
    return rows;
  }

  async #fail(phoneNumberId: string, rows: readonly Unresolved[]): Promise<void> {
    const { db, clock, onCommitted } = this.#options;
    const wabaId = rows[0]?.waba_id ?? '';
    const updates = rows.map(({ message_id: messageId }) => {
      return { kind: 'failed' as const, messageId, errorCode: undeliverableCode };
    });
    await db.transaction(async (tx) => {
      const events = await moveStates(tx, updates, { phoneNumberId, nowMs: clock.now() });
      await queueWebhookEvents(tx, { phoneNumberId, wabaId }, events);
    });
    onCommitted(phoneNumberId);
  }
}

// What waits to be sent, again or at all, has its own end.
const select = `
  SELECT m.phone_number_id, n.waba_id, m.message_id, m.accepted_s, m.retention_hours
  FROM messages m JOIN numbers n ON n.phone_number_id = m.phone_number_id
  WHERE m.sent_by_business AND m.state = 'accepted' AND NOT EXISTS (
    SELECT FROM outbox o WHERE o.phone_number_id = m.phone_number_id AND o.message_id = m.message_id)`;

function endsMs({ accepted_s: acceptedS, retention_hours: retentionHours }: Unresolved): number {
  return sendUntilMs({ sinceMs: acceptedS * 1000, retentionHours });
}
