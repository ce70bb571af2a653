import { BlobClient, Registrar, TransportConnection } from '@postern/client';
import { openDatabase, type Database } from '@postern/postgres';
import { MovableClock, type Clock } from '@postern/protocol';
import type { Logger, Running } from '@postern/service';
import { AccessCache } from './access/access-cache.ts';
import { BusinessManagerClient } from './access/business-manager-client.ts';
import { startAuditSequencer } from './audit/audit-sequencer.ts';
import { outsideOf, type CloudApiConfig } from './config.ts';
import { CountUpkeep } from './analytics/count-upkeep.ts';
import { AttachmentMaker } from './courier/attachment-maker.ts';
import { MediaCourier, type MediaCourierOptions } from './courier/media-courier.ts';
import { DataExchange } from './flows/exchange/data-exchange.ts';
import { FlowResponder, type FlowResponderOptions } from './flows/exchange/flow-responder.ts';
import { Flows } from './flows/flows.ts';
import { LinkFetcher } from './media/link-fetcher.ts';
import { LinkedMedia } from './media/linked-media.ts';
import { MediaStore } from './media/media-store.ts';
import { MediaFolder } from './media/media-folder.ts';
import { MediaSweep } from './media/media-sweep.ts';
import { AcceptQueue } from './messages/accept-queue.ts';
import { MessageReader } from './messages/message-reader.ts';
import { ensurePartitions } from './messages/partitions.ts';
import { LifeSign } from './pump/life-sign.ts';
import { PumpWorker } from './pump/worker.ts';
import { Eraser, erasuresChannel } from './erasure/eraser.ts';
import { ErasureSweep } from './erasure/erasure-sweep.ts';
import { BusinessEncryption } from './numbers/business-encryption.ts';
import { PrekeyStore } from './numbers/prekey-store.ts';
import { DisplayNameUpkeep } from './numbers/display-name-upkeep.ts';
import { DisplayNames } from './numbers/display-names.ts';
import { OffBoarding } from './numbers/off-boarding.ts';
import { messagingLimits } from './rules/messaging-limit.ts';
import { SendRules } from './rules/send-rules.ts';
import { UnresolvedMessages } from './rules/unresolved-messages.ts';
import { Retention } from './retention/retention.ts';
import { Upkeep } from './upkeep.ts';
import { openSealedStorage, type SealedStorage } from './sealed-storage.ts';
import { StatisticsRelease } from './statistics/statistics-release.ts';
import { reviewPolicy } from './templates/review-policy.ts';
import { TemplateLifeCycle } from './templates/life-cycle.ts';
import { TemplateUpkeep } from './templates/template-upkeep.ts';
import { uploadFolderOf } from './uploads/upload-folder.ts';
import { UploadSweep } from './uploads/upload-sweep.ts';
import { WebhookDelivery } from './webhooks/delivery.ts';
import { DeliveryLogUpkeep } from './webhooks/delivery-log.ts';
import type { EndpointFetcher } from './webhooks/endpoint.ts';
import { openFetcher } from './webhooks/open-fetcher.ts';
import { accountEventsChannel } from './webhooks/events.ts';

