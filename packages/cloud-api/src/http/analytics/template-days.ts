import { limits } from '@postern/protocol';
import { halfHourOf } from '../../analytics/message-counts.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';

const halfHoursPerDay = 48;
const dayS = (24 * limits.hourMs) / 1000;
const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/** Whole days in UTC. */
export interface Days {
  /** Half hours since 1970: the first, and the first that is not meant any more. */
  readonly from: number;
  readonly until: number;
}

/**
 * Reads `start` and `end`: Unix seconds, or dates as 2026-01-31. A day that they cut through is meant as a whole. Counts of
 * templates are looked at no further back than they are kept. @throws GraphError
 */
export function parseDays(parameters: Parameters, nowMs: number): Days {
  const start = getDay(parameters, 'start');
  const end = getDay(parameters, 'end');
  if (end < start) throw parameterError('Param end must not be earlier than start.');
  const keptDays = (limits.messageCountsKeptMs / 1000 / dayS) | 0;
  if (start < startOfDay(Math.floor((nowMs - limits.messageCountsKeptMs) / 1000)))
    throw parameterError(`Param start must be within the last ${keptDays} days.`);
  const last = Math.min(end, startOfDay(Math.floor(nowMs / 1000)));
  return { from: halfHourOf(start * 1000), until: halfHourOf(last * 1000) + halfHoursPerDay };
}

/** The second that the day begins with. */
function getDay(parameters: Parameters, name: 'start' | 'end'): number {
  const text = parameters.getText(name);
  if (!datePattern.test(text)) return startOfDay(parameters.getInteger(name, { min: 0, max: limits.maxUnixSeconds }));
  const seconds = Date.parse(`${text}T00:00:00Z`) / 1000;
  if (Number.isNaN(seconds)) throw parameterError(`Param ${name} must be a date that there is.`);
  return seconds;
}

function startOfDay(second: number): number {
  return second - (second % dayS);
}

/** The days one by one, as half hours since 1970. */
export function listDays({ from, until }: Days): number[] {
  return Array.from({ length: (until - from) / halfHoursPerDay }, (_, index) => from + index * halfHoursPerDay);
}
