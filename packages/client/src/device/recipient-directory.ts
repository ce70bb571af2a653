import { limits, type PhoneNumber } from '@postern/protocol';
import type { DeviceName } from '@postern/signal';
import type { Attachment } from '../connection/attachment.ts';

/** Which devices a phone number has, asked of the transport and remembered while the process lives. */
export class RecipientDirectory {
  readonly #attachment: Attachment;
  readonly #known = new Map<PhoneNumber, readonly DeviceName[]>();

  constructor(attachment: Attachment) {
    this.#attachment = attachment;
  }

  /** The devices of these numbers; numbers without an account are left out. */
  async find(phoneNumbers: readonly PhoneNumber[]): Promise<ReadonlyMap<PhoneNumber, readonly DeviceName[]>> {
    const unknown = [...new Set(phoneNumbers)].filter((number) => !this.#known.has(number));
    for (let start = 0; start < unknown.length; start += limits.maxPhoneNumbersPerLookup) {
      const slice = unknown.slice(start, start + limits.maxPhoneNumbersPerLookup);
      for (const { phoneNumber, accountId, deviceIds } of await this.#attachment.findAccounts(slice)) {
        this.#remember(
          phoneNumber,
          deviceIds.map((deviceId) => ({ accountId, deviceId })),
        );
      }
    }
    return this.#known;
  }

  /** The account behind these devices is gone: ask again next time. */
  forget(devices: readonly DeviceName[]): void {
    const gone = new Set(devices.map(({ accountId }) => accountId));
    for (const [number, known] of this.#known) {
      if (known.some(({ accountId }) => gone.has(accountId))) this.#known.delete(number);
    }
  }

  #remember(phoneNumber: PhoneNumber, devices: readonly DeviceName[]): void {
    this.#known.set(phoneNumber, devices);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= limits.maxKnownRecipients) return;
      this.#known.delete(oldest);
    }
  }
}
