import type { KeyObject } from 'node:crypto';
import type { Database } from '@postern/postgres';
import type { Clock } from '@postern/protocol';

/** What every operation of the Business Manager works with. */
export interface BusinessManager {
  readonly database: Database;
  readonly clock: Clock;
  /** App secrets are derived from it. */
  readonly masterKey: KeyObject;
}
