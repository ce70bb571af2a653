import { randomInt } from 'node:crypto';
import { limits, type Clock, type PrekeyCounts } from '@postern/protocol';
import {
  generateKyberPrekey,
  generateOneTimePrekey,
  generateSignedPrekey,
  signedHalf,
  type DeviceKeys,
  type NewPrekey,
} from '@postern/signal';
import type { Attachment } from '../connection/attachment.ts';
import type { DeviceStore } from './device-store.ts';

/** Ids have 24 bits; this leaves half of them for what comes after. */
const maxFirstId = 2 ** 23;

interface UpkeepOptions {
  readonly store: DeviceStore;
  readonly keys: DeviceKeys;
  readonly attachment: Attachment;
  readonly clock: Clock;
}

/** Keeps enough prekeys at the transport, and young ones. Private halves are stored before public ones leave. */
export class PrekeyUpkeep {
  readonly #options: UpkeepOptions;
  #counts: PrekeyCounts | null = null;
  #isDue = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** The transport said how many one-time prekeys it has left. */
  noteCounts(counts: PrekeyCounts | undefined): void {
    this.#counts = counts ?? null;
    this.#isDue = true;
  }

  /** Time has passed: the signed prekey may be too old. */
  noteTime(): void {
    this.#isDue = true;
  }

  /** Does what is due; false when nothing is. */
  async run(): Promise<boolean> {
    const { store, attachment, clock } = this.#options;
    if (!this.#isDue || !this.#counts || !attachment.isAttached) return false;
    const { oneTime, kyberOneTime } = this.#counts;
    // What is noted while this runs makes it due once more.
    this.#isDue = false;
    try {
      const status = await store.prekeyStatus();
      const { isReset } = status;
      const isStale = isReset || clock.now() - status.signedMadeAtMs > limits.signedPrekeyMaxAgeMs;
      const missing = isReset
        ? { oneTime: limits.oneTimePrekeys, kyberOneTime: limits.oneTimePrekeys }
        : { oneTime: missingOf(oneTime), kyberOneTime: missingOf(kyberOneTime) };
      const isNeeded = isStale || missing.oneTime + missing.kyberOneTime > 0;
      if (isNeeded) await this.#publish(missing, { isStale, isReset, firstId: status.nextId });
      return isNeeded;
    } catch (error) {
      this.#isDue = true;
      throw error;
    }
  }

  async #publish(
    missing: { oneTime: number; kyberOneTime: number },
    { isStale, isReset, firstId }: { isStale: boolean; isReset: boolean; firstId: number },
  ): Promise<void> {
    const { store, keys, attachment, clock } = this.#options;
    const nowMs = clock.now();
    // What had the ids below is forgotten, but the transport knows them.
    let id = isReset ? randomInt(1, maxFirstId) : firstId;
    const make = (count: number, one: (prekeyId: number) => NewPrekey) =>
      Array.from({ length: count }, () => one(id++));
    const oneTime = make(missing.oneTime, generateOneTimePrekey);
    const kyberOneTime = make(missing.kyberOneTime, (prekeyId) =>
      generateKyberPrekey(keys, 'kyber-one-time', { id: prekeyId, nowMs }),
    );
    const [signed] = make(isStale ? 1 : 0, (prekeyId) => generateSignedPrekey(keys, prekeyId, nowMs));
    const [lastResort] = make(isStale ? 1 : 0, (prekeyId) =>
      generateKyberPrekey(keys, 'kyber-last-resort', { id: prekeyId, nowMs }),
    );
    const made = [...oneTime, ...kyberOneTime, ...(signed ? [signed] : []), ...(lastResort ? [lastResort] : [])];
    await store.addPrekeys(made.map(({ stored }) => stored));
    await store.forgetOld(nowMs - limits.replacedPrekeyKeptMs);
    const counts = await attachment.putPrekeys({
      oneTime: oneTime.map(({ published }) => published),
      kyberOneTime: kyberOneTime.map(signedHalf),
      ...(signed && { signed: signedHalf(signed) }),
      ...(lastResort && { kyberLastResort: signedHalf(lastResort) }),
      replacesOneTime: isReset,
    });
    if (isReset) await store.noteReset();
    this.#counts = counts ?? null;
  }
}

function missingOf(count: number): number {
  return count < limits.oneTimePrekeysLow ? Math.min(limits.oneTimePrekeys - count, limits.maxPrekeysPerUpload) : 0;
}
