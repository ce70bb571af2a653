import { appendFile, rename, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { limits } from '@postern/protocol';

/** The log of one system. It and its one predecessor never grow beyond their limit. */
export class LogFile {
  readonly path: string;
  #bytes: number | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /** Keeps all that the stream brings, until it ends. Never throws: a full disk costs log lines, not the system. */
  async keep(stream: Readable): Promise<void> {
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) await this.append(chunk);
    } catch {
      // The pipe broke: there is nothing more to keep.
    }
  }

  async append(text: Buffer | string): Promise<void> {
    this.#bytes ??= await sizeOf(this.path);
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes > limits.maxSystemLogBytes) {
      await rename(this.path, `${this.path}.1`).catch(() => {});
      this.#bytes = Buffer.byteLength(text);
    }
    await appendFile(this.path, text, { mode: 0o600 }).catch(() => {});
  }
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
