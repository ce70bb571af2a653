import { cutWindow, type Window, type Windowed } from '../contract/list-window.ts';
import type { Database, Transaction } from '@postern/postgres';
import { limits, type PhoneNumber } from '@postern/protocol';
import type { SealedStorage } from '../sealed-storage.ts';
import type { BlockedPerson } from './suppressions.ts';

/** Why somebody could not be blocked: they have not written lately, or the list is full. */
export type BlockRefusal = 'not-in-window' | 'list-full';

interface BlockListOptions {
  readonly db: Database;
  readonly storage: Pick<SealedStorage, 'subjects' | 'suppressions' | 'clock' | 'keyUse'>;
}

/** Whom a business has blocked: it cannot write to them, and does not hear what they say (contract section 5.4). */
export class BlockList {
  readonly #options: BlockListOptions;

  constructor(options: BlockListOptions) {
    this.#options = options;
  }

  /** Blocks these people, in their order. Returns those who could not be; who is blocked already counts as blocked now. */
  async block(
    phoneNumberId: string,
    people: readonly Pick<BlockedPerson, 'person' | 'hiddenAs'>[],
  ): Promise<Map<PhoneNumber, BlockRefusal>> {
    const { db, storage } = this.#options;
    const nowMs = storage.clock.now();
    await storage.keyUse.note('accepting', [phoneNumberId]);
    const refused = new Map<PhoneNumber, BlockRefusal>();
    await db.transaction(async (tx) => {
      await takeTurn(tx, phoneNumberId);
      const blocked = await storage.suppressions.findBlocked(
        tx,
        phoneNumberId,
        people.map(({ person }) => person),
      );
      let room = limits.maxBlockedPeople - (await storage.suppressions.countBlocked(tx, phoneNumberId));
      for (const [person, { hiddenAs }] of new Map(people.map((each) => [each.person, each]))) {
        if (blocked.has(person)) continue;
        if (!(await this.#wroteLately(tx, phoneNumberId, { person, nowMs }))) refused.set(person, 'not-in-window');
        else if (room === 0) refused.set(person, 'list-full');
        else {
          await storage.suppressions.add(tx, phoneNumberId, { kind: 'blocked', person, hiddenAs, nowMs });
          room -= 1;
        }
      }
    });
    return refused;
  }

  /** Lets these people write again; who was not blocked stays so. */
  async unblock(phoneNumberId: string, people: readonly PhoneNumber[]): Promise<void> {
    const { db, storage } = this.#options;
    await storage.keyUse.note('accepting', [phoneNumberId]);
    await db.transaction(async (tx) => {
      for (const person of people) await storage.suppressions.remove(tx, phoneNumberId, { kind: 'blocked', person });
    });
  }

  /** A part of the list, and whether there is more behind it. */
  async list(phoneNumberId: string, window: Window<Buffer>): Promise<Windowed<BlockedPerson>> {
    const { db, storage } = this.#options;
    await storage.keyUse.note('api', [phoneNumberId]);
    return cutWindow(await storage.suppressions.listBlocked(db, phoneNumberId, window), window);
  }

  async #wroteLately(
    tx: Transaction,
    phoneNumberId: string,
    { person, nowMs }: { person: PhoneNumber; nowMs: number },
  ): Promise<boolean> {
    const subjects = await this.#options.storage.subjects.findAll(phoneNumberId, person, nowMs);
    const rows = await tx.query(
      `SELECT FROM conversations
       WHERE phone_number_id = $1 AND subject_id = ANY($2::uuid[]) AND last_inbound_at_ms > $3 LIMIT 1`,
      [phoneNumberId, subjects, nowMs - limits.serviceWindowMs],
    );
    return rows.length > 0;
  }
}

/** One change of a number's list at a time, so that it never holds more than it may. */
async function takeTurn(tx: Transaction, phoneNumberId: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`block list ${phoneNumberId}`]);
}
