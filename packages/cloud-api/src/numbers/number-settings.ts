import type { ThroughputLevel } from '../rules/sending-rates.ts';

/** What a business may set for one of its numbers. */
export interface NumberSettings {
  /** How long its messages are kept. */
  readonly retentionHours: number;
  readonly throughputLevel: ThroughputLevel;
  /** Whether the business is told by which identity keys it knows people. */
  readonly checksIdentity: boolean;
}

/** One change of one setting: the column, and its new value. */
export type SettingChange =
  | { readonly setting: 'retention_hours'; readonly value: number }
  | { readonly setting: 'throughput_level'; readonly value: ThroughputLevel }
  | { readonly setting: 'checks_identity'; readonly value: boolean };
