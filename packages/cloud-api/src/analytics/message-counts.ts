import { updateFromRows, type Queryable, type UpdateSpec } from '@postern/postgres';
import { limits } from '@postern/protocol';
import type { MessageRecord } from '../messages/message-record.ts';
import type { EventOwner } from '../webhooks/events.ts';
import type { MessageSeries } from './message-series.ts';

/** What is counted of messages that a business sends. */
export type Happening = 'sent' | 'delivered' | 'read' | 'tapped';

/** Something that happened to one message. */
export interface Occurrence {
  readonly happened: Happening;
  readonly series: MessageSeries;
  readonly atMs: number;
  /** Which quick reply of its template was tapped on. */
  readonly button?: number;
}

/** A tap on a quick reply of a message that was made of a template. */
export interface Tap {
  readonly record: Pick<MessageRecord, 'person' | 'category' | 'templateId'>;
  readonly button: number;
  readonly atMs: number;
}

/** In the place of a button where nothing was tapped on. */
const noButton = -1;

// Its rows come in one order, so that of two statements that count the same cells one waits and none deadlocks.
const addCounts: UpdateSpec & { returning?: false } = {
  name: 'message-counts.add',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'half_hour', type: 'integer' },
    { name: 'half_hours', type: 'smallint' },
    { name: 'happened', type: 'text' },
    { name: 'category', type: 'text' },
    { name: 'country', type: 'text' },
    { name: 'template_id', type: 'text' },
    { name: 'button', type: 'smallint' },
    { name: 'waba_id', type: 'text' },
    { name: 'count', type: 'bigint' },
  ],
  tail: `INSERT INTO message_counts AS c (phone_number_id, half_hour, half_hours, happened, category, country,
      template_id, button, waba_id, count)
    SELECT * FROM v
    ON CONFLICT (phone_number_id, half_hour, half_hours, happened, category, country, template_id, button)
    DO UPDATE SET count = c.count + EXCLUDED.count`,
};

/** Half hours since 1970. */
export function halfHourOf(atMs: number): number {
  return Math.floor(atMs / limits.halfHourMs);
}

/**
 * Adds up what happened, in the transaction that makes it so: a crash counts it with the rest or not at all. One row is written
 * for each cell, however many messages fall into it.
 */
export async function addToCounts(
  tx: Queryable,
  { phoneNumberId, wabaId }: EventOwner,
  occurrences: readonly Occurrence[],
): Promise<void> {
  const counts = new Map<string, number>();
  const cells = new Map<string, readonly [number, Occurrence]>();
  for (const occurrence of occurrences) {
    const { happened, series, atMs, button = noButton } = occurrence;
    const halfHour = halfHourOf(atMs);
    const name = [halfHour, happened, series.category, series.country, series.templateId ?? '', button].join('\0');
    counts.set(name, (counts.get(name) ?? 0) + 1);
    cells.set(name, [halfHour, occurrence]);
  }
  const rows = [...cells]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, [halfHour, occurrence]]) => {
      const { happened, series, button = noButton } = occurrence;
      const { category, country, templateId } = series;
      const cell = [phoneNumberId, halfHour, 1, happened, category, country, templateId ?? '', button];
      return [...cell, wabaId, counts.get(name)];
    });
  await updateFromRows(tx, addCounts, rows);
}
