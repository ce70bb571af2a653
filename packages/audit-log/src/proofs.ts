import { largestPowerOfTwoBelow, nodeHash } from './hashing.ts';

/** Gives the root over the leaves from `start` up to, not including, `end`. */
export type RangeRoot = (start: number, end: number) => Promise<Uint8Array>;

/** The hashes that lead from leaf `index` to the root of a tree of `size` leaves, lowest first (RFC 6962 section 2.1.1). */
export async function proveInclusion(rangeRoot: RangeRoot, index: number, size: number): Promise<Uint8Array[]> {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size)) throw new RangeError(`no leaf ${index} of ${size}`);
  const path: Uint8Array[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + largestPowerOfTwoBelow(end - start);
    path.unshift(await (index < middle ? rangeRoot(middle, end) : rangeRoot(start, middle)));
    [start, end] = index < middle ? [start, middle] : [middle, end];
  }
  return path;
}

/** The hashes that show that the first `from` leaves of a tree of `to` leaves are unchanged (RFC 6962 section 2.1.2). */
export async function proveConsistency(rangeRoot: RangeRoot, from: number, to: number): Promise<Uint8Array[]> {
  if (!(Number.isSafeInteger(from) && from >= 0 && from <= to)) throw new RangeError(`no ${from} of ${to} leaves`);
  if (from === 0 || from === to) return [];
  const path: Uint8Array[] = [];
  let [start, end, isWhole] = [0, to, true];
  while (from !== end) {
    const middle = start + largestPowerOfTwoBelow(end - start);
    if (from <= middle) {
      path.unshift(await rangeRoot(middle, end));
      end = middle;
    } else {
      path.unshift(await rangeRoot(start, middle));
      [start, isWhole] = [middle, false];
    }
  }
  return isWhole ? path : [await rangeRoot(start, end), ...path];
}

interface InclusionClaim {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Whether the proof shows that the leaf hash stands at `index` of the tree with this root (RFC 9162 section 2.1.3.2). */
export function verifyInclusion({ leaf, index, size, root, proof }: InclusionClaim): boolean {
  if (!(index >= 0 && index < size)) return false;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const next of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(next, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hash = nodeHash(hash, next);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && isSame(hash, root);
}

interface ConsistencyClaim {
  readonly from: { readonly size: number; readonly root: Uint8Array };
  readonly to: { readonly size: number; readonly root: Uint8Array };
  readonly proof: readonly Uint8Array[];
}

/** Whether the proof shows that the older tree is the beginning of the newer one (RFC 9162 section 2.1.4.2). */
export function verifyConsistency({ from, to, proof }: ConsistencyClaim): boolean {
  if (from.size > to.size) return false;
  if (from.size === to.size) return proof.length === 0 && isSame(from.root, to.root);
  if (from.size === 0) return proof.length === 0;
  let [at, last] = [from.size - 1, to.size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  // A complete older tree is a node of the newer one, and is not repeated in the proof.
  const [first, ...rest] = at === 0 ? [from.root, ...proof] : proof;
  if (!first) return false;
  let [older, newer] = [first, first];
  for (const next of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      [older, newer] = [nodeHash(next, older), nodeHash(next, newer)];
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      newer = nodeHash(newer, next);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && isSame(older, from.root) && isSame(newer, to.root);
}

/** Not `>> 1`: sizes may pass 32 bits. */
function half(value: number): number {
  return Math.floor(value / 2);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
