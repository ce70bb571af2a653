import type { Database } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { unless, type Check, type Verdict } from './check.ts';
import type { Site } from './site.ts';

const dayMs = 24 * limits.hourMs;

/** Rows of the Cloud API that are there too long, and what the oldest says. */
interface Overdue {
  readonly overdue: number;
  readonly oldest: number | null;
}

interface Rule {
  readonly statements: Check['statements'];
  readonly what: string;
  /** Gives `overdue` and `oldest` (Unix milliseconds). $1 is the moment up to which everything must have been removed. */
  readonly sql: string;
  /** How far back that moment lies, besides the slack of the upkeep. */
  readonly keptMs: number;
}

const silentMs = limits.maxRetentionHours * limits.hourMs;

const rules: readonly Rule[] = [
  {
    statements: ['S5', 'S17'],
    what: 'no message of a number with a shorter retention is past its time',
    sql: `SELECT count(*) AS overdue, min(accepted_s) * 1000 AS oldest FROM messages
          WHERE retention_hours < 720 AND accepted_s + retention_hours * 3600 < $1::bigint / 1000`,
    keptMs: 0,
  },
  {
    statements: ['S6'],
    what: 'nothing waits to be sent past its time',
    sql: `SELECT count(*) FILTER (WHERE expires_at_ms < $1) AS overdue, min(accepted_s) * 1000 AS oldest FROM outbox`,
    keptMs: 0,
  },
  {
    statements: ['S4'],
    what: 'nothing waits for the business for longer than it is offered to it',
    sql: `SELECT count(*) FILTER (WHERE happened_at_ms < $1) AS overdue, min(happened_at_ms) AS oldest FROM webhook_events`,
    // The last try may be an hour after the last but one.
    keptMs: limits.webhookRetryForMs + limits.webhookRetryMaxMs,
  },
  {
    statements: ['S4', 'S5'],
    what: 'the log of webhook requests names no message that is past its time',
    sql: `SELECT count(*) FILTER (WHERE expires_at_ms < $1) AS overdue, min(first_attempt_at_ms) AS oldest FROM webhook_deliveries`,
    keptMs: 0,
  },
  {
    statements: ['S22'],
    what: 'no sum of a business’s messages is older than it may be, and no half hour is told apart for longer',
    sql: `SELECT count(*) FILTER (WHERE half_hour * ${limits.halfHourMs}::bigint < $1 - CASE half_hours WHEN 1 THEN 0
            ELSE ${limits.messageCountsKeptMs - limits.halfHourCountsKeptMs} END) AS overdue,
            min(half_hour) * ${limits.halfHourMs}::bigint AS oldest FROM message_counts`,
    // By whole days, and looked at every half hour.
    keptMs: limits.halfHourCountsKeptMs + dayMs + limits.halfHourMs,
  },
  ...[
    ['sessions', 'used_at_ms', 1],
    ['subjects', 'used_hour', limits.hourMs],
    ['subject_lookups', 'hour', limits.hourMs],
    ['user_ids', 'sealed_at_ms', 1],
    ['base_keys', 'used_at_ms', 1],
    ['processed_envelopes', 'processed_at_ms', 1],
  ].map(([table, column, unitMs]): Rule => ({
    statements: ['S18'],
    what: `nothing in ${table} is of somebody who was silent for 30 days`,
    sql: `SELECT count(*) FILTER (WHERE ${column} * ${unitMs}::bigint < $1) AS overdue, min(${column}) * ${unitMs}::bigint AS oldest FROM ${table}`,
    // Swept once an hour, by whole hours.
    keptMs: silentMs + 2 * limits.hourMs,
  })),
];

/** What is kept, against how long it may be. */
export const retentionChecks: readonly Check[] = [
  {
    statements: ['S5', 'S17', 'S28'],
    what: 'no message is past its time',
    look: (site) => checkMessages(site.databaseOf('cloud-api'), site.nowMs),
  },
  ...rules.map(({ statements, what, sql, keptMs }) => ({
    statements,
    what,
    async look(site: Site) {
      const removedUpToMs = site.nowMs - keptMs - limits.verifySlackMs;
      const [found] = await site.databaseOf('cloud-api').query<Overdue>(sql, [removedUpToMs]);
      const { overdue = 0, oldest = null } = found ?? {};
      const since = oldest === null ? 'there is nothing' : `the oldest is of ${new Date(oldest).toISOString()}`;
      return unless(overdue > 0 ? [`${overdue} rows should be gone; ${since}`] : [], since);
    },
  })),
  {
    statements: ['S7'],
    what: 'every message that waits to be sent is stored',
    look: async (site) => {
      const missing = await countUnbacked(site.databaseOf('cloud-api'), site.nowMs);
      return unless(missing > 0 ? [`${missing} have nothing to be encrypted from`] : [], 'each can be encrypted again');
    },
  },
];

/**
 * Messages go with the partition of their day, so that the first of a day stays for up to a day more; its key does not.
 * Only partitions that should be gone are counted, and of the others only whether there is anything in them.
 */
async function checkMessages(db: Database, nowMs: number): Promise<Verdict> {
  const removedUpToMs = nowMs - silentMs - dayMs - limits.verifySlackMs;
  const [found] = await db.query<{ overdue: number }>(
    'SELECT count(*) AS overdue FROM messages WHERE accepted_s < $1::bigint',
    [Math.floor(removedUpToMs / 1000)],
  );
  const overdue = found?.overdue ?? 0;
  const day = await findOldestDay(db);
  const since = day === null ? 'there is none' : `the oldest is of ${new Date(day * dayMs).toISOString().slice(0, 10)}`;
  return unless(overdue > 0 ? [`${overdue} rows should be gone; ${since}`] : [], since);
}

/** The day (since 1970) of the oldest partition that is not empty. */
async function findOldestDay(db: Database): Promise<number | null> {
  const partitions = await db.query<{ name: string; day: number }>(
    `SELECT quote_ident(c.relname) AS name, substring(c.relname FROM 'messages_day_(\\d+)')::bigint AS day
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'messages'::regclass ORDER BY day`,
  );
  for (const { name, day } of partitions) {
    const rows = await db.query(`SELECT FROM ${name} LIMIT 1`);
    if (rows.length > 0) return day;
  }
  return null;
}

async function countUnbacked(db: Database, nowMs: number): Promise<number> {
  const [row] = await db.query<{ missing: number }>(
    `SELECT count(*) AS missing FROM outbox o WHERE message_id IS NOT NULL AND sealed IS NULL AND expires_at_ms > $1
       AND NOT EXISTS (SELECT FROM messages m WHERE m.phone_number_id = o.phone_number_id AND m.message_id = o.message_id
         AND m.sent_by_business AND m.accepted_s = o.accepted_s)`,
    [nowMs],
  );
  return row?.missing ?? 0;
}
