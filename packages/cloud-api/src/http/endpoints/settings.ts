import { parameterError } from '../graph-errors.ts';
import { success, type PhoneNumberOperation } from '../operation.ts';
import { requireRegistered } from './registered-number.ts';

const minutesPerHour = 60;
const statuses = ['default', 'no_storage_enabled'] as const;

/** `GET /{phone}/settings` (contract section 5.3), as far as settings exist: how long messages are kept. */
export const getSettings: PhoneNumberOperation = {
  name: 'settings',
  method: 'GET',
  edge: 'settings',
  permission: 'whatsapp_business_management',
  async run(services, { node }) {
    const hours = await requireRegistered(services, node);
    const status = hours > 1 ? 'DEFAULT' : 'NO_STORAGE_ENABLED';
    return { storage_configuration: { status, retention_minutes: hours * minutesPerHour } };
  },
};

/**
 * `POST /{phone}/settings`: sets how long messages accepted from now on are kept. Other than the contract, which allows
 * 60 minutes or nothing, any whole number of hours up to 30 days will do.
 */
export const setSettings: PhoneNumberOperation = {
  name: 'set settings',
  method: 'POST',
  edge: 'settings',
  permission: 'whatsapp_business_management',
  async run(services, { node, caller, parameters }) {
    const storage = parameters.findObject('storage_configuration');
    if (!storage)
      throw parameterError('Param storage_configuration is required: other settings are not supported yet.');
    if (storage.has('data_localization_region'))
      throw parameterError('Param data_localization_region is not supported yet.');
    await requireRegistered(services, node);
    const status = storage.findChoice('status', statuses) ?? 'default';
    const maxHours = status === 'no_storage_enabled' ? 1 : services.compliance.maxRetentionHours;
    const minutes = storage.findNumber('retention_minutes') ?? maxHours * minutesPerHour;
    await services.numbers.setRetentionHours(node.id, toHours(minutes, maxHours), caller.appId);
    return success;
  },
};

function toHours(minutes: number, maxHours: number): number {
  const hours = minutes / minutesPerHour;
  if (Number.isInteger(hours) && hours >= 1 && hours <= maxHours) return hours;
  throw parameterError(
    `Param retention_minutes must be whole hours: 60${maxHours > 1 ? ` to ${maxHours * minutesPerHour}` : ''}.`,
  );
}
