import { randomUUID } from 'node:crypto';
import type { Database, Transaction } from '@postern/postgres';
import { limits, type PhoneNumber } from '@postern/protocol';
import { OverloadedError } from '../messages/accept-queue.ts';
import type { SealedStorage } from '../sealed-storage.ts';
import { destroyOldShardKeys, rekeyShard } from '../subjects/rekey-shard.ts';
import {
  beginErasure,
  listErasedSubjects,
  listErasures,
  listPresent,
  listUnfinished,
  markKeysDestroyed,
  type Erasure,
} from './erasure-store.ts';

/** Says that there are rows to remove. */
export const erasuresChannel = 'erasures';

interface EraserOptions {
  readonly db: Database;
  readonly storage: Pick<
    SealedStorage,
    'keyring' | 'sealer' | 'subjects' | 'suppressions' | 'firstContacts' | 'clock' | 'audit' | 'contributions'
  >;
}

/**
 * Erases people: their subject keys are destroyed, whatever copy of the database or of its log there is, and from then
 * on nothing of them opens. The rows are removed after that by {@link ErasureSweep}.
 */
export class Eraser {
  readonly #options: EraserOptions;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: EraserOptions) {
    this.#options = options;
  }

  /**
   * Erases a person for one business account, at all of its numbers. When it resolves nothing of them opens; a crash
   * before that is made up for by {@link Eraser.resume}. Somebody unknown is erased too: the receipt says nothing of it.
   * @throws OverloadedError | ClockSuspectError | DatabaseUnavailableError
   */
  async erase(wabaId: string, person: PhoneNumber): Promise<Erasure> {
    const receiptId = randomUUID();
    await this.#inTurn(async () => {
      const { db, storage } = this.#options;
      const begunAtMs = storage.clock.now();
      const subjects = await this.#find(wabaId, person, begunAtMs);
      await db.transaction(async (tx) => {
        await beginErasure(tx, { receiptId, wabaId, begunAtMs }, subjects);
        const details = { receipt_id: receiptId };
        await storage.audit.record(tx, { kind: 'erasure-begun', wabaId, details });
        await storage.contributions.forgetPerson(tx, person);
        await storage.suppressions.unblockEverywhere(tx, wabaId, person);
        for (const portfolioId of await listPortfolios(tx, wabaId))
          await storage.firstContacts.forget(tx, portfolioId, { person, nowMs: begunAtMs });
      });
      // crash point: erasure.begun
      await this.#destroyKeys(receiptId);
    });
    const erasure = (await this.list(wabaId)).find((each) => each.receiptId === receiptId);
    if (!erasure) throw new Error('An erasure left no receipt.');
    return erasure;
  }

  /** Goes on with what a crash interrupted. */
  async resume(): Promise<void> {
    for (const { receiptId } of await listUnfinished(this.#options.db, 'alive'))
      await this.#inTurn(() => this.#destroyKeys(receiptId));
  }

  /** The receipts of a business account, the latest first. */
  list(wabaId: string): Promise<Erasure[]> {
    return listErasures(this.#options.db, wabaId);
  }

  async #find(wabaId: string, person: PhoneNumber, nowMs: number) {
    const { db, storage } = this.#options;
    const numbers = await db.query<{ phone_number_id: string }>(
      'SELECT phone_number_id FROM numbers WHERE waba_id = $1',
      [wabaId],
    );
    const found = [];
    for (const { phone_number_id: phoneNumberId } of numbers)
      for (const subjectId of await storage.subjects.findAll(phoneNumberId, person, nowMs))
        found.push({ phoneNumberId, subjectId });
    return found;
  }

  /** Every step can be done again: what is gone already is passed over. */
  async #destroyKeys(receiptId: string): Promise<void> {
    const { db, storage } = this.#options;
    const subjects = await listErasedSubjects(db, receiptId);
    const present = await listPresent(db, subjects);
    const shards = [...new Set(subjects.map(({ shard }) => shard))];
    for (const shard of shards) {
      const gone = new Set(subjects.filter((each) => each.shard === shard).map(({ subjectId }) => subjectId));
      if ([...gone].some((id) => present.has(id))) await rekeyShard({ db, ...storage }, shard, gone);
    }
    await destroyOldShardKeys(db, storage.keyring, shards);
    // crash point: erasure.keys-destroyed
    storage.subjects.forget(shards);
    await db.transaction(async (tx) => {
      await markKeysDestroyed(tx, receiptId, storage.clock.now());
      await storage.subjects.announceForgotten(tx, shards);
      await tx.query('SELECT pg_notify($1, $2)', [erasuresChannel, '']);
    });
  }

  /** One erasure at a time: in this process by a chain, among processes by the database's lock. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    if (this.#waiting >= limits.maxErasuresWaiting) throw new OverloadedError('Too many erasures wait.');
    this.#waiting += 1;
    const turn = this.#last
      .then(() =>
        this.#options.db.transaction(async (tx) => {
          await tx.query("SELECT pg_advisory_xact_lock(hashtext('erasures'))");
          await work();
        }),
      )
      .finally(() => {
        this.#waiting -= 1;
      });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

async function listPortfolios(tx: Transaction, wabaId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    'SELECT DISTINCT COALESCE(business_id, waba_id) AS id FROM numbers WHERE waba_id = $1',
    [wabaId],
  );
  return rows.map(({ id }) => id);
}
