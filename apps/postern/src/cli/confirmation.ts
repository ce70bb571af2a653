import { createInterface } from 'node:readline/promises';
import { UsageError } from './usage-error.ts';

/** Where somebody may sit who can be asked. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/** Asks whether it shall be done; only the word `yes` means so. @throws UsageError where nobody can be asked */
export async function confirm(question: string, { input, output }: Terminal): Promise<boolean> {
  if (input.isTTY !== true) throw new UsageError('Nobody can be asked here. Say --yes if it shall be done.');
  const lines = createInterface({ input, output });
  try {
    // Without an answer, at the end of the input, it is not yes.
    const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const answer = await Promise.race([lines.question(`${question} [yes/no] `), ended]);
    return answer.trim().toLowerCase() === 'yes';
  } finally {
    lines.close();
  }
}
