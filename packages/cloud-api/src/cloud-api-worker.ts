import { TransportConnection } from '@postern/client';
import { openDatabase, type Database } from '@postern/postgres';
import { limits, type Clock } from '@postern/protocol';
import type { Logger, Running } from '@postern/service';
import { AccessCache } from './access/access-cache.ts';
import { BusinessManagerClient } from './access/business-manager-client.ts';
import type { CloudApiConfig } from './config.ts';
import { openKeyring } from './keyring/open-keyring.ts';
import { MessageReader } from './messages/message-reader.ts';
import { dropOldPartitions, ensurePartitions } from './messages/partitions.ts';
import { LifeSign } from './pump/life-sign.ts';
import { PumpWorker } from './pump/worker.ts';
import { Sealer } from './sealing/sealer.ts';
import { WebhookDelivery } from './webhooks/delivery.ts';
import { EndpointFetcher } from './webhooks/endpoint.ts';

interface WorkerStart {
  readonly config: CloudApiConfig;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Starts the working half of the Cloud API: pumps and webhook delivery. The HTTP half is a process of its own. */
export async function startCloudApiWorker({ config, clock, logger }: WorkerStart): Promise<Running> {
  const db = openDatabase({ url: config.databaseUrl, applicationName: 'cloud-api-worker', logger });
  const sealer = new Sealer(openKeyring(config.keyringFile, db), config.region);
  const fetcher = new EndpointFetcher({ allowLoopback: config.allowLoopbackWebhooks });
  const businessManager = new BusinessManagerClient({
    url: config.businessManagerUrl,
    serviceToken: config.serviceToken,
  });
  const secrets = new AccessCache({ source: businessManager, clock });
  const messages = new MessageReader({ db, sealer, clock });
  const delivery = new WebhookDelivery({ db, messages, secrets, fetcher, clock, logger });
  const connection = new TransportConnection({ url: config.transportUrl, log: logger });
  const life = await LifeSign.start(db, logger);
  const onCommitted = (phoneNumberId: string) => delivery.wake(phoneNumberId);
  const worker = new PumpWorker({ db, sealer, connection, clock, logger, workerId: life.workerId, onCommitted });
  await ensurePartitions(db, clock.now());
  const upkeep = setInterval(() => void keepPartitions(db, clock, logger), limits.partitionUpkeepIntervalMs);
  await delivery.start();
  await worker.start();
  const stop = async () => {
    clearInterval(upkeep);
    await worker.stop();
    connection.close();
    await delivery.stop();
    await fetcher.close();
    await life.stop();
    await db.close();
  };
  return { announce: {}, stop };
}

async function keepPartitions(db: Database, clock: Clock, logger: Logger): Promise<void> {
  try {
    await ensurePartitions(db, clock.now());
    const dropped = await dropOldPartitions(db, clock.now());
    if (dropped > 0) logger.info({ dropped }, 'days past their storage time were dropped');
  } catch (error) {
    logger.warn({ err: error }, 'the upkeep of partitions failed; will be tried again');
  }
}
