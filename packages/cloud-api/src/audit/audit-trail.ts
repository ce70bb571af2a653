import { randomUUID } from 'node:crypto';
import { updateFromRows, type Database, type Queryable, type UpdateSpec } from '@postern/postgres';
import type { Clock } from '@postern/protocol';
import { checkAuditEntry, type AuditEntry } from './audit-entry.ts';

const insertEntries: UpdateSpec = {
  name: 'audit.insert',
  columns: [
    { name: 'id', type: 'uuid' },
    { name: 'at_ms', type: 'bigint' },
    { name: 'kind', type: 'text' },
    { name: 'waba_id', type: 'text' },
    { name: 'phone_number_id', type: 'text' },
    { name: 'details', type: 'jsonb' },
  ],
  tail: `INSERT INTO audit_entries (id, at_ms, kind, waba_id, phone_number_id, details)
    SELECT v.id, v.at_ms, v.kind, COALESCE(v.waba_id, numbers.waba_id), v.phone_number_id, v.details
    FROM v LEFT JOIN numbers ON numbers.phone_number_id = v.phone_number_id`,
};

/**
 * Where everything is written that must be accounted for. Whoever must log something and cannot does not do it: the
 * entry is part of the transaction that does it, or is committed before.
 */
export class AuditTrail {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Writes an entry with the transaction that it tells of. @throws AuditEntryError and what the database throws */
  async record(transaction: Queryable, ...entries: readonly AuditEntry[]): Promise<void> {
    for (const entry of entries) checkAuditEntry(entry);
    const atMs = this.#clock.now();
    const rows = entries.map(({ kind, details, wabaId, phoneNumberId }) => {
      return [randomUUID(), atMs, kind, wabaId ?? null, phoneNumberId ?? null, JSON.stringify(details)];
    });
    await updateFromRows(transaction, insertEntries, rows);
  }

  /** Writes entries of what is about to happen outside the database; they are durable when this resolves. @throws as {@link AuditTrail.record} */
  recordNow(...entries: readonly AuditEntry[]): Promise<void> {
    return this.#db.transaction((tx) => this.record(tx, ...entries));
  }
}
