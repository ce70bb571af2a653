import type { PhoneNumberNode } from '../../access/introspection.ts';
import { GraphError } from '../graph-errors.ts';
import type { Services } from '../operation.ts';

/** How long the messages of a number that can send and receive are kept, in hours. @throws GraphError 133010 when it cannot */
export async function requireRegistered({ numbers }: Services, { id }: PhoneNumberNode): Promise<number> {
  const retentionHours = await numbers.findRetentionHours(id);
  if (retentionHours === null)
    throw new GraphError(133010, { details: 'Register the phone number before you use it.' });
  return retentionHours;
}
