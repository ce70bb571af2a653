/** One step of the demo: what happened, and what each party saw of it. */
export interface Step {
  readonly title: string;
  readonly business: string;
  readonly transport: string;
  readonly person: string;
}

export type ShowStep = (step: Step) => void;

/** Numbers the steps and writes them for people, or one JSON object per line. */
export function createStepPrinter(options: {
  json: boolean;
  personName: string;
  write: (text: string) => void;
}): ShowStep {
  const { json, personName, write } = options;
  let number = 0;
  return ({ title, business, transport, person }) => {
    number += 1;
    if (json) return write(`${JSON.stringify({ event: 'step', number, title, business, transport, person })}\n`);
    const lines = [
      ['business', business],
      ['transport', transport],
      [personName, person],
    ].map(([who, saw]) => `   ${who?.padEnd(9)}  ${saw}\n`);
    write(`\n${number}. ${title}\n${lines.join('')}`);
  };
}
