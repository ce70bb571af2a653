/** A time as the Graph writes it: `2026-12-31T23:59:59+0000`. */
export function graphTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+0000`;
}
