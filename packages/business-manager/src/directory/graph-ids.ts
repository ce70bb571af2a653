import { randomInt } from 'node:crypto';
import type { Transaction } from '@postern/postgres';
import { limits } from '@postern/protocol';

/** Every Graph id, whoever made it: 15 to 17 digits (contract section 1.1). */
export const graphIdPattern = '^[1-9][0-9]{14,16}$';

/** Five random ids in a row were taken, which no honest source of randomness does. */
export class GraphIdsExhaustedError extends Error {
  override readonly name = 'GraphIdsExhaustedError';
  readonly retryable = true;
}

/**
 * Draws a Graph id: 16 digits, so that it never looks like a phone number (15 at most), and below 2^53, so that a
 * client that reads ids as numbers does not change them.
 */
export function drawGraphId(): string {
  return String(randomInt(1_000, 9_007)) + String(randomInt(10 ** 12)).padStart(12, '0');
}

/**
 * Takes a new id that no object of any kind has.
 * @throws GraphIdsExhaustedError when every draw was taken
 */
export async function takeGraphId(tx: Transaction, draw: () => string = drawGraphId): Promise<string> {
  for (let draws = 0; draws < limits.maxGraphIdDraws; draws += 1) {
    const id = draw();
    if ((await tx.execute('INSERT INTO graph_ids (id) VALUES ($1) ON CONFLICT DO NOTHING', [id])) === 1) return id;
  }
  throw new GraphIdsExhaustedError('No free Graph id was drawn.');
}
