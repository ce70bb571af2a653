import { openDatabase } from '@postern/postgres';
import { systemClock } from '@postern/protocol';
import { createLogger } from '@postern/service';
import { MessageReader } from '../../src/messages/message-reader.ts';
import { WebhookDelivery } from '../../src/webhooks/delivery.ts';
import { EndpointFetcher } from '../../src/webhooks/endpoint.ts';
import { openTestStorage } from '../storage-rig.ts';

// Webhook delivery as a process of its own, for tests that kill it. Arguments: database URL, keyring folder, app secret.
const [databaseUrl = '', keyringFolder = '', secret = ''] = process.argv.slice(2);
const db = openDatabase({ url: databaseUrl, applicationName: 'webhook delivery' });
const { stored } = await openTestStorage({ databaseUrl, db, clock: systemClock, keyringFolder });
const delivery = new WebhookDelivery({
  db,
  messages: new MessageReader({ db, stored }),
  secrets: { signingSecret: () => Promise.resolve(secret) },
  fetcher: new EndpointFetcher({ allowLoopback: true }),
  clock: systemClock,
  logger: createLogger({ system: 'test', level: 'silent' }),
});
await delivery.start();
