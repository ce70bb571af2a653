import { randomBytes } from 'node:crypto';
import { closeSync, globSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A text or bytes that stand nowhere else, and every form they could leak in. */
export class Canary {
  readonly text: string;
  readonly #forms: readonly (readonly [string, Buffer])[];

  constructor(planted: string | Buffer = `canary${randomBytes(18).toString('hex')}`) {
    const bytes = Buffer.from(planted);
    this.text = bytes.toString();
    this.#forms = [
      ['utf-8', bytes],
      ['utf-16', Buffer.from(this.text, 'utf16le')],
      ['hex', Buffer.from(bytes.toString('hex'))],
      ['upper-case hex', Buffer.from(bytes.toString('hex').toUpperCase())],
      ['reversed', Buffer.from(bytes.toReversed())],
      ...[0, 1, 2].map((offset) => [`base64 at ${offset}`, base64Core(bytes, offset)] as const),
    ];
  }

  /** In which forms the bytes hold it. */
  formsIn(bytes: Buffer): string[] {
    return this.#forms.filter(([, form]) => bytes.includes(form)).map(([name]) => name);
  }
}

/** The base64 characters that depend on these bytes alone, when so many bytes stand before them. */
function base64Core(bytes: Buffer, offset: number): Buffer {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  return Buffer.from(encoded.slice(Math.ceil((offset * 8) / 6), encoded.length - 1));
}

/** Where in a folder's files one of the canaries stands: `file: form`. Throws when there was nothing to look at. */
export function searchFiles(
  folder: string,
  canaries: readonly Canary[],
  isLeftOut: (path: string) => boolean = () => false,
): string[] {
  const files = globSync('**/*', { cwd: folder }).filter((path) => !isLeftOut(path) && isFile(join(folder, path)));
  if (files.length === 0) throw new Error(`${folder} has no files to search.`);
  return files.flatMap((path) => {
    const bytes = readIfThere(join(folder, path));
    return canaries.flatMap((canary) => canary.formsIn(bytes).map((form) => `${path}: ${form}`));
  });
}

/** PostgreSQL removes files while they are looked at, such as the marks of pieces of the WAL that are archived. */
function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

const chunkBytes = 16 * 1024 * 1024;
const overlapBytes = 4 * 1024;

/** Where in the memory of a process one of the canaries stands. Throws when its memory cannot be read. */
export function searchMemory(pid: number, canaries: readonly Canary[]): string[] {
  const found: string[] = [];
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  let searched = 0;
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const [range = '', modes = ''] = line.split(' ');
    const [start = 0, end = 0] = range.split('-').map((address) => parseInt(address, 16));
    if (!modes.startsWith('rw')) continue;
    for (let at = start; at < end; at += chunkBytes - overlapBytes) {
      const bytes = readMemory(memory, at, Math.min(chunkBytes, end - at));
      searched += bytes.length;
      found.push(...canaries.flatMap((canary) => canary.formsIn(bytes).map((form) => `memory of ${pid}: ${form}`)));
    }
  }
  closeSync(memory);
  if (searched < 10_000_000) throw new Error(`Only ${searched} bytes of process ${pid} could be read.`);
  return found;
}

function readMemory(memory: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  try {
    return bytes.subarray(0, readSync(memory, bytes, 0, length, at));
  } catch {
    // Reserved, never touched: there is nothing in it.
    return Buffer.alloc(0);
  }
}
