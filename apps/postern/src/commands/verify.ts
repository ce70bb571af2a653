import { readFileSync } from 'node:fs';
import { verifyLog } from '@postern/audit-log';
import { UsageError } from '../cli/usage-error.ts';
import { runChecks } from '../verify/check.ts';
import { checks } from '../verify/checks.ts';
import { summarize, toJson, toText } from '../verify/report.ts';
import { Site } from '../verify/site.ts';

interface VerifyOptions {
  readonly data: string;
  /** A folder with config files, instead of a data folder. */
  readonly configDir: string | null;
  /** The folder of one audit log, which is then all that is checked. */
  readonly log: string | null;
  /** Files with checkpoints of that log that were seen before. */
  readonly earlier: readonly string[];
  /** Nothing is meant to run: that is not counted. */
  readonly isStopped: boolean;
  readonly json: boolean;
}

/** What programs that watch an installation go by (docs/guarantees.md). */
const exitCodes = { nothingWrong: 0, wrong: 1, notReached: 3 } as const;

/**
 * Looks at an installation, statement by statement, or at one audit log by its files alone. Resolves to the exit code: 0
 * when nothing is wrong, 1 when something is, 3 when nothing is but not all of the installation could be reached.
 * @throws DataFolderError | ConfigError | UsageError when there is nothing to look at
 */
export async function verify(options: VerifyOptions): Promise<number> {
  const { log, earlier, json } = options;
  if (log !== null) return verifyOneLog(log, { earlier, json });
  if (earlier.length > 0) throw new UsageError('A checkpoint is of one log: name it with --log.');
  const site = await Site.open(options);
  try {
    const findings = await runChecks(checks, site);
    const standings = summarize(findings);
    const unreachable = [...new Set(findings.flatMap((one) => (one.isUnreachable ? [one.detail] : [])))];
    const reach = { isRunning: site.isRunning, unreachable };
    process.stdout.write(json ? toJson(standings, reach) : toText(standings, reach));
    if (standings.some(({ status }) => status === 'failed')) return exitCodes.wrong;
    const isReached = site.isRunning && unreachable.length === 0;
    return isReached || options.isStopped ? exitCodes.nothingWrong : exitCodes.notReached;
  } finally {
    await site.close();
  }
}

async function verifyOneLog(
  folder: string,
  { earlier, json }: Pick<VerifyOptions, 'earlier' | 'json'>,
): Promise<number> {
  const checkpoints = earlier.map((file) => readFileSync(file, 'utf8'));
  const { size, problems } = await verifyLog(folder, { earlier: checkpoints });
  const finding = { event: 'audit-log', folder, size, problems };
  process.stdout.write(json ? `${JSON.stringify(finding)}\n` : describeLog(finding));
  return problems.length === 0 ? 0 : 1;
}

function describeLog(finding: { folder: string; size: number; problems: readonly string[] }): string {
  const { folder, size, problems } = finding;
  if (problems.length === 0) return `ok       ${folder}: ${size} entries\n`;
  return problems.map((problem) => `PROBLEM  ${folder}: ${problem}\n`).join('');
}
