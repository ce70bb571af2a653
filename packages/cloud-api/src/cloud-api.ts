import { Registrar } from '@postern/client';
import { openDatabase } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import { listen, type Logger, type Running } from '@postern/service';
import { AccessCache } from './access/access-cache.ts';
import { BusinessManagerClient } from './access/business-manager-client.ts';
import type { CloudApiConfig } from './config.ts';
import { createGraphHttp } from './http/graph-http.ts';
import type { Services } from './http/operation.ts';
import { openKeyring } from './keyring/open-keyring.ts';
import { AcceptQueue } from './messages/accept-queue.ts';
import { MessageReader } from './messages/message-reader.ts';
import { Numbers } from './numbers/numbers.ts';
import { Sealer } from './sealing/sealer.ts';
import { EndpointFetcher } from './webhooks/endpoint.ts';
import { Subscriptions } from './webhooks/subscriptions.ts';

interface CloudApiStart {
  readonly config: CloudApiConfig;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Starts the HTTP half of the Cloud API on a database that was migrated. The working half is a process of its own. */
export async function startCloudApi({ config, clock, logger }: CloudApiStart): Promise<Running & { url: string }> {
  const db = openDatabase({
    url: config.databaseUrl,
    applicationName: 'cloud-api',
    statementTimeoutMs: limits.requestTimeoutMs,
    logger,
    ...(config.maxDatabaseConnections !== undefined && { maxConnections: config.maxDatabaseConnections }),
  });
  const keyring = openKeyring(config.keyringFile, db);
  const sealer = new Sealer(keyring, config.region);
  const acceptQueue = new AcceptQueue({ db, sealer, clock });
  const fetcher = new EndpointFetcher({ allowLoopback: config.allowLoopbackWebhooks });
  const registrar = new Registrar(config.transportUrl);
  const http = createGraphHttp({
    logger,
    services: {
      ...openAccess(config, clock),
      clock,
      acceptQueue,
      messages: new MessageReader({ db, sealer, clock }),
      numbers: new Numbers({ db, keyring, sealer, registrar, clock }),
      subscriptions: new Subscriptions({ db, clock, fetcher }),
    },
  });
  const url = await listen(http, config);
  const stop = async () => {
    // Requests under way are answered first; then nothing can reach the rest any more.
    await http.close();
    await acceptQueue.close();
    await fetcher.close();
    await db.close();
  };
  return { url, announce: { url }, stop };
}

function openAccess(config: CloudApiConfig, clock: Clock): Pick<Services, 'access' | 'businessManager'> {
  const businessManager = new BusinessManagerClient({
    url: config.businessManagerUrl,
    serviceToken: config.serviceToken,
  });
  return { businessManager, access: new AccessCache({ source: businessManager, clock }) };
}
