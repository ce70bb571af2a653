import { limits } from '@postern/protocol';
import { discreteLaplace, type UniformBelow } from './noise.ts';

/** Messages and people of one cell of one day. */
export interface CellCounts {
  readonly messages: number;
  readonly people: number;
}

const epsilonUnit = 1000n;

/**
 * Adds noise to what was counted in one cell. Over all cells of a day one person changes `messages` by at most
 * `statisticsMessagesPerPerson` and `people` by at most `statisticsCellsPerPerson` in sum, so that all cells of the day
 * together spend the two ε of the table of limits, once per person and day.
 */
export function addNoise({ messages, people }: CellCounts, uniformBelow: UniformBelow): CellCounts {
  const messagesNoise = laplaceFor(
    { sensitivity: limits.statisticsMessagesPerPerson, epsilonMillis: limits.statisticsMessagesEpsilonMillis },
    uniformBelow,
  );
  const peopleNoise = laplaceFor(
    { sensitivity: limits.statisticsCellsPerPerson, epsilonMillis: limits.statisticsPeopleEpsilonMillis },
    uniformBelow,
  );
  return { messages: messages + messagesNoise, people: people + peopleNoise };
}

/** What may be shown of a noisy cell, rounded; null when too few people or messages are in it. Looks at nothing else. */
export function publishable({ messages, people }: CellCounts): CellCounts | null {
  if (people < limits.statisticsMinPeople || messages < limits.statisticsMinMessages) return null;
  return { messages: round(messages), people: round(people) };
}

function laplaceFor(
  { sensitivity, epsilonMillis }: { sensitivity: number; epsilonMillis: number },
  uniformBelow: UniformBelow,
): number {
  const scale = { numerator: BigInt(sensitivity) * epsilonUnit, denominator: BigInt(epsilonMillis) };
  return Number(discreteLaplace(scale, uniformBelow));
}

function round(count: number): number {
  return Math.round(count / limits.statisticsRounding) * limits.statisticsRounding;
}
