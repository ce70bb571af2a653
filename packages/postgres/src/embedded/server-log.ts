import { appendFile, rename, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';

const maxLogBytes = 1024 * 1024;

/** Drains what the server prints into the file, of which one predecessor is kept. Never throws: a full disk costs log lines. */
export async function keepServerLog(output: Readable, path: string): Promise<void> {
  let bytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  try {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      if (bytes + chunk.length > maxLogBytes) {
        await rename(path, `${path}.1`).catch(() => {});
        bytes = 0;
      }
      bytes += chunk.length;
      await append(path, chunk);
    }
  } catch {
    // The pipe broke, so there is nothing more to keep.
  }
}

async function append(path: string, chunk: Buffer): Promise<void> {
  try {
    await appendFile(path, chunk, { mode: 0o600 });
  } catch {
    // Another user's program may have left a file that we cannot write but may set aside.
    await rename(path, `${path}.1`).catch(() => {});
    await appendFile(path, chunk, { mode: 0o600 }).catch(() => {});
  }
}
