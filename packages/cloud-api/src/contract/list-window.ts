/** A part of a list: so many items behind one place, or before another. */
export interface Window<Place = number> {
  readonly limit: number;
  /** Null for the beginning. */
  readonly after: Place | null;
  /** Counts only without `after`. */
  readonly before: Place | null;
}

export interface Windowed<Item> {
  readonly items: readonly Item[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

/** Where reading begins and which way it goes. One item more than the limit tells whether there are more. */
export function boundOf<Place>({ limit, after, before }: Window<Place>): {
  bound: Place | null;
  isBackwards: boolean;
  rows: number;
} {
  const isBackwards = after === null && before !== null;
  return { bound: after ?? before, isBackwards, rows: limit + 1 };
}

/** The part of what was read from its bound on, in the order that the list has. */
export function cutWindow<Item>(found: readonly Item[], window: Window<unknown>): Windowed<Item> {
  const { bound, isBackwards } = boundOf(window);
  const hasMore = found.length > window.limit;
  const items = found.slice(0, window.limit);
  if (isBackwards) return { items: items.toReversed(), hasNext: true, hasPrevious: hasMore };
  return { items, hasNext: hasMore, hasPrevious: bound !== null };
}
