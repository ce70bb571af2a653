const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads seconds (`90`) or a number with a unit (`90s`, `15m`, `25h`, `31d`) as milliseconds; null for anything else. */
export function parseDuration(duration: number | string): number | null {
  const [, digits, unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(String(duration)) ?? [];
  return digits === undefined ? null : Number(digits) * (unitMs[unit] ?? 0);
}
