import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Makes a folder that only its owner can look into. */
export function ensurePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** Writes a file (0600) so that, whenever the machine stops, either the old or the new one is there, whole. */
export function writeDurably(path: string, bytes: Uint8Array): void {
  const draft = `${path}.${process.pid}.new`;
  const descriptor = openSync(draft, 'w', 0o600);
  try {
    // Unlike a single write, this one does not stop in the middle of a full disk without a word.
    writeFileSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/**
 * Overwrites a file, then removes it. Where the disk or its file system writes elsewhere than it reads (SSDs, snapshots,
 * copy on write), the old bytes may survive: for that there is a token (PKCS#11) or an encrypted disk.
 */
export function destroyFile(path: string): void {
  if (!existsSync(path)) return;
  const descriptor = openSync(path, 'r+');
  try {
    const { size } = fstatSync(descriptor);
    writeFileSync(descriptor, Buffer.alloc(size));
    fsyncSync(descriptor);
    ftruncateSync(descriptor, 0);
  } finally {
    closeSync(descriptor);
  }
  unlinkSync(path);
  syncFolder(dirname(path));
}

/** A file's bytes; null when it is not there. */
export function findFile(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** A rename or a removal is durable only when its folder is. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
