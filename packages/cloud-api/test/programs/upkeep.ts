import { Registrar } from '@postern/client';
import { openDatabase } from '@postern/postgres';
import { MovableClock } from '@postern/protocol';
import { PrekeyStore } from '../../src/numbers/prekey-store.ts';
import { OffBoarding } from '../../src/numbers/off-boarding.ts';
import { Retention } from '../../src/retention/retention.ts';
import { openTestStorage, silent } from '../storage-rig.ts';

// Upkeep as a process of its own, for tests that kill it. Arguments: database URL, keyring folder, by how many ms time has
// moved, and a number to deregister first, if any.
const [databaseUrl = '', keyringFolder = '', offsetMs = '0', leaving = ''] = process.argv.slice(2);
const clock = new MovableClock(Number(offsetMs));
const db = openDatabase({ url: databaseUrl, applicationName: 'upkeep' });
const storage = await openTestStorage({ databaseUrl, db, clock, keyringFolder });
const offBoarding = new OffBoarding({ db, storage, registrar: new Registrar('http://127.0.0.1:1'), logger: silent });
if (leaving !== '') await offBoarding.deregister(leaving);
await new Retention({
  db,
  keyring: storage.keyring,
  prekeys: new PrekeyStore(storage.sealer),
  clock: storage.clock,
  logger: silent,
}).run();
await offBoarding.run();
await storage.close();
await db.close();
