import { RejectionReason, limits, type EnvelopeId } from '@postern/protocol';
import type { Transaction } from '@postern/postgres';
import { addressKey, uniqueAddresses, type Address } from '../address.ts';
import type { MailboxItem, NewItem, OutgoingEnvelope } from './mailbox-item.ts';
import type { MailboxSizes } from './mailbox-sizes.ts';
import {
  insertMailboxItems,
  listMailboxSizes,
  removeMailboxItems,
  type MailboxSize,
  type RemovedItem,
} from './mailbox-store.ts';

/** Who sends: vouched for by the attachment that the envelopes came through. */
export interface Sender {
  readonly address: Address;
  readonly phoneNumber: string;
  readonly username: string | null;
}

/** An envelope that was not stored. */
export interface Rejected {
  readonly envelopeId: EnvelopeId;
  readonly reason: RejectionReason;
}

/** A batch of envelopes to be stored. */
export interface StoreWrite {
  readonly kind: 'store';
  readonly sender: Sender;
  readonly envelopes: readonly OutgoingEnvelope[];
  readonly rows: number;
  readonly bytes: number;
  readonly resolve: (rejected: readonly Rejected[]) => void;
  readonly reject: (error: Error) => void;
}

/** Positions of one mailbox that its device has acknowledged. */
export interface AcknowledgeWrite {
  readonly kind: 'acknowledge';
  readonly owner: Address;
  readonly isReadable: boolean;
  readonly positions: readonly number[];
  readonly rows: number;
  readonly bytes: 0;
}

/** What one group of writes changed, once it is durable. */
export interface CommittedGroup {
  readonly stored: readonly MailboxItem[];
  readonly removed: readonly RemovedItem[];
  /** Mailboxes whose size was not in memory: what it was after the removals, before what was stored. */
  readonly counted: readonly MailboxSize[];
  /** The rejections of each store write, in the order of the writes. */
  readonly rejected: ReadonlyMap<StoreWrite, readonly Rejected[]>;
}

export interface GroupSettings {
  sizes: MailboxSizes;
  maxMailboxEnvelopes: number;
  nowMs: number;
}

type Group = readonly (StoreWrite | AcknowledgeWrite)[];

const isStore = (write: StoreWrite | AcknowledgeWrite) => write.kind === 'store';
const isAcknowledge = (write: StoreWrite | AcknowledgeWrite) => write.kind === 'acknowledge';

/** Carries out a group of writes inside one transaction. Changes nothing in memory. */
export async function writeGroup(tx: Transaction, group: Group, settings: GroupSettings): Promise<CommittedGroup> {
  const acknowledged = group
    .filter(isAcknowledge)
    .flatMap(({ owner, positions, isReadable }) => positions.map((position) => ({ owner, position, isReadable })));
  const removed = await removeMailboxItems(tx, acknowledged);
  const stores = group.filter(isStore);
  const senders = removed.flatMap(({ sender }) => sender ?? []);
  const recipients = stores.flatMap(({ envelopes }) => envelopes.map(({ recipient }) => recipient));
  const { known, counted } = await findSizes(tx, [...senders, ...recipients], settings);
  const items = deliveredNotices(removed, known, settings.nowMs);
  const rejected = new Map<StoreWrite, readonly Rejected[]>();
  for (const store of stores) rejected.set(store, acceptEnvelopes(store, items, { ...settings, known }));
  return { stored: await insertMailboxItems(tx, items), removed, counted, rejected };
}

/** The sizes of these mailboxes, from memory where they are known there; unknown devices are left out. */
async function findSizes(
  tx: Transaction,
  addresses: readonly Address[],
  { sizes, maxMailboxEnvelopes }: GroupSettings,
): Promise<{ known: Map<string, number>; counted: MailboxSize[] }> {
  const known = new Map<string, number>();
  const missing: Address[] = [];
  for (const address of uniqueAddresses(addresses)) {
    const size = sizes.find(address);
    if (size === null) missing.push(address);
    else known.set(addressKey(address), size);
  }
  const counted = missing.length === 0 ? [] : await listMailboxSizes(tx, missing, maxMailboxEnvelopes);
  for (const { address, size } of counted) known.set(addressKey(address), size);
  return { known, counted };
}

function deliveredNotices(removed: readonly RemovedItem[], known: Map<string, number>, nowMs: number): NewItem[] {
  return removed.flatMap(({ owner, envelopeId, sender }): NewItem[] =>
    sender !== null && known.has(addressKey(sender))
      ? [{ kind: 'delivered', owner: sender, envelopeId, recipient: owner, ...lifeFrom(nowMs) }]
      : [],
  );
}

/** Adds what may be stored to the items and returns the rest, with reasons. */
function acceptEnvelopes(
  { sender, envelopes }: StoreWrite,
  items: NewItem[],
  { known, maxMailboxEnvelopes, nowMs }: GroupSettings & { known: Map<string, number> },
): Rejected[] {
  const rejected: Rejected[] = [];
  for (const { recipient, envelopeId, type, ciphertext, commitment, expiresAtMs } of envelopes) {
    const key = addressKey(recipient);
    const size = known.get(key);
    if (size === undefined) rejected.push({ envelopeId, reason: RejectionReason.UNKNOWN_DEVICE });
    else if (size >= maxMailboxEnvelopes) rejected.push({ envelopeId, reason: RejectionReason.MAILBOX_FULL });
    else {
      known.set(key, size + 1);
      const { address, phoneNumber: senderPhoneNumber, username: senderUsername } = sender;
      const from = { sender: address, senderPhoneNumber, senderUsername };
      items.push({
        kind: 'envelope',
        owner: recipient,
        envelopeId,
        type,
        ciphertext,
        commitment,
        ...lifeFrom(nowMs, expiresAtMs),
        ...from,
      });
    }
  }
  return rejected;
}

/** Nothing is kept for longer than the transport keeps anything. */
function lifeFrom(nowMs: number, wantedMs: number | null = null): Pick<NewItem, 'storedAtMs' | 'expiresAtMs'> {
  const latestMs = nowMs + limits.mailboxTtlMs;
  return { storedAtMs: nowMs, expiresAtMs: Math.min(wantedMs ?? latestMs, latestMs) };
}

/** Makes the write of a batch of envelopes; its promise settles when the batch is durable or refused. */
export function toStoreWrite(
  sender: Sender,
  envelopes: readonly OutgoingEnvelope[],
  settle: Pick<StoreWrite, 'resolve' | 'reject'>,
): StoreWrite {
  const bytes = envelopes.reduce((sum, { ciphertext }) => sum + ciphertext.length, 0);
  return { kind: 'store', sender, envelopes, rows: envelopes.length, bytes, ...settle };
}

/** Positions that a device has dealt with, by whether it could decrypt what stood there. */
export interface AcknowledgedPositions {
  readonly positions: readonly number[];
  readonly isReadable: boolean;
}

/** Cuts acknowledged positions into writes that fit into one transaction. */
export function toAcknowledgeWrites(
  owner: Address,
  { positions, isReadable }: AcknowledgedPositions,
): AcknowledgeWrite[] {
  const writes: AcknowledgeWrite[] = [];
  for (let start = 0; start < positions.length; start += limits.maxWritesInBatch) {
    const part = positions.slice(start, start + limits.maxWritesInBatch);
    writes.push({ kind: 'acknowledge', owner, isReadable, positions: part, rows: part.length, bytes: 0 });
  }
  return writes;
}
