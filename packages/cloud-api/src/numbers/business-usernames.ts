import type { Database, Queryable, Transaction } from '@postern/postgres';
import { limits } from '@postern/protocol';
import type { SealedStorage } from '../sealed-storage.ts';
import { queueNumberEvent } from '../webhooks/events.ts';
import { suggestUsernames } from './business-username.ts';
import type { NumberInfo } from './numbers.ts';

/** A name is reserved until its number is registered. */
export type UsernameStatus = 'approved' | 'reserved';

/** Why a number does not get a username: somebody else has it, or another number of the same business has. */
export type UsernameRefusal = 'taken' | 'at-another-number';

export interface TakenUsername {
  readonly username: string;
  readonly status: UsernameStatus;
}

interface UsernameChange {
  readonly username: string;
  /** Whether it is taken from another number of the same business. */
  readonly isTransfer: boolean;
  /** The app that asks. */
  readonly appId: string;
}

interface HolderRow {
  username: string;
  phone_number_id: string;
  waba_id: string;
  business_id: string;
  phone_number: string;
  is_registered: boolean;
}

const holders = `SELECT u.username, u.phone_number_id, u.waba_id, u.business_id, u.phone_number,
    EXISTS (SELECT FROM numbers n WHERE n.phone_number_id = u.phone_number_id AND n.state = 'registered') AS is_registered
  FROM business_usernames u`;

interface BusinessUsernamesOptions {
  readonly db: Database;
  readonly storage: Pick<SealedStorage, 'clock' | 'audit'>;
}

/** The usernames of numbers: each number has one at most, and each name is somebody's once in the whole installation. */
export class BusinessUsernames {
  readonly #options: BusinessUsernamesOptions;

  constructor(options: BusinessUsernamesOptions) {
    this.#options = options;
  }

  async find(phoneNumberId: string): Promise<TakenUsername | null> {
    const [row] = await findOf(this.#options.db, phoneNumberId);
    return row ? { username: row.username, status: statusOf(row) } : null;
  }

  /** Gives a number a name in the place of the one before. */
  take(number: NumberInfo, change: UsernameChange): Promise<UsernameStatus | UsernameRefusal> {
    const { db } = this.#options;
    return db.transaction(async (tx) => {
      // One after the other, so that of two who want a name at once one is told that it is taken.
      await tx.query("SELECT pg_advisory_xact_lock(hashtext('business usernames'))");
      const [holder] = await tx.query<HolderRow>(`${holders} WHERE u.username = $1`, [change.username]);
      if (holder?.phone_number_id === number.phoneNumberId) return statusOf(holder);
      if (holder && holder.business_id !== number.businessId) return 'taken';
      if (holder && !change.isTransfer) return 'at-another-number';
      if (holder) await this.#release(tx, holder, change.appId);
      const [former] = await findOf(tx, number.phoneNumberId);
      if (former) await this.#release(tx, former, change.appId);
      return this.#insert(tx, number, change);
    });
  }

  /** False when the number has none. The app is who asks. */
  remove(phoneNumberId: string, appId: string): Promise<boolean> {
    return this.#options.db.transaction(async (tx) => {
      const [row] = await findOf(tx, phoneNumberId);
      if (!row) return false;
      await this.#release(tx, row, appId);
      return true;
    });
  }

  /** A few names that nobody has. */
  async suggest({ verifiedName }: Pick<NumberInfo, 'verifiedName'>): Promise<string[]> {
    const ideas = suggestUsernames(verifiedName);
    const taken = await this.#options.db.query<{ username: string }>(
      'SELECT username FROM business_usernames WHERE username = ANY($1)',
      [ideas],
    );
    const isTaken = new Set(taken.map(({ username }) => username));
    return ideas.filter((idea) => !isTaken.has(idea)).slice(0, limits.maxUsernameSuggestions);
  }

  async #insert(
    tx: Transaction,
    { phoneNumberId, phoneNumber, wabaId, businessId }: NumberInfo,
    { username, appId }: UsernameChange,
  ): Promise<UsernameStatus> {
    const nowMs = this.#options.storage.clock.now();
    await tx.query('INSERT INTO business_usernames VALUES ($1, $2, $3, $4, $5, $6)', [
      username,
      phoneNumberId,
      wabaId,
      businessId,
      phoneNumber,
      nowMs,
    ]);
    await this.#record(tx, phoneNumberId, appId);
    const [row] = await findOf(tx, phoneNumberId);
    if (!row) throw new Error('A username that was just taken is gone.');
    await announce(tx, row, { status: statusOf(row), nowMs });
    return statusOf(row);
  }

  async #release(tx: Transaction, row: HolderRow, appId: string): Promise<void> {
    await tx.query('DELETE FROM business_usernames WHERE username = $1', [row.username]);
    await this.#record(tx, row.phone_number_id, appId);
    await announce(tx, row, { status: 'deleted', nowMs: this.#options.storage.clock.now() });
  }

  async #record(tx: Transaction, phoneNumberId: string, appId: string): Promise<void> {
    const details = { setting: 'username', app_id: appId } as const;
    await this.#options.storage.audit.record(tx, { kind: 'settings', phoneNumberId, details });
  }
}

/** Tells that the name of a number which was just registered is not only reserved any more. */
export async function announceUsername(tx: Queryable, phoneNumberId: string, nowMs: number): Promise<void> {
  const [row] = await findOf(tx, phoneNumberId);
  if (row) await announce(tx, row, { status: 'approved', nowMs });
}

function findOf(db: Queryable, phoneNumberId: string): Promise<HolderRow[]> {
  return db.query<HolderRow>(`${holders} WHERE u.phone_number_id = $1`, [phoneNumberId]);
}

function statusOf(row: HolderRow): UsernameStatus {
  return row.is_registered ? 'approved' : 'reserved';
}

async function announce(
  tx: Queryable,
  row: HolderRow,
  { status, nowMs }: { readonly status: UsernameStatus | 'deleted'; readonly nowMs: number },
): Promise<void> {
  const value = { display_phone_number: row.phone_number, username: row.username, status };
  const owner = { phoneNumberId: row.phone_number_id, wabaId: row.waba_id };
  await queueNumberEvent(tx, owner, { field: 'business_username_update', value, happenedAtMs: nowMs });
}
