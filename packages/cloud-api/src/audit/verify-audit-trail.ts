import { LogReader, verifyLog, type LogVerification } from '@postern/audit-log';
import type { Database } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { AuditRows, encodeAuditRow } from './audit-rows.ts';

interface VerifyOptions {
  readonly db: Database;
  readonly folder: string;
  /** Checkpoints that were seen before. */
  readonly earlier?: readonly string[];
}

/**
 * Checks the log by itself, then that every row that says it is in the log is there, as it was when it was written.
 * Rows that are missing are no fault: the database may have come back from a backup, and the log still has them.
 */
export async function verifyAuditTrail({ db, folder, earlier = [] }: VerifyOptions): Promise<LogVerification> {
  const { size, problems } = await verifyLog(folder, { earlier });
  const reader = problems.length === 0 ? await LogReader.find(folder) : null;
  if (!reader) return { size, problems };
  const rows = new AuditRows(db);
  const found: string[] = [];
  let after = -1;
  for (;;) {
    const page = await rows.listLogged(after, limits.maxEntriesPerAppend);
    for (const row of page) {
      const entry = row.log_index < reader.size ? await reader.entryAt(row.log_index) : null;
      if (!entry || !encodeAuditRow(row).equals(entry))
        found.push(`the row of entry ${row.log_index} is not what the log says`);
    }
    after = page.at(-1)?.log_index ?? after;
    if (page.length < limits.maxEntriesPerAppend || found.length >= limits.maxLogProblems) break;
  }
  return { size, problems: found.slice(0, limits.maxLogProblems) };
}
