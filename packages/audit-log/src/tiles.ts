import { join } from 'node:path';
import { findFile } from './durable-file.ts';
import { LogDamagedError } from './errors.ts';
import { hashBytes, largestPowerOfTwoBelow, nodeHash, rootOf } from './hashing.ts';

/** How many hashes, or entries, a whole tile has (C2SP tlog-tiles). */
export const tileWidth = 256;
const tileHeight = 8;

/** A tile: hashes of level 0 (leaves) and up, or entries. */
export interface TileName {
  readonly level: number | 'entries';
  readonly index: number;
  /** Of a tile that is not whole yet: how many hashes or entries it has, less than 256. */
  readonly width?: number;
}

/** Where a tile lies in a log's folder (C2SP tlog-tiles, "Merkle Tree"): `tile/0/x001/x234/067`, `tile/1/000.p/5`. */
export function tilePath({ level, index, width = tileWidth }: TileName): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? [];
  const place = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${place}${width < tileWidth ? `.p/${width}` : ''}`;
}

/** How many hashes a level has in a log of this size. */
export function hashesOnLevel(size: number, level: number): number {
  return Math.floor(size / tileWidth ** level);
}

/** How many of the hashes or entries of a level lie in this tile, up to 256. */
export function widthOf(count: number, index: number): number {
  return Math.max(0, Math.min(tileWidth, count - index * tileWidth));
}

/** The levels of hashes that a log of this size has. */
export function levelsOf(size: number): number {
  let levels = 1;
  while (hashesOnLevel(size, levels) > 0) levels += 1;
  return levels;
}

/** Entries one after another, each behind its length in 2 bytes (C2SP tlog-tiles, "Log Entries"). */
export function encodeEntries(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

/** The entries of a tile; null when its bytes are not whole entries. */
export function decodeEntries(bytes: Buffer): Buffer[] | null {
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 2 + (at + 2 <= bytes.length ? bytes.readUInt16BE(at) : 0);
    if (end > bytes.length || at + 2 > bytes.length) return null;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}

export function splitHashes(bytes: Buffer): Buffer[] {
  return Array.from({ length: Math.floor(bytes.length / hashBytes) }, (_, at) =>
    bytes.subarray(at * hashBytes, (at + 1) * hashBytes),
  );
}

/** Reads the tiles of a log as it was at one size; each tile once. For as long as one answer takes. */
export class TileReader {
  readonly #folder: string;
  readonly #size: number;
  readonly #read = new Map<string, Promise<Buffer>>();

  constructor(folder: string, size: number) {
    this.#folder = folder;
    this.#size = size;
  }

  /** @throws LogDamagedError when the tile is missing or broken */
  async entries(index: number): Promise<Buffer[]> {
    const entries = decodeEntries(await this.#tile('entries', index, this.#size));
    if (!entries || entries.length < widthOf(this.#size, index)) throw damaged(tilePath({ level: 'entries', index }));
    return entries;
  }

  /** @throws LogDamagedError when the tile is missing or broken */
  async hashes(level: number, index: number): Promise<Buffer[]> {
    const count = hashesOnLevel(this.#size, level);
    const hashes = splitHashes(await this.#tile(level, index, count));
    if (hashes.length < widthOf(count, index)) throw damaged(tilePath({ level, index }));
    return hashes;
  }

  /** The root over the leaves from `start` up to `end`, a range as RFC 6962 cuts a tree. @throws LogDamagedError */
  async rangeRoot(start: number, end: number): Promise<Uint8Array> {
    const length = end - start;
    if (2 ** Math.round(Math.log2(length)) === length) return this.#completeRoot(start, length);
    const middle = start + largestPowerOfTwoBelow(length);
    return nodeHash(await this.rangeRoot(start, middle), await this.rangeRoot(middle, end));
  }

  /** The root of 2^k leaves from a multiple of 2^k on: it lies in one tile, or is made from part of one. */
  async #completeRoot(start: number, length: number): Promise<Uint8Array> {
    const level = Math.floor(Math.round(Math.log2(length)) / tileHeight);
    const [first, count] = [start / tileWidth ** level, length / tileWidth ** level];
    const hashes = await this.hashes(level, Math.floor(first / tileWidth));
    return rootOf(hashes.slice(first % tileWidth, (first % tileWidth) + count));
  }

  #tile(level: TileName['level'], index: number, count: number): Promise<Buffer> {
    const key = `${level}/${index}`;
    const known = this.#read.get(key) ?? this.#readTile(level, index, widthOf(count, index));
    this.#read.set(key, known);
    return known;
  }

  /** A partial tile goes when the whole one is there, which begins with it. */
  async #readTile(level: TileName['level'], index: number, width: number): Promise<Buffer> {
    const partial = width < tileWidth ? await findFile(join(this.#folder, tilePath({ level, index, width }))) : null;
    const bytes = partial ?? (await findFile(join(this.#folder, tilePath({ level, index }))));
    if (!bytes) throw damaged(tilePath({ level, index, width }));
    return bytes;
  }
}

function damaged(path: string): LogDamagedError {
  return new LogDamagedError(`the log's file ${path} is missing or broken`);
}
