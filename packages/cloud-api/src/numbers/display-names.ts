import type { Database, Queryable, Transaction } from '@postern/postgres';
import { limits } from '@postern/protocol';
import type { BusinessManagerClient } from '../access/business-manager-client.ts';
import { BusinessRefusedError } from '../access/business-manager-http.ts';
import type { SealedStorage } from '../sealed-storage.ts';
import { reviewOf, type ReviewPolicy } from '../templates/review-policy.ts';
import { queueNumberEvent } from '../webhooks/events.ts';
import { holdNumber } from './number-documents.ts';
import type { NumberInfo } from './numbers.ts';

export const displayNameStatuses = ['PENDING_REVIEW', 'APPROVED', 'DECLINED'] as const;
export type DisplayNameStatus = (typeof displayNameStatuses)[number];

/** The name that a business wants its number to be shown under. */
export interface DisplayName {
  readonly phoneNumberId: string;
  readonly name: string;
  readonly status: DisplayNameStatus;
  readonly requestedAtMs: number;
  /** Whether it is the name of the number by now. */
  readonly isApplied: boolean;
}

/** What a review decides. */
export type NameDecision = { readonly kind: 'approve' } | { readonly kind: 'reject'; readonly note: string | null };

interface NameRow {
  phone_number_id: string;
  waba_id: string;
  phone_number: string;
  requested_name: string;
  status: DisplayNameStatus;
  requested_at_ms: number;
  applied_at_ms: number | null;
}

const columns = 'phone_number_id, waba_id, phone_number, requested_name, status, requested_at_ms, applied_at_ms';

interface DisplayNamesOptions {
  readonly db: Database;
  readonly storage: Pick<SealedStorage, 'clock' | 'audit'>;
  readonly policy: ReviewPolicy;
  /** Keeps the names of numbers. */
  readonly businessManager: Pick<BusinessManagerClient, 'renameNumber'>;
}

/** The names that businesses want for their numbers: reviewed here, as templates are, and kept by the Business Manager. */
export class DisplayNames {
  readonly #options: DisplayNamesOptions;

  constructor(options: DisplayNamesOptions) {
    this.#options = options;
  }

  /** What was asked for last; null when nothing was. */
  async find(phoneNumberId: string): Promise<DisplayName | null> {
    const row = await findRow(this.#options.db, phoneNumberId);
    return row && fromRow(row);
  }

  /** Those in a status, oldest first. */
  async list(status: DisplayNameStatus): Promise<DisplayName[]> {
    const rows = await this.#options.db.query<NameRow>(
      `SELECT ${columns} FROM display_names WHERE status = $1 ORDER BY requested_at_ms LIMIT $2`,
      [status, limits.maxDisplayNamesPerLook],
    );
    return rows.map(fromRow);
  }

  /** Asks for a name in the place of what was asked for before. Null when the number is not registered. */
  request(number: NumberInfo, name: string, appId: string): Promise<DisplayName | null> {
    const { db, storage, policy } = this.#options;
    const { phoneNumberId, wabaId, phoneNumber } = number;
    const nowMs = storage.clock.now();
    const { reviewAtMs, status } = reviewOf(policy, nowMs);
    return db.transaction(async (tx) => {
      if (!(await holdNumber(tx, phoneNumberId))) return null;
      const details = { setting: 'display_name', app_id: appId } as const;
      await storage.audit.record(tx, { kind: 'settings', phoneNumberId, details });
      await tx.query(
        `INSERT INTO display_names
           (phone_number_id, waba_id, phone_number, requested_name, status, requested_at_ms, review_at_ms)
         VALUES ($1, $2, $3, $4, 'PENDING_REVIEW', $5, $6)
         ON CONFLICT (phone_number_id) DO UPDATE SET waba_id = $2, phone_number = $3, requested_name = $4,
           status = 'PENDING_REVIEW', requested_at_ms = $5, review_at_ms = $6, applied_at_ms = NULL, rejection_note = NULL`,
        [phoneNumberId, wabaId, phoneNumber, name, nowMs, reviewAtMs],
      );
      if (status === 'APPROVED') await this.#decide(tx, phoneNumberId, { kind: 'approve' });
      const row = await findRow(tx, phoneNumberId);
      return row && fromRow(row);
    });
  }

