import { openDatabase } from '@postern/postgres';
import { systemClock } from '@postern/protocol';
import { createLogger } from '@postern/service';
import { openKeyring } from '../../src/keyring/open-keyring.ts';
import { MessageReader } from '../../src/messages/message-reader.ts';
import { Sealer } from '../../src/sealing/sealer.ts';
import { WebhookDelivery } from '../../src/webhooks/delivery.ts';
import { EndpointFetcher } from '../../src/webhooks/endpoint.ts';

// Webhook delivery as a process of its own, for tests that kill it. Arguments: database URL, keyring file, app secret.
const [databaseUrl = '', keyringFile = '', secret = ''] = process.argv.slice(2);
const db = openDatabase({ url: databaseUrl, applicationName: 'webhook delivery' });
const sealer = new Sealer(openKeyring(keyringFile, db), 'local');
const delivery = new WebhookDelivery({
  db,
  messages: new MessageReader({ db, sealer, clock: systemClock }),
  secrets: { appSecret: () => Promise.resolve(secret) },
  fetcher: new EndpointFetcher({ allowLoopback: true }),
  clock: systemClock,
  logger: createLogger({ system: 'test', level: 'silent' }),
});
await delivery.start();
