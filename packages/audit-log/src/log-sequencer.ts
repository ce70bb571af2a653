import { limits } from '@postern/protocol';
import { LogDamagedError } from './errors.ts';
import { MerkleLog } from './merkle-log.ts';

/** Rows that are to be in the log. Their entries are JSON and have the row's `id`. */
export interface EntrySource {
  /** Up to `limit` rows that have no index yet, oldest first. */
  listPending(limit: number): Promise<readonly { id: string; entry: Uint8Array }[]>;
  /** Notes where rows stand in the log. Rows that are not there any more, or have an index, are passed over. */
  setIndexes(places: readonly { id: string; index: number }[]): Promise<void>;
  /** One more than the highest index of any row; 0 when none has one. */
  nextIndex(): Promise<number>;
}

/** Held by the one process that writes the log. */
interface WriterLock {
  readonly released: Promise<void>;
  release(): Promise<void>;
}

interface LogSequencerOptions {
  readonly folder: string;
  readonly origin: string;
  readonly source: EntrySource;
  /** Null while another process writes. */
  takeLock(): Promise<WriterLock | null>;
  readonly logger: { error(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/**
 * Brings rows into the log, in the order in which they can be seen: every second, and when it is told. A row that was
 * appended and not noted, because of a crash or because the database came back from a backup, is recognised by its id;
 * the log itself is never shortened.
 */
export class LogSequencer {
  readonly #options: LogSequencerOptions;
  #lock: WriterLock | null = null;
  #log: MerkleLog | null = null;
  #running: Promise<void> | null = null;
  #isWanted = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LogSequencerOptions) {
    this.#options = options;
  }

  /** Looks once, then from time to time. What fails is logged, and tried again. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => this.wake(), limits.auditSequenceMs);
    this.wake();
    await this.#running;
  }

  /** There are new rows. */
  wake(): void {
    if (this.#isStopped) return;
    this.#isWanted = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  /** Brings in what is there, then lets another process write. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.wake();
    this.#isStopped = true;
    await this.#running;
    await this.#lock?.release();
  }

  async #run(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false;
      try {
        await this.#look();
      } catch (error) {
        this.#log = null;
        const { logger } = this.#options;
        if (error instanceof LogDamagedError)
          logger.error({ err: error, alarm: 'audit-log' }, 'the audit log is damaged');
        else logger.warn({ err: error }, 'the audit log could not be written; will be tried again');
      }
    }
  }

  async #look(): Promise<void> {
    this.#lock ??= await this.#takeLock();
    if (!this.#lock) return;
    this.#log ??= await this.#openLog();
    for (;;) {
      const rows = await this.#options.source.listPending(limits.maxEntriesPerAppend);
      if (rows.length === 0 || !this.#lock) return;
      const first = await this.#log.append(rows.map(({ entry }) => entry));
      await this.#options.source.setIndexes(rows.map(({ id }, at) => ({ id, index: first + at })));
    }
  }

  async #takeLock(): Promise<WriterLock | null> {
    const lock = await this.#options.takeLock();
    if (lock) void this.#watch(lock);
    return lock;
  }

  /** When the lock is lost, another process may write: what is known of the log is not true any more. */
  async #watch(lock: WriterLock): Promise<void> {
    await lock.released;
    if (this.#lock !== lock) return;
    this.#lock = null;
    this.#log = null;
  }

  /** Every entry was a row once. Those from the highest noted index on may be rows that do not know it. */
  async #openLog(): Promise<MerkleLog> {
    const { folder, origin, source } = this.#options;
    const log = await MerkleLog.open({ folder, origin });
    let next = await source.nextIndex();
    if (next > log.size) throw new LogDamagedError(`the log has ${log.size} entries; ${next} were written`);
    const reader = await log.read();
    while (next < log.size) {
      const count = Math.min(limits.maxEntriesPerAppend, log.size - next);
      const places = await Promise.all(
        Array.from({ length: count }, async (_, at) => ({
          id: idOf(await reader.entryAt(next + at)),
          index: next + at,
        })),
      );
      await source.setIndexes(places);
      next += count;
    }
    return log;
  }
}

function idOf(entry: Uint8Array): string {
  const { id } = JSON.parse(Buffer.from(entry).toString('utf8')) as { id?: unknown };
  if (typeof id !== 'string') throw new LogDamagedError('an entry of the log has no id');
  return id;
}
