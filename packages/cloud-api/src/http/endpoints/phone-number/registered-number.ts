import type { PhoneNumberNode } from '../../../access/introspection.ts';
import type { NumberSettings } from '../../../numbers/number-settings.ts';
import { GraphError } from '../../graph-errors.ts';
import type { Services } from '../../operation.ts';

/** The settings of a number that can send and receive. @throws GraphError 133010 when it cannot */
export async function requireSettings({ numbers }: Services, { id }: PhoneNumberNode): Promise<NumberSettings> {
  const settings = await numbers.findSettings(id);
  if (settings === null) throw notRegisteredError();
  return settings;
}

export function notRegisteredError(): GraphError {
  return new GraphError(133010, { details: 'Register the phone number before you use it.' });
}

/** How long the messages of a number that can send and receive are kept, in hours. @throws GraphError 133010 when it cannot */
export async function requireRegistered(services: Services, node: PhoneNumberNode): Promise<number> {
  return (await requireSettings(services, node)).retentionHours;
}
