import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { MerkleLog } from '../src/merkle-log.ts';

export const origin = 'example.test/audit';

export function makeFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-log-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function entriesFrom(first: number, count: number): Buffer[] {
  return Array.from({ length: count }, (_, at) => Buffer.from(`{"id":"${first + at}"}`));
}

/** A log of so many entries, written in several appends. */
export async function makeLog(folder: string, count: number): Promise<MerkleLog> {
  const log = await MerkleLog.open({ folder, origin });
  for (const part of [0.3, 0.9, 1]) {
    const wanted = Math.floor(count * part) - log.size;
    if (wanted > 0) await log.append(entriesFrom(log.size, wanted));
  }
  return log;
}

/** Turns one bit of a file. */
export function flipBit(path: string, at: number): void {
  const bytes = readFileSync(path);
  const index = at % bytes.length;
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
