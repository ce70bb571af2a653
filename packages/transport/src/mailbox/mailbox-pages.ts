import { EnvelopeType, type AccountId, type Clock } from '@postern/protocol';
import type { Queryable } from '@postern/postgres';
import { listUsernames } from '../accounts/username-store.ts';
import type { Address } from '../address.ts';
import type { MailboxItem } from './mailbox-item.ts';
import { listMailboxRows, type MailboxRow } from './mailbox-store.ts';

/** Who knows the phone numbers of accounts. */
export interface PhoneNumberSource {
  list(accountIds: Iterable<AccountId>): Promise<Map<AccountId, string>>;
}

/** Reads mailboxes from the table, page by page. What is too old is not read. */
export class MailboxPages {
  readonly #db: Queryable;
  readonly #numbers: PhoneNumberSource;
  readonly #clock: Clock;

  constructor(db: Queryable, options: { numbers: PhoneNumberSource; clock: Clock }) {
    this.#db = db;
    this.#numbers = options.numbers;
    this.#clock = options.clock;
  }

  /** The items after a position, in order; fewer than the limit when these are all. */
  async list(owner: Address, page: { after: number; limit: number }): Promise<MailboxItem[]> {
    const rows = await listMailboxRows(this.#db, owner, { ...page, nowMs: this.#clock.now() });
    const senders = rows.filter(({ kind }) => kind === 'envelope').map((row) => row.peer_account_id);
    const numbers = await this.#numbers.list(senders);
    const usernames = senders.length > 0 ? await listUsernames(this.#db, [...new Set(senders)]) : noNames;
    return rows.map((row) => toItem(owner, row, { numbers, usernames }));
  }
}

const noBytes = new Uint8Array();
const noNames: ReadonlyMap<AccountId, string> = new Map();

interface Names {
  readonly numbers: ReadonlyMap<AccountId, string>;
  readonly usernames: ReadonlyMap<AccountId, string>;
}

function toItem(owner: Address, row: MailboxRow, { numbers, usernames }: Names): MailboxItem {
  const { kind, position } = row;
  const { envelope_id: envelopeId, stored_at_ms: storedAtMs, expires_at_ms: expiresAtMs } = row;
  const stored = { owner, position, envelopeId, storedAtMs, expiresAtMs };
  const peer = { accountId: row.peer_account_id, deviceId: row.peer_device_id };
  if (kind !== 'envelope') return { ...stored, kind, recipient: peer };
  return {
    ...stored,
    kind,
    sender: peer,
    senderPhoneNumber: numbers.get(peer.accountId) ?? '',
    senderUsername: usernames.get(peer.accountId) ?? null,
    type: row.envelope_type ?? EnvelopeType.UNSPECIFIED,
    ciphertext: row.ciphertext ?? noBytes,
    commitment: row.commitment ?? noBytes,
  };
}
