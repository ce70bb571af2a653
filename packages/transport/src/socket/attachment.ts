import type { PhoneNumber } from '@postern/protocol';
import type { Address } from '../address.ts';
import type { KeyCounts } from '../keys/key-store.ts';
import { AttachedMailbox, type MailboxOutlet, type ReadPage } from '../mailbox/attached-mailbox.ts';
import type { MailboxItem } from '../mailbox/mailbox-item.ts';
import type { Sender } from '../mailbox/writes.ts';
import { deliveryBodies, type ServerBody } from './frames.ts';

/** The socket that an attachment is on. */
export interface AttachmentSocket {
  hasRoom(): boolean;
  push(body: ServerBody): void;
  /** Closes the socket so that the client comes back. */
  giveUp(): void;
  /** The attachment is closed and its number means nothing any more. */
  drop(attachment: Attachment): void;
}

export interface AttachmentOptions {
  id: number;
  address: Address;
  phoneNumber: PhoneNumber;
  username: string | null;
  window: number;
  socket: AttachmentSocket;
  readPage: ReadPage;
}

/** One device on one socket: what is pushed to it. */
export class Attachment implements MailboxOutlet {
  readonly id: number;
  readonly mailbox: AttachedMailbox;
  readonly sender: Sender;
  readonly #socket: AttachmentSocket;

  constructor({ id, address, phoneNumber, username, window, socket, readPage }: AttachmentOptions) {
    this.id = id;
    this.sender = { address, phoneNumber, username };
    this.#socket = socket;
    this.mailbox = new AttachedMailbox({ owner: address, window, outlet: this, readPage });
  }

  get address(): Address {
    return this.sender.address;
  }

  hasRoom(): boolean {
    return this.#socket.hasRoom();
  }

  deliver(items: readonly MailboxItem[]): void {
    for (const body of deliveryBodies(this.id, items)) this.#socket.push(body);
  }

  drained(): void {
    this.#socket.push({ case: 'drained', value: { attachment: this.id } });
  }

  keysLow(prekeys: KeyCounts): void {
    this.#socket.push({ case: 'keysLow', value: { attachment: this.id, prekeys } });
  }

  reconnect(): void {
    this.#socket.giveUp();
  }

  replaced(): void {
    this.#socket.push({ case: 'replaced', value: { attachment: this.id } });
    this.#socket.drop(this);
  }
}
