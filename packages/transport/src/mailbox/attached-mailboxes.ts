import { addressKey, type Address } from '../address.ts';
import type { AttachedMailbox } from './attached-mailbox.ts';
import type { MailboxItem } from './mailbox-item.ts';
import type { AcknowledgeWrite } from './writes.ts';

/** The mailboxes that are being read, at most one reader for each device. */
export class AttachedMailboxes {
  readonly #mailboxes = new Map<string, AttachedMailbox>();

  /** Makes this the reader of its device's mailbox, in place of the one before. */
  attach(mailbox: AttachedMailbox): void {
    const key = addressKey(mailbox.owner);
    const former = this.#mailboxes.get(key);
    this.#mailboxes.set(key, mailbox);
    former?.replace();
  }

  /** The socket of this mailbox is gone. */
  detach(mailbox: AttachedMailbox): void {
    mailbox.close();
    const key = addressKey(mailbox.owner);
    if (this.#mailboxes.get(key) === mailbox) this.#mailboxes.delete(key);
  }

  /** The account is closed: its readers are told that their attachment is. */
  expel(address: Address): void {
    const mailbox = this.#mailboxes.get(addressKey(address));
    this.#mailboxes.delete(addressKey(address));
    mailbox?.replace();
  }

  /** Hands stored items, in the order of their positions, to those who are reading. */
  offer(items: readonly MailboxItem[]): void {
    const byOwner = new Map<AttachedMailbox, MailboxItem[]>();
    for (const item of items) {
      const mailbox = this.#mailboxes.get(addressKey(item.owner));
      if (mailbox === undefined) continue;
      const own = byOwner.get(mailbox);
      if (own === undefined) byOwner.set(mailbox, [item]);
      else own.push(item);
    }
    for (const [mailbox, own] of byOwner) mailbox.offer(own);
  }

  /** Items were stored for these addresses and have to be read from the table. */
  fallBehind(addresses: readonly Address[]): void {
    for (const address of addresses) this.#mailboxes.get(addressKey(address))?.fallBehind();
  }

  /** Whatever may have been stored has to be read from the table. */
  allFallBehind(): void {
    for (const mailbox of this.#mailboxes.values()) mailbox.fallBehind();
  }

  /** It is not known whether the device still exists: its socket is to come back and show its secret again. */
  reconnect(address: Address): void {
    this.#mailboxes.get(addressKey(address))?.reconnect();
  }

  free(writes: readonly AcknowledgeWrite[]): void {
    for (const { owner, positions } of writes) this.#mailboxes.get(addressKey(owner))?.free(positions);
  }
}
