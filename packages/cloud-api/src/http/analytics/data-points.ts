import type { MessageSum } from '../../analytics/message-sums.ts';
import { pieceOf, type Granularity, type Piece } from './time-range.ts';

/** What is said of one piece of time: how often each thing happened, and the labels that tell the point from others. */
export interface DataPoint {
  readonly piece: Piece;
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: Partial<Record<MessageSum['happened'], number>>;
}

/** Adds sums up to points, one for each piece of time and each set of labels, in the order of time. */
export function addToPoints(
  sums: readonly MessageSum[],
  granularity: Granularity,
  labelsOf: (sum: MessageSum) => Readonly<Record<string, string>>,
): DataPoint[] {
  const points = new Map<string, DataPoint>();
  for (const sum of sums) {
    const piece = pieceOf(sum.halfHour, granularity);
    const labels = labelsOf(sum);
    const name = JSON.stringify([piece.start, labels]);
    const point = points.get(name) ?? { piece, labels, counts: {} };
    points.set(name, point);
    point.counts[sum.happened] = (point.counts[sum.happened] ?? 0) + sum.count;
  }
  return [...points.values()].sort((one, other) => one.piece.start - other.piece.start);
}
