import { createHash } from 'node:crypto';

export const hashBytes = 32;

/** The hash of an entry, 32 bytes (RFC 6962 section 2.1). */
export function leafHash(entry: Uint8Array): Buffer {
  return createHash('sha256').update(Buffer.of(0)).update(entry).digest();
}

/** The hash of two subtrees side by side, 32 bytes (RFC 6962 section 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
}

/** The root of a log without entries (RFC 6962 section 2.1). */
export const emptyRoot: Buffer = createHash('sha256').digest();

/** The root over hashes that stand side by side on one level. @throws RangeError when there are none */
export function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  const [only] = hashes;
  if (!only) throw new RangeError('a tree of no hashes has no root here');
  if (hashes.length === 1) return only;
  const half = largestPowerOfTwoBelow(hashes.length);
  return nodeHash(rootOf(hashes.slice(0, half)), rootOf(hashes.slice(half)));
}

/** The size of the left subtree of a tree of `size` leaves, which is at least 2 (RFC 6962 section 2.1: `k`). */
export function largestPowerOfTwoBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** The root of a tree that grows leaf by leaf; keeps one hash per bit of its size. */
export class GrowingRoot {
  readonly #peaks: { hash: Uint8Array; size: number }[] = [];

  add(leaf: Uint8Array): void {
    let peak = { hash: leaf, size: 1 };
    for (let left = this.#peaks.at(-1); left?.size === peak.size; left = this.#peaks.at(-1)) {
      peak = { hash: nodeHash(left.hash, peak.hash), size: peak.size * 2 };
      this.#peaks.pop();
    }
    this.#peaks.push(peak);
  }

  root(): Uint8Array {
    const hashes = this.#peaks.map(({ hash }) => hash);
    return hashes.length === 0 ? emptyRoot : hashes.reduceRight((right, left) => nodeHash(left, right));
  }
}
