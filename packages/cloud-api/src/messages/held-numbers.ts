import type { Queryable } from '@postern/postgres';

/** Numbers were deregistered: nothing can be accepted for them any more. */
export class NumberGoneError extends Error {
  override readonly name = 'NumberGoneError';
  readonly retryable = false;
  readonly phoneNumberIds: ReadonlySet<string>;

  constructor(phoneNumberIds: Iterable<string>) {
    super('A number is not registered any more.');
    this.phoneNumberIds = new Set(phoneNumberIds);
  }
}

/** Keeps numbers registered until the transaction ends, so that what is accepted has somebody to send it. @throws NumberGoneError */
export async function holdNumbers(tx: Queryable, phoneNumberIds: readonly string[]): Promise<void> {
  const rows = await tx.prepared<{ phone_number_id: string }>(
    'numbers.hold',
    "SELECT phone_number_id FROM numbers WHERE phone_number_id = ANY($1) AND state = 'registered' FOR SHARE",
    [phoneNumberIds],
  );
  if (rows.length === phoneNumberIds.length) return;
  const held = new Set(rows.map(({ phone_number_id: id }) => id));
  throw new NumberGoneError(phoneNumberIds.filter((id) => !held.has(id)));
}
