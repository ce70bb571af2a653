import type { Queryable } from '@postern/postgres';
import type { PhoneNumber } from '@postern/protocol';
import { queueNumberEvent, type EventOwner } from '../webhooks/events.ts';
import type { SettingChange } from './number-settings.ts';

interface ChangedNumber extends EventOwner {
  readonly phoneNumber: PhoneNumber;
}

/**
 * Tells the apps that want to know that a setting of a number was changed, inside the transaction that changes it. The contract
 * has no words for these values (gap B26): they are those of `GET /{phone}/settings`.
 */
export async function tellChange(
  tx: Queryable,
  number: ChangedNumber,
  { change, nowMs }: { readonly change: SettingChange; readonly nowMs: number },
): Promise<void> {
  const value = {
    messaging_product: 'whatsapp',
    timestamp: String(Math.floor(nowMs / 1000)),
    type: 'phone_number_settings',
    phone_number_settings: { phone_number_id: number.phoneNumberId, ...settingsOf(change) },
  };
  await queueNumberEvent(tx, number, { field: 'account_settings_update', value, happenedAtMs: nowMs });
  if (change.setting !== 'throughput_level' || change.value !== 'HIGH') return;
  const upgrade = { display_phone_number: number.phoneNumber, event: 'THROUGHPUT_UPGRADE' };
  await queueNumberEvent(tx, number, { field: 'phone_number_quality_update', value: upgrade, happenedAtMs: nowMs });
}

function settingsOf({ setting, value }: SettingChange): object {
  if (setting === 'throughput_level') return { throughput: { level: value } };
  if (setting === 'checks_identity') return { user_identity_change: { enable_identity_key_check: value } };
  const status = value > 1 ? 'DEFAULT' : 'NO_STORAGE_ENABLED';
  return { storage_configuration: { status, retention_minutes: value * 60 } };
}
