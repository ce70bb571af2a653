/** What a gate found: how much it looked at, and what is wrong. */
export interface Verdict {
  /** How many things it looked at; a gate that saw nothing has failed. */
  seen: number;
  /** What those things are, for example `source files`. */
  what: string;
  problems: readonly string[];
}

/** Prints a gate's verdict and sets the exit code: 1 for any problem, and for having seen nothing. */
export function conclude({ seen, what, problems }: Verdict): void {
  const found = seen === 0 ? [...problems, `No ${what} were seen: this gate cannot tell anything.`] : problems;
  for (const problem of found) process.stdout.write(`${problem.trimEnd()}\n`);
  process.stdout.write(`${seen} ${what}, ${found.length} ${found.length === 1 ? 'problem' : 'problems'}\n`);
  if (found.length > 0) process.exitCode = 1;
}
