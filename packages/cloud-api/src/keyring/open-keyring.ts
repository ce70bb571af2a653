import type { Database } from '@postern/postgres';
import { Keyring } from './keyring.ts';

/** Opens the keyring; the database's lock lets one process at a time change it, and frees it when that one dies. */
export function openKeyring(path: string, db: Database): Keyring {
  return new Keyring(path, (work) =>
    db.transaction(async (tx) => {
      await tx.query("SELECT pg_advisory_xact_lock(hashtext('keyring'))");
      return work();
    }),
  );
}
