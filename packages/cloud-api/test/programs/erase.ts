import { openDatabase } from '@postern/postgres';
import { systemClock, type PhoneNumber } from '@postern/protocol';
import { Eraser } from '../../src/erasure/eraser.ts';
import { ErasureSweep } from '../../src/erasure/erasure-sweep.ts';
import { openTestStorage, silent } from '../storage-rig.ts';

// An erasure as a process of its own, for tests that kill it. Arguments: database URL, keyring folder, whom.
const [databaseUrl = '', keyringFolder = '', person = ''] = process.argv.slice(2);
const db = openDatabase({ url: databaseUrl, applicationName: 'erase' });
const storage = await openTestStorage({ databaseUrl, db, clock: systemClock, keyringFolder });
const eraser = new Eraser({ db, storage });
await eraser.erase('900', person as PhoneNumber);
await new ErasureSweep({ db, eraser, ...storage, logger: silent }).run();
await storage.close();
await db.close();
