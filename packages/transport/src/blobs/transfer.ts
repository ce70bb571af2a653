import { limits } from '@postern/protocol';

/** What ends a transfer that does not get on. */
export interface Patience {
  /** How long nothing may move. */
  readonly silenceMs: number;
  readonly onStall: () => void;
}

/** Passes a stream on, and watches that it gets on: by silence, and by how long it takes in all. */
export async function* watched(
  source: AsyncIterable<Uint8Array>,
  { silenceMs, onStall }: Patience,
): AsyncGenerator<Uint8Array, void> {
  const silence = setTimeout(onStall, silenceMs);
  const whole = setTimeout(onStall, limits.maxBlobTransferMs);
  try {
    for await (const piece of source) {
      silence.refresh();
      yield piece;
      silence.refresh();
    }
  } finally {
    clearTimeout(silence);
    clearTimeout(whole);
  }
}

/** The transfers under way: so many in all, and so many of one account. */
export class TransferSlots {
  readonly #taken = new Map<string, number>();
  #all = 0;

  /** Takes a slot until the returned function is called; null when there is none. */
  take(accountId: string): (() => void) | null {
    const own = this.#taken.get(accountId) ?? 0;
    if (this.#all >= limits.maxBlobTransfers || own >= limits.maxBlobTransfersPerAccount) return null;
    this.#all += 1;
    this.#taken.set(accountId, own + 1);
    let isTaken = true;
    return () => {
      if (isTaken) this.#free(accountId);
      isTaken = false;
    };
  }

  #free(accountId: string): void {
    this.#all -= 1;
    const own = this.#taken.get(accountId) ?? 0;
    if (own > 1) this.#taken.set(accountId, own - 1);
    else this.#taken.delete(accountId);
  }
}
