import { limits } from '@postern/protocol';
import { halfHourOf } from '../../analytics/message-counts.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';

const halfHoursPerDay = 48;
const dayMs = 24 * limits.hourMs;

/** The pieces of time that are added up: half hours, days and months, in UTC. */
export type Granularity = 'half-hour' | 'day' | 'month';

/** What is asked for: whole pieces of time, as half hours since 1970. */
export interface TimeRange {
  readonly granularity: Granularity;
  readonly from: number;
  /** The first half hour that is not meant any more. */
  readonly until: number;
}

/**
 * Reads `start` and `end` (Unix seconds) and `granularity`, one of these words. A piece of time that they cut through is meant
 * as a whole. @throws GraphError
 */
export function parseTimeRange<Word extends string>(
  parameters: Parameters,
  words: Readonly<Record<Word, Granularity>>,
  nowMs: number,
): TimeRange & { word: Word } {
  const seconds = { min: 0, max: limits.maxUnixSeconds };
  const start = parameters.getInteger('start', seconds);
  const end = parameters.getInteger('end', seconds);
  if (end <= start) throw parameterError(`Param ${parameters.label('end')} must be later than start.`);
  const word = parameters.getChoice('granularity', Object.keys(words) as Word[]);
  const granularity = words[word];
  const [from, until] = [halfHourOf(start * 1000), halfHourOf(end * 1000 - 1) + 1];
  if (granularity !== 'half-hour') {
    const [first, last] = [pieceOf(from, granularity), pieceOf(until - 1, granularity)];
    return { word, granularity, from: halfHourOf(first.start * 1000), until: halfHourOf(last.end * 1000) };
  }
  if (from < startOfDay(halfHourOf(nowMs - limits.halfHourCountsKeptMs)))
    throw parameterError(
      `Param ${parameters.label('start')} must be within ${limits.halfHourCountsKeptMs / dayMs} days: half hours are not kept for longer.`,
    );
  return { word, granularity, from, until };
}

/** A piece of time, in Unix seconds. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** The piece that a half hour is in. */
export function pieceOf(halfHour: number, granularity: Granularity): Piece {
  if (granularity === 'month') return monthOf(halfHour);
  const length = granularity === 'day' ? halfHoursPerDay : 1;
  const first = halfHour - (halfHour % length);
  return { start: secondOf(first), end: secondOf(first + length) };
}

function monthOf(halfHour: number): Piece {
  const at = new Date(secondOf(halfHour) * 1000);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  return { start: Date.UTC(year, month) / 1000, end: Date.UTC(year, month + 1) / 1000 };
}

function secondOf(halfHour: number): number {
  return (halfHour * limits.halfHourMs) / 1000;
}

function startOfDay(halfHour: number): number {
  return halfHour - (halfHour % halfHoursPerDay);
}
