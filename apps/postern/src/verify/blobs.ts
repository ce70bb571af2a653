import { isUtf8 } from 'node:buffer';
import { closeSync, existsSync, lstatSync, opendirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '@postern/protocol';
import { NotCheckableError, unless, type Verdict } from './check.ts';

/** The first byte of an encrypted attachment (packages/signal/src/attachment.ts). */
const attachmentVersion = 1;
const lookedAtBytes = 4_096;

/** That nobody else can enter the folder of the attachments, and that some of its files are nothing to read. */
export function checkBlobs(folder: string): Verdict {
  if (!existsSync(folder)) throw new NotCheckableError('the folder blobsFolder of the transport is not here');
  const open = (lstatSync(folder).mode & 0o077) === 0 ? [] : [`others can get at ${folder}`];
  const files = listSome(folder);
  const readable = files.filter((path) => !looksEncrypted(path)).length;
  const problems = readable === 0 ? open : [...open, `${readable} of ${files.length} files look readable`];
  return unless(problems, `its folder is closed to others; ${files.length} files looked at, none readable`);
}

function listSome(folder: string): string[] {
  const found: string[] = [];
  const directory = opendirSync(folder, { recursive: true });
  try {
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
      if (entry.isFile()) found.push(join(entry.parentPath, entry.name));
      if (found.length === limits.verifySampleRows) break;
    }
  } finally {
    directory.closeSync();
  }
  return found;
}

/** Random bytes of this length are text in UTF-8 with a chance of less than one in 2^60. */
function looksEncrypted(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const begin = Buffer.alloc(lookedAtBytes);
    const bytes = begin.subarray(0, readSync(file, begin));
    return bytes.length === 0 || (bytes[0] === attachmentVersion && !isUtf8(bytes));
  } finally {
    closeSync(file);
  }
}
