import { readFileSync } from 'node:fs';
import { writePrivateJson } from '../instance/private-file.ts';

/** How far an instance's clock runs ahead of the machine's, remembered in a file. */
export class ClockFile {
  readonly #path: string;
  #offsetMs: number;

  constructor(path: string) {
    this.#path = path;
    this.#offsetMs = read(path);
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Moves the clock forward, never back. Durable when this returns. */
  advance(ms: number): number {
    this.#offsetMs += Math.max(0, ms);
    writePrivateJson(this.#path, { offsetMs: this.#offsetMs });
    return this.#offsetMs;
  }
}

function read(path: string): number {
  try {
    const { offsetMs } = JSON.parse(readFileSync(path, 'utf8')) as { offsetMs?: unknown };
    return typeof offsetMs === 'number' && offsetMs >= 0 ? offsetMs : 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
