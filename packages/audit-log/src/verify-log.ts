import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '@postern/protocol';
import { findCheckpoint, type Checkpoint } from './checkpoint.ts';
import { findFile } from './durable-file.ts';
import { GrowingRoot, hashBytes, leafHash, rootOf } from './hashing.ts';
import { findVerifierKey } from './log-key.ts';
import { decodeEntries, encodeEntries, hashesOnLevel, tilePath, tileWidth, widthOf, type TileName } from './tiles.ts';

interface VerifyOptions {
  /** The line to check signatures with; the one in the log's folder when left out. */
  readonly verifierKey?: string;
  /** Checkpoints that were seen before: what the log was at their size must be there still. */
  readonly earlier?: readonly string[];
}

/** What is wrong with a log; the first 100 findings. Size 0 when there is no checkpoint to believe. */
export interface LogVerification {
  readonly size: number;
  readonly problems: readonly string[];
}

/**
 * Checks a log by its files alone: hashes every entry again, and compares every tile, the checkpoint and its signature.
 * A log that was rewritten by the holder of its key is only recognised by an earlier checkpoint.
 */
export async function verifyLog(folder: string, options: VerifyOptions = {}): Promise<LogVerification> {
  const problems: string[] = [];
  const verifierKey = options.verifierKey ?? (await findVerifierKey(folder));
  const note = await findFile(join(folder, 'checkpoint'));
  const said = verifierKey === null || !note ? null : findCheckpoint(note.toString('utf8'), verifierKey);
  if (verifierKey === null || !said)
    return { size: 0, problems: ['there is no checkpoint that is signed by the key of the log'] };
  const roots = new Map<number, Checkpoint[]>();
  for (const earlier of options.earlier ?? []) {
    const seen = findCheckpoint(earlier, verifierKey);
    if (!seen) problems.push('an earlier checkpoint is not signed by the key of the log');
    else if (seen.size > said.size) problems.push(`the log has ${said.size} entries; it had ${seen.size} before`);
    else roots.set(seen.size, [...(roots.get(seen.size) ?? []), seen]);
  }
  roots.set(said.size, [...(roots.get(said.size) ?? []), said]);
  await new LogCheck(folder, said.size, roots, problems).run();
  return { size: said.size, problems: problems.slice(0, limits.maxLogProblems) };
}

/** One pass over all entries, first to last. */
class LogCheck {
  readonly #folder: string;
  readonly #size: number;
  readonly #roots: ReadonlyMap<number, readonly Checkpoint[]>;
  readonly #problems: string[];
  /** The hashes of the tile under way on each level, as the entries give them. */
  readonly #hashes: Uint8Array[][] = [];
  readonly #growing = new GrowingRoot();
  #seen = 0;

  constructor(folder: string, size: number, roots: ReadonlyMap<number, readonly Checkpoint[]>, problems: string[]) {
    this.#folder = folder;
    this.#size = size;
    this.#roots = roots;
    this.#problems = problems;
  }

  async run(): Promise<void> {
    this.#compareRoots();
    for (let index = 0; index * tileWidth < this.#size; index += 1) {
      const entries = await this.#readEntries(index);
      if (!entries) return;
      for (const entry of entries) await this.#add(leafHash(entry));
      if (this.#problems.length >= limits.maxLogProblems) return;
    }
    for (const [level, hashes] of this.#hashes.entries()) {
      const index = Math.floor(hashesOnLevel(this.#size, level) / tileWidth);
      if (hashes.length > 0) await this.#compare({ level, index, width: hashes.length }, Buffer.concat(hashes));
    }
  }

  /** Without the entries of a tile, nothing after it can be checked. */
  async #readEntries(index: number): Promise<Uint8Array[] | null> {
    const tile = { level: 'entries', index, width: widthOf(this.#size, index) } as const;
    const bytes = await this.#findTile(tile, (whole) =>
      encodeEntries((decodeEntries(whole) ?? []).slice(0, tile.width)),
    );
    const entries = bytes && decodeEntries(bytes);
    if (entries?.length !== tile.width) {
      this.#problems.push(`${tilePath(tile)} is ${bytes ? 'broken' : 'missing'}`);
      return null;
    }
    await this.#comparePartials(tile, (width) => encodeEntries(entries.slice(0, width)));
    return entries;
  }

  async #add(leaf: Uint8Array): Promise<void> {
    this.#seen += 1;
    this.#growing.add(leaf);
    this.#compareRoots();
    let hash = leaf;
    for (let level = 0; ; level += 1) {
      const hashes = (this.#hashes[level] ??= []);
      hashes.push(hash);
      if (hashes.length < tileWidth) return;
      await this.#compare({ level, index: hashesOnLevel(this.#seen, level) / tileWidth - 1 }, Buffer.concat(hashes));
      hash = rootOf(hashes.splice(0));
    }
  }

  #compareRoots(): void {
    for (const { root } of this.#roots.get(this.#seen) ?? [])
      if (Buffer.compare(root, this.#growing.root()) !== 0)
        this.#problems.push(`the first ${this.#seen} entries are not those that a checkpoint was signed for`);
  }

  async #compare(tile: TileName, bytes: Buffer): Promise<void> {
    const found = await this.#findTile(tile, (whole) => whole.subarray(0, bytes.length));
    if (!found?.equals(bytes))
      this.#problems.push(`${tilePath(tile)} is ${found ? 'not what the entries say' : 'missing'}`);
    await this.#comparePartials(tile, (width) => bytes.subarray(0, width * hashBytes));
  }

  /** While the log grows, the whole tile may have taken the place of its part. */
  async #findTile(
    { level, index, width = tileWidth }: TileName,
    cut: (whole: Buffer) => Buffer,
  ): Promise<Buffer | null> {
    const part = await findFile(join(this.#folder, tilePath({ level, index, width })));
    if (part || width === tileWidth) return part;
    const whole = await findFile(join(this.#folder, tilePath({ level, index })));
    return whole && cut(whole);
  }

  /** A part of a tile that was published before is the beginning of what there is now. */
  async #comparePartials(
    { level, index, width = tileWidth }: TileName,
    start: (width: number) => Buffer,
  ): Promise<void> {
    const folder = `${tilePath({ level, index })}.p`;
    const names = await readdir(join(this.#folder, folder)).catch(() => []);
    for (const name of names.filter((each) => /^[0-9]{1,3}$/.test(each) && Number(each) < width)) {
      const found = await findFile(join(this.#folder, folder, name));
      if (!found?.equals(start(Number(name)))) this.#problems.push(`${folder}/${name} is not what the entries say`);
    }
  }
}
