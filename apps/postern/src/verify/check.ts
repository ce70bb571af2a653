import type { Statement } from '../access/statements.ts';
import type { Site } from './site.ts';

/** PostgreSQL's code for a statement that was stopped, as by its timeout. */
const queryCancelled = '57014';

export type Status = 'ok' | 'failed' | 'not-checked';

/** What a check saw. */
export interface Verdict {
  readonly status: Status;
  /** One line: what was seen, what is wrong, or why nothing could be seen. */
  readonly detail: string;
  /** Not checked because something that is to be there all the time did not let itself be looked at. */
  readonly isUnreachable?: boolean;
}

/** One thing that can be looked at from outside, and the statements that it would speak against. */
export interface Check {
  readonly statements: readonly Statement[];
  readonly what: string;
  look(site: Site): Promise<Verdict> | Verdict;
}

export interface Finding extends Verdict {
  readonly statements: readonly Statement[];
  readonly what: string;
}

/** What a check needs is not there; the message says what. It is no finding against the installation. */
export class NotCheckableError extends Error {
  override readonly name = 'NotCheckableError';
  readonly retryable = false;
}

export function ok(detail: string): Verdict {
  return { status: 'ok', detail };
}

export function notChecked(detail: string): Verdict {
  return { status: 'not-checked', detail };
}

/** Failed when anything was found wrong, with all of it; else ok. */
export function unless(problems: readonly string[], detail: string): Verdict {
  return problems.length === 0 ? ok(detail) : { status: 'failed', detail: problems.join('; ') };
}

/** Looks at everything, one after the other. A check that throws has seen nothing, neither good nor bad. */
export async function runChecks(checks: readonly Check[], site: Site): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    const { statements, what } = check;
    findings.push({ statements, what, ...(await look(check, site)) });
  }
  return findings;
}

async function look(check: Check, site: Site): Promise<Verdict> {
  try {
    return await check.look(site);
  } catch (error) {
    if (error instanceof NotCheckableError) return notChecked(error.message);
    if ((error as { code?: string }).code === queryCancelled) return notChecked('the database took too long to answer');
    const detail = `it could not be looked at: ${(error as Error).message}`;
    return { ...notChecked(detail), isUnreachable: true };
  }
}
