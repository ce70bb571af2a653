import type { UniformBelow } from '../src/statistics/noise.ts';

/** The draw that a path through the tree does not decide any more. */
class UndecidedDraw extends Error {
  readonly bound: bigint;

  constructor(bound: bigint) {
    super('undecided');
    this.bound = bound;
  }
}

/**
 * The exact distribution of what a program draws: it is run once for every sequence of draws, each weighted with its
 * probability. Sequences less likely than `cutoff` are left out; `missing` is what they sum up to.
 */
export function distributionOf<Outcome>(
  program: (uniformBelow: UniformBelow) => Outcome,
  cutoff: number,
): { probabilities: Map<Outcome, number>; missing: number } {
  const probabilities = new Map<Outcome, number>();
  const open: { draws: bigint[]; weight: number }[] = [{ draws: [], weight: 1 }];
  let missing = 0;
  for (let path = open.pop(); path; path = open.pop()) {
    const { draws, weight } = path;
    if (weight < cutoff) {
      missing += weight;
      continue;
    }
    const outcome = runOn(program, draws);
    if (outcome instanceof UndecidedDraw) {
      const { bound } = outcome;
      for (let drawn = 0n; drawn < bound; drawn += 1n)
        open.push({ draws: [...draws, drawn], weight: weight / Number(bound) });
    } else {
      probabilities.set(outcome, (probabilities.get(outcome) ?? 0) + weight);
    }
  }
  return { probabilities, missing };
}

function runOn<Outcome>(
  program: (uniformBelow: UniformBelow) => Outcome,
  draws: readonly bigint[],
): Outcome | UndecidedDraw {
  const left = [...draws];
  try {
    return program((bound) => {
      const drawn = left.shift();
      if (drawn === undefined) throw new UndecidedDraw(bound);
      return drawn;
    });
  } catch (error) {
    if (error instanceof UndecidedDraw) return error;
    throw error;
  }
}
