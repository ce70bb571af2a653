import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/** Writes a file that only its owner can read (mode 0600), in one step: a reader sees the old text or the new. */
export function writePrivateFile(path: string, text: string): void {
  const draft = `${path}.new`;
  const descriptor = openSync(draft, 'w', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, path);
}

/** Writes an object as JSON into a private file. */
export function writePrivateJson(path: string, value: object): void {
  writePrivateFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
