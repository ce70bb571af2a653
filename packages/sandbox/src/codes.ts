import { limits, type PhoneNumber } from '@postern/protocol';

/** A registration code as it arrived on a phone. */
export interface ReceivedCode {
  readonly phoneNumber: PhoneNumber;
  readonly code: string;
  /** ISO 8601. */
  readonly receivedAt: string;
}

/** The sandbox's text messages: the last registration code of each number, in memory alone. */
export class Codes {
  readonly #codes = new Map<PhoneNumber, ReceivedCode>();

  add(code: ReceivedCode): void {
    this.#codes.delete(code.phoneNumber);
    this.#codes.set(code.phoneNumber, code);
    const [oldest] = this.#codes.keys();
    if (this.#codes.size > limits.maxSandboxCodes && oldest) this.#codes.delete(oldest);
  }

  /** The code that was last sent to a number. The transport answers a request for one after it was delivered. */
  get(phoneNumber: PhoneNumber): string {
    const received = this.#codes.get(phoneNumber);
    if (!received) throw new Error('No code has arrived for this number.');
    return received.code;
  }

  /** The codes, newest last. */
  list(): ReceivedCode[] {
    return [...this.#codes.values()];
  }
}
