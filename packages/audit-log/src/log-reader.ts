import { join } from 'node:path';
import { findCheckpoint, type Checkpoint } from './checkpoint.ts';
import { findFile } from './durable-file.ts';
import { LogDamagedError } from './errors.ts';
import { findVerifierKey } from './log-key.ts';
import { proveConsistency, proveInclusion } from './proofs.ts';
import { TileReader, tileWidth } from './tiles.ts';

/** A log as its checkpoint is now. It reads only, in any process, while the writer goes on; open one for each answer. */
export class LogReader {
  /** The signed note itself (C2SP tlog-checkpoint). */
  readonly checkpoint: string;
  /** The line that the checkpoint is checked with. */
  readonly verifierKey: string;
  readonly #said: Checkpoint;
  readonly #tiles: TileReader;

  private constructor(options: { folder: string; note: string; verifierKey: string; said: Checkpoint }) {
    this.checkpoint = options.note;
    this.verifierKey = options.verifierKey;
    this.#said = options.said;
    this.#tiles = new TileReader(options.folder, options.said.size);
  }

  /** Null when no log was begun there. @throws LogDamagedError when its checkpoint is not signed by its key */
  static async find(folder: string): Promise<LogReader | null> {
    const note = (await findFile(join(folder, 'checkpoint')))?.toString('utf8');
    const verifierKey = await findVerifierKey(folder);
    if (note === undefined || verifierKey === null) return null;
    const said = findCheckpoint(note, verifierKey);
    if (!said) throw new LogDamagedError('the checkpoint of the log is not signed by its key');
    return new LogReader({ folder, note, verifierKey, said });
  }

  get size(): number {
    return this.#said.size;
  }

  /** The bytes of one entry. @throws RangeError | LogDamagedError */
  async entryAt(index: number): Promise<Uint8Array> {
    if (!(index >= 0 && index < this.size)) throw new RangeError(`no entry ${index} of ${this.size}`);
    const entries = await this.#tiles.entries(Math.floor(index / tileWidth));
    return entries[index % tileWidth] as Uint8Array;
  }

  /** 32 bytes each, lowest first (RFC 6962 section 2.1.1). @throws RangeError | LogDamagedError */
  async inclusionProof(index: number, size: number = this.size): Promise<Uint8Array[]> {
    this.#assertSize(size);
    return proveInclusion((start, end) => this.#tiles.rangeRoot(start, end), index, size);
  }

  /** 32 bytes each (RFC 6962 section 2.1.2). @throws RangeError | LogDamagedError */
  async consistencyProof(from: number, to: number = this.size): Promise<Uint8Array[]> {
    this.#assertSize(to);
    return proveConsistency((start, end) => this.#tiles.rangeRoot(start, end), from, to);
  }

  #assertSize(size: number): void {
    if (size > this.size) throw new RangeError(`the log has ${this.size} entries, not ${size}`);
  }
}
