import { statements, type Statement } from '../access/statements.ts';
import type { Finding, Status } from './check.ts';

/** How a statement stands, by everything that was looked at for it. */
export interface Standing {
  readonly statement: Statement;
  readonly text: string;
  readonly status: Status;
  readonly checks: readonly Omit<Finding, 'statements'>[];
}

/** One line for each statement: failed when any check did, ok when one saw it and none failed. */
export function summarize(findings: readonly Finding[]): Standing[] {
  return (Object.keys(statements) as Statement[]).map((statement) => {
    const its = findings.filter((finding) => finding.statements.includes(statement));
    const checks = its.map(({ what, status, detail }) => ({ what, status, detail }));
    return { statement, text: statements[statement], status: statusOf(checks), checks };
  });
}

function statusOf(checks: readonly { status: Status }[]): Status {
  const has = (wanted: Status) => checks.some(({ status }) => status === wanted);
  if (has('failed')) return 'failed';
  return has('ok') ? 'ok' : 'not-checked';
}

/** One JSON object per line: every statement with its checks, then the sum. */
export function toJson(standings: readonly Standing[]): string {
  const lines = standings.map((standing) => ({ event: 'statement', ...standing }));
  return [...lines, { event: 'verified', ...count(standings) }].map((line) => `${JSON.stringify(line)}\n`).join('');
}

const labels: Readonly<Record<Status, string>> = { ok: 'ok', failed: 'FAILED', 'not-checked': 'not checked' };
const labelWidth = 'not checked'.length;

/** A line for each statement, under it what was looked at for it; the sum comes last. */
export function toText(standings: readonly Standing[]): string {
  const { failed, notChecked } = count(standings);
  const names = standings.filter(({ status }) => status === 'failed').map(({ statement }) => statement);
  const sum = failed === 0 ? 'Nothing was found wrong' : `Found wrong: ${names.join(', ')}`;
  return `${standings.map(describe).join('')}\n${sum}; not checked: ${notChecked} of ${standings.length} statements.\n`;
}

function describe({ statement, text, status, checks }: Standing): string {
  const head = `${labels[status].padEnd(labelWidth)}  ${statement.padEnd(3)}  ${text}\n`;
  const lines = checks.map(
    ({ status: its, what, detail }) => `${' '.repeat(labelWidth + 7)}${labels[its]}: ${what}: ${detail}\n`,
  );
  return head + lines.join('');
}

function count(standings: readonly Standing[]): { ok: number; failed: number; notChecked: number } {
  const of = (status: Status) => standings.filter((standing) => standing.status === status).length;
  return { ok: of('ok'), failed: of('failed'), notChecked: of('not-checked') };
}