  /** Decides on a name that waits for it; null when none does. */
  decide(phoneNumberId: string, decision: NameDecision): Promise<DisplayName | null> {
    return this.#options.db.transaction((tx) => this.#decide(tx, phoneNumberId, decision));
  }

  /** Gives a number the name that was approved for it. @throws BusinessManagerUnavailableError */
  async apply({ phoneNumberId, name }: DisplayName): Promise<void> {
    const { db, storage, businessManager } = this.#options;
    await businessManager.renameNumber(phoneNumberId, name).catch((error: unknown) => {
      // The Business Manager has no such number any more: there is nothing to be named.
      if (!(error instanceof BusinessRefusedError)) throw error;
    });
    await db.transaction(async (tx) => {
      const applied = await tx.execute(
        `UPDATE display_names SET applied_at_ms = $3
         WHERE phone_number_id = $1 AND requested_name = $2 AND status = 'APPROVED'`,
        [phoneNumberId, name, storage.clock.now()],
      );
      if (applied > 0)
        await tx.query('UPDATE numbers SET verified_name = $2 WHERE phone_number_id = $1', [phoneNumberId, name]);
    });
  }

  /** Approves what time approves, and applies what was approved and is not applied yet. */
  async runDue(): Promise<void> {
    const { db, storage } = this.#options;
    const due = await db.query<{ phone_number_id: string }>(
      'SELECT phone_number_id FROM display_names WHERE review_at_ms <= $1 ORDER BY review_at_ms LIMIT $2',
      [storage.clock.now(), limits.maxDisplayNamesPerLook],
    );
    for (const { phone_number_id: id } of due) await this.decide(id, { kind: 'approve' });
    const approved = await db.query<NameRow>(
      `SELECT ${columns} FROM display_names WHERE status = 'APPROVED' AND applied_at_ms IS NULL LIMIT $1`,
      [limits.maxDisplayNamesPerLook],
    );
    for (const row of approved) await this.apply(fromRow(row));
  }

  async #decide(tx: Transaction, phoneNumberId: string, decision: NameDecision): Promise<DisplayName | null> {
    const note = decision.kind === 'reject' ? decision.note : null;
    const [row] = await tx.query<NameRow>(
      `UPDATE display_names SET status = $2, rejection_note = $3, review_at_ms = NULL
       WHERE phone_number_id = $1 AND status = 'PENDING_REVIEW' RETURNING ${columns}`,
      [phoneNumberId, decision.kind === 'approve' ? 'APPROVED' : 'DECLINED', note],
    );
    if (!row) return null;
    const value = {
      display_phone_number: row.phone_number,
      decision: decision.kind === 'approve' ? 'APPROVED' : 'REJECTED',
      requested_verified_name: row.requested_name,
      rejection_reason: note,
    };
    const event = { field: 'phone_number_name_update', value, happenedAtMs: this.#options.storage.clock.now() };
    await queueNumberEvent(tx, { phoneNumberId, wabaId: row.waba_id }, event);
    return fromRow(row);
  }
}

async function findRow(db: Queryable, phoneNumberId: string): Promise<NameRow | null> {
  const [row] = await db.query<NameRow>(`SELECT ${columns} FROM display_names WHERE phone_number_id = $1`, [
    phoneNumberId,
  ]);
  return row ?? null;
}

function fromRow(row: NameRow): DisplayName {
  return {
    phoneNumberId: row.phone_number_id,
    name: row.requested_name,
    status: row.status,
    requestedAtMs: row.requested_at_ms,
    isApplied: row.applied_at_ms !== null,
  };
}
