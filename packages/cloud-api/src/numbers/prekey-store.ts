import { insertRows, type Database, type InsertSpec, type Queryable } from '@postern/postgres';
import type { PrekeyStatus } from '@postern/client';
import { limits } from '@postern/protocol';
import type { PrekeyKind, StoredPrekey } from '@postern/signal';
import { epochOf, type Sealer, type SealPlace } from '../sealing/sealer.ts';

interface PrekeyRow {
  kind: PrekeyKind;
  prekey_id: number;
  sealed: Buffer;
  made_at_ms: number;
  sealed_at_ms: number;
}

const insertPrekeys: InsertSpec = {
  name: 'prekeys.insert',
  into: 'prekeys',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'kind', type: 'text' },
    { name: 'prekey_id', type: 'integer' },
    { name: 'sealed', type: 'bytea' },
    { name: 'made_at_ms', type: 'bigint' },
    { name: 'sealed_at_ms', type: 'bigint' },
  ],
  // A prekey that is there already is sealed anew.
  suffix: `ON CONFLICT (phone_number_id, kind, prekey_id)
    DO UPDATE SET sealed = EXCLUDED.sealed, sealed_at_ms = EXCLUDED.sealed_at_ms`,
};

/**
 * The private prekeys of numbers, sealed with the keys of number and hour, and sealed anew while that hour's key is
 * young: an old copy of one opens nothing once the hour is 30 days past.
 */
export class PrekeyStore {
  readonly #sealer: Sealer;

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  /** @throws ClockSuspectError */
  async add(tx: Queryable, phoneNumberId: string, prekeys: readonly StoredPrekey[], nowMs: number): Promise<void> {
    const made = prekeys.map(({ kind, id, record }) => ({ kind, id, record, madeAtMs: nowMs }));
    await this.#write(tx, phoneNumberId, made, nowMs);
  }

  /** Null when there is none, or when it was not sealed anew in time. */
  async find(db: Queryable, phoneNumberId: string, { kind, id }: { kind: PrekeyKind; id: number }) {
    const rows = await db.prepared<PrekeyRow>(
      'prekeys.find',
      `SELECT kind, prekey_id, sealed, made_at_ms, sealed_at_ms FROM prekeys
       WHERE phone_number_id = $1 AND kind = $2 AND prekey_id = $3`,
      [phoneNumberId, kind, id],
    );
    return rows.map((row) => this.#open(phoneNumberId, row))[0] ?? null;
  }

  /** Every prekey of a number that opens. */
  async list(db: Queryable, phoneNumberId: string): Promise<StoredPrekey[]> {
    const rows = await db.query<PrekeyRow>(
      'SELECT kind, prekey_id, sealed, made_at_ms, sealed_at_ms FROM prekeys WHERE phone_number_id = $1',
      [phoneNumberId],
    );
    return rows.flatMap((row) => this.#open(phoneNumberId, row) ?? []);
  }

  async status(db: Database, phoneNumberId: string): Promise<PrekeyStatus> {
    const [row] = await db.query<{ last: number | null; signed: number | null; reset: boolean | null }>(
      `SELECT max(prekey_id) AS last, max(made_at_ms) FILTER (WHERE kind = 'signed') AS signed,
         (SELECT must_replace_prekeys FROM session_generations WHERE phone_number_id = $1) AS reset
       FROM prekeys WHERE phone_number_id = $1`,
      [phoneNumberId],
    );
    return { nextId: (row?.last ?? 0) + 1, signedMadeAtMs: row?.signed ?? 0, isReset: row?.reset ?? false };
  }

  /** Forgets reusable prekeys that were replaced before this time. */
  async forgetReplaced(tx: Queryable, phoneNumberId: string, beforeMs: number): Promise<void> {
    await tx.query(
      `DELETE FROM prekeys p WHERE phone_number_id = $1 AND made_at_ms < $2 AND kind IN ('signed', 'kyber-last-resort')
       AND prekey_id < (SELECT max(q.prekey_id) FROM prekeys q WHERE q.phone_number_id = $1 AND q.kind = p.kind)`,
      [phoneNumberId, beforeMs],
    );
  }

  /** The numbers with prekeys whose hour's key grows old: at a quarter of its life, and after a week. */
  async listOld(db: Queryable, nowMs: number): Promise<string[]> {
    const rows = await db.query<{ phone_number_id: string }>(
      'SELECT DISTINCT phone_number_id FROM prekeys WHERE sealed_at_ms < $1',
      [this.#oldMs(nowMs)],
    );
    return rows.map(({ phone_number_id: id }) => id);
  }

  /** Seals those of a number anew whose hour's key grows old. */
  async resealOld(tx: Queryable, phoneNumberId: string, nowMs: number): Promise<void> {
    const rows = await tx.query<PrekeyRow>(
      `SELECT kind, prekey_id, sealed, made_at_ms, sealed_at_ms FROM prekeys
       WHERE phone_number_id = $1 AND sealed_at_ms < $2 FOR UPDATE`,
      [phoneNumberId, this.#oldMs(nowMs)],
    );
    const opened = rows.flatMap((row) => {
      const prekey = this.#open(phoneNumberId, row);
      return prekey ? [{ ...prekey, madeAtMs: row.made_at_ms }] : [];
    });
    await this.#write(tx, phoneNumberId, opened, nowMs);
  }

  #oldMs(nowMs: number): number {
    const lifeMs = this.#sealer.longLifetime(nowMs).retentionHours * limits.hourMs;
    return nowMs - Math.min(limits.prekeyResealedAfterMs, lifeMs / 4);
  }

  async #write(
    tx: Queryable,
    phoneNumberId: string,
    prekeys: readonly (StoredPrekey & { readonly madeAtMs: number })[],
    nowMs: number,
  ): Promise<void> {
    const key = this.#sealer.numberKeyAt(await this.#sealer.timeKey(this.#sealer.longLifetime(nowMs)), phoneNumberId);
    const rows = prekeys.map(({ kind, id, record, madeAtMs }) => {
      const sealed = this.#sealer.seal(key, this.#place(phoneNumberId, { kind, id, sealedAtMs: nowMs }), record);
      return [phoneNumberId, kind, id, sealed, madeAtMs, nowMs];
    });
    await insertRows(tx, insertPrekeys, rows);
  }

  #open(phoneNumberId: string, row: PrekeyRow): StoredPrekey | null {
    const { kind, prekey_id: id, sealed, sealed_at_ms: sealedAtMs } = row;
    const timeKey = this.#sealer.findRecordTimeKey('prekeys', this.#sealer.longLifetime(sealedAtMs));
    if (!timeKey) return null;
    const key = this.#sealer.numberKeyAt(timeKey, phoneNumberId);
    const record = this.#sealer.find(key, this.#place(phoneNumberId, { kind, id, sealedAtMs }), sealed);
    return record && { kind, id, record };
  }

  #place(
    phoneNumberId: string,
    { kind, id, sealedAtMs }: { kind: PrekeyKind; id: number; sealedAtMs: number },
  ): SealPlace {
    const epoch = epochOf(this.#sealer.longLifetime(sealedAtMs));
    return { table: 'prekeys', column: 'sealed', phoneNumberId, row: `${kind}/${id}`, epoch };
  }
}
