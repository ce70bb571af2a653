import type { PhoneNumberNode } from '../../access/introspection.ts';
import { GraphError } from '../graph-errors.ts';
import type { Services } from '../operation.ts';

/** @throws GraphError 133010 unless the number can send and receive */
export async function requireRegistered({ numbers }: Services, { id }: PhoneNumberNode): Promise<void> {
  if ((await numbers.findState(id)) === 'registered') return;
  throw new GraphError(133010, { details: 'Register the phone number before you use it.' });
}
