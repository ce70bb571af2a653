import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '@postern/protocol';
import { findCheckpoint, signCheckpoint, type LogKey } from './checkpoint.ts';
import { findFile, writeDurably } from './durable-file.ts';
import { LogDamagedError, LogEntryError, LogInDoubtError } from './errors.ts';
import { edgeRoot, grow, partialTiles, readEdge, type Edge } from './edge.ts';
import { emptyRoot } from './hashing.ts';
import { removeLeftovers } from './leftovers.ts';
import { findLogKey, makeLogKey, writeVerifierKey } from './log-key.ts';
import { LogReader } from './log-reader.ts';
import { tilePath } from './tiles.ts';

interface MerkleLogOptions {
  /** Made when it is missing; holds nothing else. */
  readonly folder: string;
  /** The name in its checkpoints and its key; no spaces, no `+`. */
  readonly origin: string;
}

/**
 * The writer of an append-only log: RFC 6962 hashing, C2SP tlog-tiles on disk, signed checkpoints. An entry is in the
 * log when a checkpoint covers it. One writer at a time, which the caller sees to; after a failed `append`, open it anew.
 */
export class MerkleLog {
  readonly #folder: string;
  readonly #origin: string;
  readonly #key: LogKey;
  #edge: Edge;
  #isInDoubt = false;

  private constructor(options: MerkleLogOptions, key: LogKey, edge: Edge) {
    this.#folder = options.folder;
    this.#origin = options.origin;
    this.#key = key;
    this.#edge = edge;
  }

  /**
   * Opens the log, or begins it with a new key. What a crash left behind the checkpoint is removed.
   * @throws LogDamagedError when there is a log, and its key or checkpoint is missing, wrong or another log's
   */
  static async open(options: MerkleLogOptions): Promise<MerkleLog> {
    const { folder, origin } = options;
    const note = (await findFile(join(folder, 'checkpoint')))?.toString('utf8');
    if (note === undefined) return MerkleLog.#begin(options);
    const key = await findLogKey(folder, origin);
    const said = key && findCheckpoint(note, key.verifierKey);
    if (!said) throw new LogDamagedError(`the log has no checkpoint of ${origin} that is signed by its key`);
    const edge = await readEdge(folder, said.size);
    if (Buffer.compare(edgeRoot(edge.hashes), said.root) !== 0)
      throw new LogDamagedError('the tiles are not what the checkpoint says');
    await removeLeftovers(folder, said.size);
    return new MerkleLog(options, key, edge);
  }

  /** A log without a checkpoint is new, unless there are tiles: those would be overwritten. */
  static async #begin(options: MerkleLogOptions): Promise<MerkleLog> {
    const { folder, origin } = options;
    if (existsSync(join(folder, 'tile'))) throw new LogDamagedError('the log has tiles and no checkpoint');
    const key = (await findLogKey(folder, origin)) ?? (await makeLogKey(folder, origin));
    await writeVerifierKey(folder, key);
    const log = new MerkleLog(options, key, { size: 0, hashes: [[]], entries: [] });
    await log.#writeCheckpoint(0, emptyRoot);
    return log;
  }

  get size(): number {
    return this.#edge.size;
  }

  /**
   * Adds entries in this order; they are durable, and covered by the checkpoint, when this resolves.
   * @returns the index of the first one @throws LogEntryError, before anything is written | LogInDoubtError
   */
  async append(entries: readonly Uint8Array[]): Promise<number> {
    for (const { length } of entries)
      if (length === 0 || length > limits.maxLogEntryBytes) throw new LogEntryError(`an entry has ${length} bytes`);
    // Until the end: a checkpoint may be out although its writing failed, and must not be contradicted by another.
    if (this.#isInDoubt) throw new LogInDoubtError('an append failed; the log must be opened anew');
    this.#isInDoubt = true;
    if ((await this.read()).size !== this.#edge.size) throw new LogInDoubtError('another writer has appended');
    const first = this.#edge.size;
    const { edge, whole } = grow(this.#edge, entries);
    for (const tile of [...whole, ...partialTiles(edge)])
      await writeDurably(join(this.#folder, tilePath(tile)), tile.bytes);
    await this.#writeCheckpoint(edge.size, edgeRoot(edge.hashes));
    for (const tile of whole) await rm(join(this.#folder, `${tilePath(tile)}.p`), { recursive: true, force: true });
    this.#edge = edge;
    this.#isInDoubt = false;
    return first;
  }

  /** The log as it is now, for entries and proofs. */
  async read(): Promise<LogReader> {
    const reader = await LogReader.find(this.#folder);
    if (!reader) throw new LogDamagedError('the checkpoint of the log was removed');
    return reader;
  }

  async #writeCheckpoint(size: number, root: Uint8Array): Promise<void> {
    const note = signCheckpoint({ origin: this.#origin, size, root }, this.#key);
    await writeDurably(join(this.#folder, 'checkpoint'), note);
  }
}
