import { encode, limits, NoticeKind, ServerFrameSchema, uuidToBytes } from '@postern/protocol';
import { encodeAddress } from '../address.ts';
import type { MailboxItem } from '../mailbox/mailbox-item.ts';

type ServerFrameFields = Parameters<typeof encode<typeof ServerFrameSchema>>[1];
/** What a frame to a client says. */
export type ServerBody = NonNullable<ServerFrameFields['body']>;

/** Encodes one frame; a request id of 0 means that it answers nothing. */
export function encodeServerFrame(requestId: number, body: ServerBody): Uint8Array {
  return encode(ServerFrameSchema, { requestId, body });
}

const noticeKinds = { delivered: NoticeKind.DELIVERED, undeliverable: NoticeKind.UNDELIVERABLE } as const;

function encodeItem(item: MailboxItem) {
  const envelopeId = uuidToBytes(item.envelopeId);
  const position = BigInt(item.position);
  const atMs = BigInt(item.storedAtMs);
  if (item.kind !== 'envelope') {
    const recipient = encodeAddress(item.recipient);
    const value = { kind: noticeKinds[item.kind], envelopeId, recipient, atMs };
    return { position, item: { case: 'notice' as const, value } };
  }
  const { type, ciphertext, commitment, senderPhoneNumber, senderUsername } = item;
  const value = {
    sender: encodeAddress(item.sender),
    senderPhoneNumber,
    senderUsername: senderUsername ?? '',
    storedAtMs: atMs,
    envelope: { envelopeId, type, ciphertext, commitment },
  };
  return { position, item: { case: 'envelope' as const, value } };
}

/** What an item takes on the wire beside its ciphertext, generously. */
const itemOverheadBytes = 200;

function bytesOf(item: MailboxItem): number {
  return itemOverheadBytes + (item.kind === 'envelope' ? item.ciphertext.length : 0);
}

/** Cuts items into lists that each fit into one frame. */
function* cutIntoFrames(items: readonly MailboxItem[]): Generator<readonly MailboxItem[]> {
  let start = 0;
  let bytes = 0;
  for (const [index, item] of items.entries()) {
    const more = bytesOf(item);
    const full = index - start === limits.maxDeliveriesPerBatch || bytes + more > limits.maxDeliveryBatchBytes;
    if (full && index > start) {
      yield items.slice(start, index);
      start = index;
      bytes = 0;
    }
    bytes += more;
  }
  if (start < items.length) yield items.slice(start);
}

/** The frames that deliver these items. */
export function* deliveryBodies(attachment: number, items: readonly MailboxItem[]): Generator<ServerBody> {
  for (const part of cutIntoFrames(items)) {
    yield { case: 'deliverBatch', value: { attachment, deliveries: part.map(encodeItem) } };
  }
}
