import { Type } from 'typebox';
import type { SettingChange } from '../../../numbers/number-settings.ts';
import { GraphError, notBuiltError, parameterError } from '../../graph-errors.ts';
import { success, type PhoneNumberOperation, type Services } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { requireSettings } from './registered-number.ts';
import { minutesPerHour, parseRetentionMinutes } from '../../retention-minutes.ts';
import { anyObject, oneOf, succeeded } from '../../shapes.ts';

const storageStatuses = [
  'default',
  'no_storage_enabled',
  'in_country_storage_enabled',
  'in_country_storage_disabled',
] as const;
const offOrOn = ['DISABLED', 'ENABLED'] as const;
const levels = ['STANDARD', 'HIGH'] as const;
const alwaysOff = Type.Object({ status: Type.Literal('DISABLED') });
const offOnly = Type.Object(anyObject.properties, {
  additionalProperties: true,
  description: 'Is not built: nothing but the status DISABLED is taken.',
});

/** `GET /{phone}/settings` (contract section 5.3), as far as settings exist. */
export const getSettings: PhoneNumberOperation = {
  name: 'settings',
  method: 'GET',
  edge: 'settings',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Shows the settings of the number',
    differs: '`calling` and `payload_encryption` are always off. `throughput` is our own.',
    takes: Type.Object({
      include_sip_credentials: Type.Optional(Type.Boolean({ description: 'There are none.' })),
    }),
    answers: Type.Object({
      storage_configuration: Type.Object({
        status: oneOf(['DEFAULT', 'NO_STORAGE_ENABLED']),
        retention_minutes: Type.Integer({ minimum: minutesPerHour }),
      }),
      user_identity_change: Type.Object({ enable_identity_key_check: Type.Boolean() }),
      throughput: Type.Object({ level: oneOf(levels) }),
      calling: alwaysOff,
      payload_encryption: alwaysOff,
    }),
  },
  async run(services, { node }) {
    const { retentionHours, throughputLevel, checksIdentity } = await requireSettings(services, node);
    return {
      storage_configuration: {
        status: retentionHours > 1 ? 'DEFAULT' : 'NO_STORAGE_ENABLED',
        retention_minutes: retentionHours * minutesPerHour,
      },
      user_identity_change: { enable_identity_key_check: checksIdentity },
      throughput: { level: throughputLevel },
      calling: { status: 'DISABLED' },
      payload_encryption: { status: 'DISABLED' },
    };
  },
};

/** `POST /{phone}/settings`: changes one setting. */
export const setSettings: PhoneNumberOperation = {
  name: 'set settings',
  method: 'POST',
  edge: 'settings',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Changes one setting of the number',
    differs:
      '`calling` and `payload_encryption` can only be off, and nothing is kept in a country. Retention may be any whole hours, and the level of `throughput` is chosen.',
    takes: Type.Object({
      storage_configuration: Type.Optional(
        Type.Object({
          status: Type.Optional(oneOf(storageStatuses)),
          retention_minutes: Type.Optional(Type.Integer({ minimum: minutesPerHour })),
        }),
      ),
      user_identity_change: Type.Optional(
        Type.Object({
          enable_identity_key_check: Type.Optional(Type.Boolean()),
          enabled: Type.Optional(Type.Boolean({ description: 'Another name of the same.' })),
        }),
      ),
      throughput: Type.Optional(Type.Object({ level: oneOf(levels) })),
      calling: Type.Optional(offOnly),
      payload_encryption: Type.Optional(offOnly),
    }),
    answers: succeeded,
  },
  async run(services, { node, caller, parameters }) {
    const change = parseChange(services, parameters);
    await requireSettings(services, node);
    if (change !== 'nothing') await services.numbers.changeSetting(node.id, change, caller.appId);
    return success;
  },
};

/** What a request asks for: a change, or what is so already. */
type Change = SettingChange | 'nothing';

/** The names of settings, and how each is read from the object under it. */
const settings: Readonly<Record<string, (values: Parameters, services: Services) => Change>> = {
  storage_configuration: parseStorage,
  user_identity_change: parseIdentityCheck,
  throughput: parseThroughput,
  calling: (values) => parseOff(values, 'Calling'),
  payload_encryption: (values) => parseOff(values, 'Encrypting the payload for the business'),
};

function parseChange(services: Services, parameters: Parameters): Change {
  const changes = Object.entries(settings).flatMap(([name, parse]) => {
    const values = parameters.findObject(name);
    return values ? [parse(values, services)] : [];
  });
  const [change] = changes;
  if (!change || changes.length > 1)
    throw parameterError(`One of the params ${Object.keys(settings).join(', ')} is required, and only one at a time.`);
  return change;
}

/** How long messages accepted from now on are kept. */
function parseStorage(storage: Parameters, { compliance }: Services): SettingChange {
  if (storage.has('data_localization_region'))
    throw parameterError('Param data_localization_region: this installation keeps messages in one region.');
  const status = storage.findChoice('status', storageStatuses) ?? 'default';
  if (status.startsWith('in_country_')) throw notBuiltError('Keeping messages in a region of choice');
  const maxHours = status === 'no_storage_enabled' ? 1 : compliance.maxRetentionHours;
  return {
    setting: 'retention_hours',
    value: parseRetentionMinutes(storage, 'retention_minutes', maxHours) ?? maxHours,
  };
}

/** Both of the names that are in use (gap A13). */
function parseIdentityCheck(values: Parameters): SettingChange {
  const value = values.findFlag('enable_identity_key_check') ?? values.findFlag('enabled');
  if (value === null) throw parameterError('Param enable_identity_key_check is required.');
  return { setting: 'checks_identity', value };
}

/** Postern's own: in the contract a number comes to the higher level by itself. */
function parseThroughput(values: Parameters, { sending }: Services): SettingChange {
  const value = values.getChoice('level', levels);
  if (value === 'HIGH' && !sending.allowsHighThroughput)
    throw new GraphError(10, { details: 'The operator of this installation does not allow the level HIGH.' });
  return { setting: 'throughput_level', value };
}

/** Of what is not built: it can be switched off, and is. */
function parseOff(values: Parameters, what: string): 'nothing' {
  if (values.getChoice('status', offOrOn) === 'ENABLED') throw notBuiltError(what);
  return 'nothing';
}
