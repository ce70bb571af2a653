/**
 * Fields whose events go where a number or an account wants them instead of the app's URL (contract section 4.1).
 * Events of all other fields, also those of numbers, always go to the app's.
 */
const overridableFields: ReadonlySet<string> = new Set([
  'messages',
  'message_echoes',
  'calls',
  'consumer_profile',
  'messaging_handovers',
  'group_lifecycle_update',
  'group_participants_update',
  'group_settings_update',
  'group_status_update',
  'smb_message_echoes',
  'smb_app_state_sync',
  'history',
  'account_settings_update',
]);

export function isOverridable(field: string): boolean {
  return overridableFields.has(field);
}

/** `v24.0` → 24. */
export function majorOf(version: string): number {
  return Number.parseInt(version.slice(1), 10);
}
