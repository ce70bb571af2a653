import type { Transaction } from '@postern/postgres';
import type { BusinessManager } from '../business-manager.ts';
import type { Refusal } from '../refusal.ts';
import { appendToAdminLog, type AdminAction, type ConcernedIds } from './admin-log.ts';

/** What a change made, and which objects it concerns; null ids say that all was already so, and nothing is logged. */
export interface Change<Value extends object> {
  value: Value;
  ids: ConcernedIds | null;
}

class ChangeRefused extends Error {
  override readonly name = 'ChangeRefused';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal);
    this.refusal = refusal;
  }
}

/** Who acts over the admin API, as the log names them. */
export const administrator = 'admin';
/** The Cloud API, for what is decided there. */
export const cloudApi = 'cloud-api';

/**
 * Makes one administrative change and writes it into the admin log, in one transaction. A refusal rolls everything
 * back and is returned.
 */
export async function makeAdminChange<Value extends object>(
  { database, clock }: BusinessManager,
  action: AdminAction,
  change: (tx: Transaction, atMs: number) => Promise<Change<Value> | Refusal>,
  actor: string = administrator,
): Promise<Value | Refusal> {
  try {
    return await database.transaction(async (tx) => {
      const atMs = clock.now();
      const made = await change(tx, atMs);
      if (typeof made === 'string') throw new ChangeRefused(made);
      if (made.ids) await appendToAdminLog(tx, { actor, action, ids: made.ids, atMs });
      return made.value;
    });
  } catch (error) {
    if (error instanceof ChangeRefused) return error.refusal;
    throw error;
  }
}
