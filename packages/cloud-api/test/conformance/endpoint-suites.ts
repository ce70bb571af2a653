import type { EndpointSuite } from './endpoint-suite.ts';
import { getBusinessEncryption, setBusinessEncryption, withoutDevice } from './endpoints/business-encryption.ts';
import { getSettings, setSettings } from './endpoints/settings.ts';

/** The suites of every endpoint but `POST /{phone}/messages`, which has suites of its own. */
export const endpointSuites: readonly EndpointSuite[] = [
  getSettings,
  setSettings,
  getBusinessEncryption,
  setBusinessEncryption,
  withoutDevice,
];