interface WorkerStart {
  readonly config: CloudApiConfig;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Starts the working half of the Cloud API: pumps and webhook delivery. The HTTP half is a process of its own. */
export async function startCloudApiWorker({ config, clock: machineClock, logger }: WorkerStart): Promise<Running> {
  const db = openDatabase({ url: config.databaseUrl, applicationName: 'cloud-api-worker', logger });
  const storage = await openSealedStorage({ config, db, clock: machineClock, logger });
  const { clock, stored } = storage;
  const fetcher = openFetcher(config);
  const businessManager = new BusinessManagerClient({
    url: config.businessManagerUrl,
    serviceToken: config.serviceToken,
  });
  const secrets = new AccessCache({ source: businessManager, clock });
  const messages = new MessageReader({ db, stored });
  const delivery = new WebhookDelivery({ db, messages, secrets, fetcher, clock, logger });
  const connection = new TransportConnection({ url: config.transportUrl, log: logger });
  const life = await LifeSign.start(db, logger);
  const onCommitted = (phoneNumberId: string) => delivery.wake(phoneNumberId);
  const rules = new SendRules({
    ...storage,
    hasServiceWindow: config.serviceWindow,
    maxFirstContacts: messagingLimits[config.messagingLimit],
  });
  const worker = new PumpWorker({ db, storage, rules, connection, logger, workerId: life.workerId, onCommitted });
  const courier = makeCourier({ config, db, storage, logger, workerId: life.workerId, onCommitted });
  const { flowResponder, closeFlows } = answerFlows({ db, storage, fetcher, secrets, logger, workerId: life.workerId });
  await ensurePartitions(db, clock.now());
  const upkeep = makeUpkeep({ config, db, storage, logger, onCommitted, businessManager });
  await db.listen(erasuresChannel, () => upkeep.wake());
  if (machineClock instanceof MovableClock) machineClock.onMove(() => upkeep.wake());
  const sequencer = await startAuditSequencer({ db, folder: config.auditFolder, logger });
  await upkeep.start();
  await db.listen(accountEventsChannel, () => delivery.wakeAll());
  await delivery.start();
  await worker.start();
  await courier.start();
  await flowResponder.start();
  const stop = async () => {
    await upkeep.stop();
    await closeFlows();
    await courier.stop();
    await worker.stop();
    connection.close();
    await delivery.stop();
    await fetcher.close();
    await life.stop();
    await storage.close();
    await sequencer.stop();
    await db.close();
  };
  return { announce: {}, stop };
}

/** Gets the media of messages that wait for them. */
function makeCourier({
  config,
  ...options
}: Omit<WorkerStart, 'clock'> & Omit<MediaCourierOptions, 'maker'>): MediaCourier {
  const { db, storage } = options;
  const { clock } = storage;
  const store = new MediaStore({ db, storage, folder: new MediaFolder(config.mediaFolder) });
  const links = new LinkedMedia({ store, fetcher: new LinkFetcher(outsideOf(config)), clock });
  const blobs = new BlobClient({ url: config.transportUrl });
  return new MediaCourier({ ...options, maker: new AttachmentMaker({ store, links, blobs, clock }) });
}

/** Answers what phones ask about flows. */
function answerFlows({
  db,
  storage,
  fetcher,
  secrets,
  ...given
}: Pick<FlowResponderOptions, 'db' | 'logger' | 'workerId'> & {
  storage: SealedStorage;
  fetcher: EndpointFetcher;
  secrets: AccessCache;
}): { flowResponder: FlowResponder; closeFlows: () => Promise<void> } {
  const acceptQueue = new AcceptQueue({ db, ...storage });
  const exchange = new DataExchange({ encryption: new BusinessEncryption({ db, storage }), fetcher, secrets });
  const flows = new Flows({ db, ...storage });
  const flowResponder = new FlowResponder({ db, storage, flows, exchange, acceptQueue, ...given });
  const closeFlows = async () => {
    await flowResponder.stop();
    await acceptQueue.close();
  };
  return { flowResponder, closeFlows };
}

/** What is done from time to time. The retention comes first: what is past its time needs no erasing. */
function makeUpkeep({
  config,
  db,
  storage,
  logger,
  onCommitted,
  businessManager,
}: Omit<WorkerStart, 'clock'> & {
  db: Database;
  storage: SealedStorage;
  businessManager: BusinessManagerClient;
  onCommitted: (phoneNumberId: string) => void;
}): Upkeep {
  const { keyring, sealer, clock, audit } = storage;
  const { region, maxRetentionHours } = config;
  const eraser = new Eraser({ db, storage });
  const registrar = new Registrar(config.transportUrl);
  return new Upkeep(
    [
      new Retention({ db, keyring, prekeys: new PrekeyStore(sealer), clock, logger }),
      new UnresolvedMessages({ db, clock, logger, onCommitted }),
      new ErasureSweep({ db, eraser, audit, clock, logger }),
      new OffBoarding({ db, storage, registrar, logger }),
      new UploadSweep({ db, folder: uploadFolderOf(config), sealer, clock }),
      new MediaSweep({ db, folder: new MediaFolder(config.mediaFolder), sealer, clock, logger }),
      new TemplateUpkeep(new TemplateLifeCycle({ db, clock })),
      new DisplayNameUpkeep(new DisplayNames({ db, storage, policy: reviewPolicy(config), businessManager })),
      new DeliveryLogUpkeep({ db, clock }),
      new CountUpkeep({ db, clock }),
      new StatisticsRelease({ db, sealer, region, maxRetentionHours, clock, logger }),
    ],
    logger,
  );
}
