import type { InsertSpec, UpdateSpec } from '@postern/postgres';

/** Writes sessions where the stored version is the one the writer started from; returns one row per row written. */
export const upsertSessions: InsertSpec = {
  name: 'sessions.upsert',
  into: 'sessions',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'account_id', type: 'uuid' },
    { name: 'device_id', type: 'smallint' },
    { name: 'version', type: 'bigint' },
    { name: 'sealed', type: 'bytea' },
    { name: 'used_at_ms', type: 'bigint' },
    { name: 'subject_id', type: 'uuid' },
    { name: 'identity_hash', type: 'bytea' },
  ],
  suffix: `ON CONFLICT (phone_number_id, account_id, device_id) DO UPDATE
    SET version = EXCLUDED.version, sealed = EXCLUDED.sealed, used_at_ms = EXCLUDED.used_at_ms,
      subject_id = EXCLUDED.subject_id, identity_hash = EXCLUDED.identity_hash
    WHERE sessions.version = EXCLUDED.version - 1 RETURNING 1`,
};

export const setEnvelopes: UpdateSpec & { returning?: false } = {
  name: 'outbox.set-envelopes',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'outbox_id', type: 'bigint' },
    { name: 'envelopes', type: 'bytea' },
  ],
  tail: `UPDATE outbox o SET envelopes = v.envelopes FROM v
    WHERE o.phone_number_id = v.phone_number_id AND o.outbox_id = v.outbox_id`,
};

export const insertProcessed: InsertSpec = {
  name: 'processed.insert',
  into: 'processed_envelopes',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'envelope_id', type: 'uuid' },
    { name: 'is_readable', type: 'boolean' },
    { name: 'processed_at_ms', type: 'bigint' },
  ],
};

export const insertReplies: InsertSpec = {
  name: 'outbox.insert-reply',
  into: 'outbox',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'accepted_s', type: 'bigint' },
    { name: 'envelopes', type: 'bytea' },
    { name: 'expires_at_ms', type: 'bigint' },
  ],
};

/** Says that a number's sessions have moved on; gives how often they have. */
export const raiseGeneration = `
  INSERT INTO session_generations AS g (phone_number_id, generation) VALUES ($1, 1)
  ON CONFLICT (phone_number_id) DO UPDATE SET generation = g.generation + 1 RETURNING generation`;

/** Queues a message once more for one device, once per number of the retry, and only until it has arrived. */
export const queueRetry = `
  WITH asked AS (
    UPDATE messages SET retries = $4
    WHERE phone_number_id = $1 AND message_id = $2 AND accepted_s = $3 AND sent_by_business AND state = 'accepted' AND retries < $4
    RETURNING phone_number_id, message_id, accepted_s, retention_hours, subject_id
  )
  INSERT INTO outbox (phone_number_id, message_id, accepted_s, attempt, account_id, device_id, expires_at_ms, retention_hours, subject_id)
  SELECT phone_number_id, message_id, accepted_s, $4, $5, $6, $7, retention_hours, subject_id FROM asked`;
