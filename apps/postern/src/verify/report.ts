import { statements, type Statement } from '../access/statements.ts';
import type { Finding, Status } from './check.ts';

/** `partly`: what was looked at is ok, and something was not looked at. */
export type StandingStatus = Status | 'partly';

/** How a statement stands, by everything that was looked at for it. */
export interface Standing {
  readonly statement: Statement;
  readonly text: string;
  readonly status: StandingStatus;
  readonly checks: readonly Omit<Finding, 'statements'>[];
}

/** One line for each statement: failed when any check did, ok only when every check looked and saw it. */
export function summarize(findings: readonly Finding[]): Standing[] {
  return (Object.keys(statements) as Statement[]).map((statement) => {
    const its = findings.filter((finding) => finding.statements.includes(statement));
    const checks = its.map(({ what, status, detail }) => ({ what, status, detail }));
    return { statement, text: statements[statement], status: statusOf(checks), checks };
  });
}

function statusOf(checks: readonly { status: Status }[]): StandingStatus {
  const has = (wanted: Status) => checks.some(({ status }) => status === wanted);
  if (has('failed')) return 'failed';
  if (!has('ok')) return 'not-checked';
  return has('not-checked') ? 'partly' : 'ok';
}

/** Whether the installation was there to be looked at. */
export interface Reach {
  readonly isRunning: boolean;
  /** What did not answer or could not be read, each thing once. */
  readonly unreachable: readonly string[];
}

/** One JSON object per line: every statement with its checks, then the sum. */
export function toJson(standings: readonly Standing[], reach: Reach): string {
  const lines = standings.map((standing) => ({ event: 'statement', ...standing }));
  return [...lines, { event: 'verified', ...count(standings), ...reach }]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

const labels: Readonly<Record<StandingStatus, string>> = {
  ok: 'ok',
  partly: 'partly',
  failed: 'FAILED',
  'not-checked': 'not checked',
};
const labelWidth = 'not checked'.length;

/** What could not be reached, then a line for each statement, under it what was looked at for it; the sum comes last. */
export function toText(standings: readonly Standing[], reach: Reach): string {
  const { failed, partly, notChecked } = count(standings);
  const names = standings.filter(({ status }) => status === 'failed').map(({ statement }) => statement);
  const sum = failed === 0 ? 'Nothing was found wrong' : `Found wrong: ${names.join(', ')}`;
  const seen = `partly looked at: ${partly}, not checked: ${notChecked} of ${standings.length} statements`;
  return `${describeReach(reach)}${standings.map(describe).join('')}\n${sum}; ${seen}.\n`;
}

function describeReach({ isRunning, unreachable }: Reach): string {
  if (!isRunning) return 'Postern does not run on this data folder: only files were looked at.\n\n';
  if (unreachable.length === 0) return '';
  return `Not everything could be looked at:\n${unreachable.map((each) => `  ${each}\n`).join('')}\n`;
}

function describe({ statement, text, status, checks }: Standing): string {
  const head = `${labels[status].padEnd(labelWidth)}  ${statement.padEnd(3)}  ${text}\n`;
  const lines = checks.map(
    ({ status: its, what, detail }) => `${' '.repeat(labelWidth + 7)}${labels[its]}: ${what}: ${detail}\n`,
  );
  return head + lines.join('');
}

function count(standings: readonly Standing[]): Record<'ok' | 'partly' | 'failed' | 'notChecked', number> {
  const of = (status: StandingStatus) => standings.filter((standing) => standing.status === status).length;
  return { ok: of('ok'), partly: of('partly'), failed: of('failed'), notChecked: of('not-checked') };
}
