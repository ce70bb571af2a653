import { parameterError } from './graph-errors.ts';
import type { Parameters } from './parameters.ts';

export const minutesPerHour = 60;

/**
 * For how many hours messages are to be kept; null when the parameter is not there. Other than the contract, which allows 60
 * minutes or nothing, any whole number of hours up to 30 days will do. @throws GraphError
 */
export function parseRetentionMinutes(parameters: Parameters, name: string, maxHours: number): number | null {
  const minutes = parameters.findNumber(name);
  if (minutes === null) return null;
  const hours = minutes / minutesPerHour;
  if (Number.isInteger(hours) && hours >= 1 && hours <= maxHours) return hours;
  const range = maxHours > 1 ? `60 to ${maxHours * minutesPerHour}` : '60';
  throw parameterError(`Param ${parameters.label(name)} must be whole hours: ${range}.`);
}
