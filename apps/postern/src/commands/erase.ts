import { setTimeout as delay } from 'node:timers/promises';
import { limits, type PhoneNumber } from '@postern/protocol';
import { CloudApiCallError } from '../business/graph-call.ts';
import type { BusinessAccess } from '../business/business-access.ts';
import { erasePerson, findReceipt, getAccountName, type ErasureReceipt } from '../business/person-data.ts';
import { confirm, type Terminal } from '../cli/confirmation.ts';

export interface EraseOptions {
  readonly access: BusinessAccess;
  readonly person: PhoneNumber;
  /** Nobody is asked. */
  readonly yes: boolean;
  /** How long to wait for the rows to be deleted. */
  readonly waitMs: number;
  readonly json: boolean;
  readonly terminal: Terminal;
  readonly write: (text: string) => void;
}

const notErased = 1;
const rowsRemain = 3;

/**
 * Erases a person for a business. Resolves to the exit code: 0 when nothing opens and the rows are gone, 1 when it was not
 * confirmed, 3 when nothing opens but the rows are still there. @throws CloudApiCallError | UsageError
 */
export async function erase({ access, person, yes, waitMs, json, terminal, write }: EraseOptions): Promise<number> {
  if (!yes && !(await confirm(await question(access, person), terminal))) {
    write(json ? `${JSON.stringify({ event: 'not-confirmed' })}\n` : 'Nothing was erased.\n');
    return notErased;
  }
  const receipt = await erasePerson(access, person);
  write(describe('keys-destroyed', receipt, json));
  const done = await untilRowsAreGone(access, receipt, waitMs);
  if (done) write(describe('rows-deleted', done, json));
  else if (!json) write('The rows, which nobody can read, are not deleted yet. The receipt will say when they are.\n');
  return done ? 0 : rowsRemain;
}

async function question(access: BusinessAccess, person: PhoneNumber): Promise<string> {
  const name = JSON.stringify(await getAccountName(access));
  return `Everything that ${name} (${access.wabaId}) keeps of +${person} becomes unreadable, for good. Erase it?`;
}

/** The receipt once it says that the rows are deleted; null when it does not in time. */
async function untilRowsAreGone(
  access: BusinessAccess,
  { id }: ErasureReceipt,
  waitMs: number,
): Promise<ErasureReceipt | null> {
  const limit = AbortSignal.timeout(waitMs);
  for (;;) {
    const receipt = await look(access, id);
    if (receipt?.rows_deleted_at !== undefined) return receipt;
    if (limit.aborted) return null;
    await delay(limits.erasureLookMs);
  }
}

/** The erasure is done; that a look fails for a while takes nothing back. */
async function look(access: BusinessAccess, receiptId: string): Promise<ErasureReceipt | null> {
  try {
    return await findReceipt(access, receiptId);
  } catch (error) {
    if (error instanceof CloudApiCallError && error.retryable) return null;
    throw error;
  }
}

function describe(event: 'keys-destroyed' | 'rows-deleted', receipt: ErasureReceipt, json: boolean): string {
  if (json) return `${JSON.stringify({ event, receipt })}\n`;
  const { id, keys_destroyed_at: closedAt, rows_deleted_at: deletedAt, messages, sessions } = receipt;
  return event === 'keys-destroyed'
    ? `Nothing that was kept opens any more, since ${closedAt}. Receipt ${id}\n`
    : `The rows were deleted at ${deletedAt}: messages ${messages}, sessions ${sessions}.\n`;
}
