import { openDatabase } from '@postern/postgres';
import { systemClock } from '@postern/protocol';
import { MediaFolder } from '../../src/media/media-folder.ts';
import { MediaStore } from '../../src/media/media-store.ts';
import { MediaSweep } from '../../src/media/media-sweep.ts';
import { openTestStorage, silent } from '../storage-rig.ts';

// The life of a medium as a process of its own, for tests that kill it: one is removed, one runs out. Arguments: database
// URL, keyring folder, media folder.
const [databaseUrl = '', keyringFolder = '', mediaFolder = ''] = process.argv.slice(2);
const db = openDatabase({ url: databaseUrl, applicationName: 'media' });
const storage = await openTestStorage({ databaseUrl, db, clock: systemClock, keyringFolder });
const folder = new MediaFolder(mediaFolder);
const store = new MediaStore({ db, storage, folder });
const told = { wabaId: '900', origin: 'upload', mimeType: 'image/jpeg', filename: null, isAnimated: false } as const;

async function* source() {
  for (let chunks = 0; chunks < 10; chunks += 1) yield Buffer.alloc(10_000, chunks);
}

const first = await store.add(await store.write('501', source()), { ...told, retentionHours: 720, ttlMs: null });
await store.remove({ phoneNumberId: '501', mediaId: first.row.media_id });
await store.add(await store.write('501', source()), { ...told, retentionHours: 720, ttlMs: 0 });
await new MediaSweep({ db, folder, ...storage, logger: silent }).run();
await storage.close();
await db.close();
