export * from './errors.ts';
export {
  Keyring,
  type KeyringAlarm,
  type KeyringChange,
  type KeyringDescription,
  type KeyringOptions,
} from './keyring.ts';
export type { RootSettings } from './roots/root-store.ts';
export * from './time-key.ts';
