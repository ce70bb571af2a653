import { limits } from '@postern/protocol';

/** A key by time: everything sealed in one slot of time in one region with one retention. */
export interface TimeKeyName {
  readonly region: string;
  /** 1 to 720. */
  readonly retentionHours: number;
  /** Slots since the Unix epoch. */
  readonly slot: number;
}

/** How long one time key is used for sealing, in ms: an hour, or 5 minutes where things are kept for less than a day. */
export function slotMsOf(retentionHours: number): number {
  return isShort(retentionHours) ? limits.shortTimeKeySlotMs : limits.hourMs;
}

/** The time key of this moment (Unix milliseconds). */
export function timeKeyNameAt(region: string, retentionHours: number, atMs: number): TimeKeyName {
  return { region, retentionHours, slot: Math.floor(atMs / slotMsOf(retentionHours)) };
}

/**
 * The first millisecond at which nothing under this key may be read any more: counted from the *begin* of its slot, less
 * a margin for skewed clocks and a late sweep.
 */
export function timeKeyEndsMs({ retentionHours, slot }: Pick<TimeKeyName, 'retentionHours' | 'slot'>): number {
  const marginMs = isShort(retentionHours) ? limits.shortTimeKeyMarginMs : limits.timeKeyMarginMs;
  return slot * slotMsOf(retentionHours) + retentionHours * limits.hourMs - marginMs;
}

function isShort(retentionHours: number): boolean {
  return retentionHours < 24;
}

/** How a time key is called in the keyring: `region/retention/slot`. */
export function labelOf({ region, retentionHours, slot }: TimeKeyName): string {
  return `${region}/${retentionHours}/${slot}`;
}

/** The reverse of {@link labelOf}. */
export function parseLabel(label: string): TimeKeyName {
  const [region = '', retentionHours, slot] = label.split('/');
  return { region, retentionHours: Number(retentionHours), slot: Number(slot) };
}
