import { LogDamagedError } from './errors.ts';
import { emptyRoot, leafHash, nodeHash, rootOf } from './hashing.ts';
import { encodeEntries, hashesOnLevel, levelsOf, TileReader, tileWidth, type TileName } from './tiles.ts';

/** Where a log grows: the last tile of each level, which is never whole, and the entries of the last one. */
export interface Edge {
  readonly size: number;
  readonly hashes: readonly (readonly Uint8Array[])[];
  readonly entries: readonly Uint8Array[];
}

/** A tile and what it holds. */
type Tile = TileName & { readonly bytes: Uint8Array };

/** Reads the edge of a log of this size. @throws LogDamagedError */
export async function readEdge(folder: string, size: number): Promise<Edge> {
  const tiles = new TileReader(folder, size);
  const hashes = await Promise.all(
    Array.from({ length: levelsOf(size) }, async (_, level) => {
      const count = hashesOnLevel(size, level);
      const width = count % tileWidth;
      return width === 0 ? [] : (await tiles.hashes(level, Math.floor(count / tileWidth))).slice(0, width);
    }),
  );
  const width = size % tileWidth;
  const entries = width === 0 ? [] : (await tiles.entries(Math.floor(size / tileWidth))).slice(0, width);
  if (entries.some((entry, at) => !leafHash(entry).equals(hashes[0]?.[at] ?? Buffer.alloc(0))))
    throw new LogDamagedError('the last entries are not what their hashes say');
  return { size, hashes, entries };
}

/** The edge with more entries, and the tiles that became whole on the way. */
export function grow(before: Edge, entries: readonly Uint8Array[]): { edge: Edge; whole: readonly Tile[] } {
  const [hashes, last] = [before.hashes.map((level) => [...level]), [...before.entries]];
  const whole: Tile[] = [];
  let { size } = before;
  for (const entry of entries) {
    size += 1;
    last.push(entry);
    if (last.length === tileWidth)
      whole.push({ level: 'entries', index: size / tileWidth - 1, bytes: encodeEntries(last.splice(0)) });
    whole.push(...addLeaf(hashes, leafHash(entry), size));
  }
  return { edge: { size, hashes, entries: last }, whole };
}

/** Adds a leaf; the hash of a tile that becomes whole is a hash of the level above it. Gives those tiles. */
function addLeaf(hashes: Uint8Array[][], leaf: Uint8Array, size: number): Tile[] {
  const whole: Tile[] = [];
  let hash = leaf;
  for (let level = 0; ; level += 1) {
    const edge = (hashes[level] ??= []);
    edge.push(hash);
    if (edge.length < tileWidth) return whole;
    const index = hashesOnLevel(size, level) / tileWidth - 1;
    whole.push({ level, index, bytes: Buffer.concat(edge) });
    hash = rootOf(edge.splice(0));
  }
}

/** The tiles at the edge, which are not whole yet. */
export function partialTiles({ size, hashes, entries }: Edge): Tile[] {
  const tiles: Tile[] = [];
  for (const [level, edge] of hashes.entries()) {
    const index = Math.floor(hashesOnLevel(size, level) / tileWidth);
    if (edge.length > 0) tiles.push({ level, index, width: edge.length, bytes: Buffer.concat(edge) });
  }
  const index = Math.floor(size / tileWidth);
  if (entries.length > 0) tiles.push({ level: 'entries', index, width: entries.length, bytes: encodeEntries(entries) });
  return tiles;
}

/** The root of a log from the last tile of each level: lower levels lie to the right. */
export function edgeRoot(hashes: Edge['hashes']): Uint8Array {
  const roots = hashes.flatMap((edge) => completeRoots(edge).toReversed());
  return roots.length === 0 ? emptyRoot : roots.reduce((right, left) => nodeHash(left, right));
}

/** The roots of the complete subtrees in a row of hashes, largest first: one per bit of its length. */
function completeRoots(hashes: readonly Uint8Array[]): Uint8Array[] {
  const roots: Uint8Array[] = [];
  for (let [at, power] = [0, tileWidth / 2]; power >= 1; power /= 2) {
    if (hashes.length - at < power) continue;
    roots.push(rootOf(hashes.slice(at, at + power)));
    at += power;
  }
  return roots;
}
