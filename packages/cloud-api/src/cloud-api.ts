import { listFigures, openDatabase, type Database } from '@postern/postgres';
import { BlobClient, Registrar } from '@postern/client';
import { limits, type Clock } from '@postern/protocol';
import { addMetrics, checkTokensDiffer, listen, type Logger, type Running } from '@postern/service';
import { AccessCache } from './access/access-cache.ts';
import { BusinessManagement } from './access/business-management.ts';
import { BusinessManagerClient } from './access/business-manager-client.ts';
import { MessageSums } from './analytics/message-sums.ts';
import { AuditRows } from './audit/audit-rows.ts';
import { startCompliance } from './compliance/compliance.ts';
import type { CloudApiConfig } from './config.ts';
import { gauges } from './gauges.ts';
import { Eraser } from './erasure/eraser.ts';
import { PersonExport } from './export/person-export.ts';
import { findFlowNode } from './flows/find-flow-node.ts';
import { FlowLinks } from './flows/flow-links.ts';
import { Flows } from './flows/flows.ts';
import { Health } from './health/health.ts';
import { createGraphHttp } from './http/graph-http.ts';
import { HttpsListener, parseHttpsSettings } from './http/https-listener.ts';
import { parseTrustedProxies } from './http/trusted-proxies.ts';
import { addKeyringState } from './http/operator-keyring.ts';
import type { SendingLimits, Services } from './http/operation.ts';
import { addDisplayNameReview } from './http/display-name-review.ts';
import { addTemplateReview } from './http/template-review.ts';
import { AcceptQueue } from './messages/accept-queue.ts';
import { LocalNodes } from './local-nodes/local-nodes.ts';
import { findMediaNode } from './media/find-media-node.ts';
import { MediaFolder } from './media/media-folder.ts';
import { MediaLibrary } from './media/media-library.ts';
import { MediaStore } from './media/media-store.ts';
import { PersonMedia } from './media/person-media.ts';
import { MediaUrls } from './media/media-urls.ts';
import { MessageReader } from './messages/message-reader.ts';
import { openPresentation } from './number-presentation.ts';
import type { DisplayNames } from './numbers/display-names.ts';
import { Numbers } from './numbers/numbers.ts';
import { OffBoarding } from './numbers/off-boarding.ts';
import { BlockList } from './rules/block-list.ts';
import { CallRates } from './rules/call-rates.ts';
import { inboundChannel, parseInbound, SendingRates } from './rules/sending-rates.ts';
import { openSealedStorage, type SealedStorage } from './sealed-storage.ts';
import { ReleasedStatistics } from './statistics/released-statistics.ts';
import { uploadFolderOf } from './uploads/upload-folder.ts';
import { Uploads } from './uploads/uploads.ts';
import { findTemplateNode } from './templates/find-template-node.ts';
import { openFetcher } from './webhooks/open-fetcher.ts';
import { TemplateLifeCycle } from './templates/life-cycle.ts';
import { reviewPolicy } from './templates/review-policy.ts';
import { Templates } from './templates/templates.ts';
import { DeliveryLog } from './webhooks/delivery-log.ts';
import { SubscribedApps } from './webhooks/subscribed-apps.ts';
import { Subscriptions, type SubscriptionsOptions } from './webhooks/subscriptions.ts';

interface CloudApiStart {
  readonly config: CloudApiConfig;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Starts the HTTP half of the Cloud API on a database that was migrated. The working half is a process of its own. */
export async function startCloudApi({
  config,
  clock: machineClock,
  logger,
}: CloudApiStart): Promise<Running & { url: string }> {
  const { serviceToken, operatorToken, reviewToken } = config;
  checkTokensDiffer({ serviceToken, operatorToken, reviewToken });
  const byHttps = parseHttpsSettings(config);
  const db = openOwnDatabase(config, logger);
  const storage = await openSealedStorage({ config, db, clock: machineClock, logger });
  const { clock, stored } = storage;
  const compliance = await startCompliance({ config, db, ...storage });
  const acceptQueue = new AcceptQueue({ db, ...storage });
  const fetcher = openFetcher(config);
  const registrar = new Registrar(config.transportUrl);
  const { templates, templateLifeCycle } = openTemplates(config, db, clock);
  const access = openAccess({ config, clock, db });
  const presentation = openPresentation({ config, db, storage, businessManager: access.businessManager });
  const http = createGraphHttp({
    logger,
    trustedProxies: parseTrustedProxies(config.trustedProxies),
    ...(operatorToken !== undefined && {
      operator: { token: operatorToken, statistics: new ReleasedStatistics(db), clock },
    }),
    services: {
      ...access,
      clock,
      acceptQueue,
      sending: await limitSending({ config, db, clock }),
      callRates: config.rateLimits ? new CallRates({ db, clock }) : null,
      ...openPeople(db, storage),
      messages: new MessageReader({ db, stored }),
      numbers: new Numbers({
        db,
        storage,
        registrar,
        offBoarding: new OffBoarding({ db, storage, registrar, logger }),
      }),
      ...presentation,
      ...openWebhookSettings({ db, clock, fetcher, audit: storage.audit }),
      templates,
      templateLifeCycle,
      messageSums: new MessageSums(db),
      compliance,
      audit: { rows: new AuditRows(db), folder: config.auditFolder },
      ...openLocalNodes({ config, db, storage, templates }),
    },
  });
  addOperatorPaths(http, { config, db, logger, storage, templateLifeCycle, displayNames: presentation.displayNames });
  const url = await listen(http, config);
  const https = byHttps && (await HttpsListener.start(http, { ...byHttps, logger }));
  const stop = async () => {
    // Requests under way are answered first; then nothing can reach the rest any more.
    await Promise.all([http.close(), https?.stop()]);
    await acceptQueue.close();
    await fetcher.close();
    await storage.close();
    await db.close();
  };
  return { url, announce: { url, ...(https && { httpsUrl: https.url }) }, stop };
}

/** What there is to do with the people that businesses deal with. */
function openPeople(db: Database, storage: SealedStorage) {
  return {
    userIds: storage.userIds,
    blockList: new BlockList({ db, storage }),
    eraser: new Eraser({ db, storage }),
    personExport: new PersonExport({ db, storage }),
  };
}

interface OperatorParts {
  readonly config: CloudApiConfig;
  readonly db: Database;
  readonly logger: Logger;
  readonly storage: SealedStorage;
  readonly templateLifeCycle: TemplateLifeCycle;
  readonly displayNames: DisplayNames;
}

/** What the operator and those who review see and do. */
function addOperatorPaths(
  http: ReturnType<typeof createGraphHttp>,
  { config: { operatorToken, reviewToken }, db, logger, storage, templateLifeCycle, displayNames }: OperatorParts,
): void {
  addMetrics(http, {
    system: 'cloud-api',
    token: operatorToken,
    logger,
    gauges,
    readFigures: () => listFigures(db, limits.maxFigures),
    operationOf: ({ operationName }) => operationName,
  });
  addTemplateReview(http, { token: reviewToken, lifeCycle: templateLifeCycle });
  addDisplayNameReview(http, { token: reviewToken, displayNames });
  addKeyringState(http, { token: operatorToken, keyring: storage.keyring });
}

function openOwnDatabase(config: CloudApiConfig, logger: Logger): Database {
  return openDatabase({
    url: config.databaseUrl,
    applicationName: 'cloud-api',
    statementTimeoutMs: limits.requestTimeoutMs,
    logger,
    ...(config.maxDatabaseConnections !== undefined && { maxConnections: config.maxDatabaseConnections }),
  });
}

async function limitSending({
  config: { rateLimits, throttleStatus, allowHighThroughput, messagingLimit },
  db,
  clock,
}: Pick<CloudApiStart, 'config' | 'clock'> & { db: Database }): Promise<SendingLimits> {
  const rates = rateLimits ? new SendingRates() : null;
  if (rates)
    await db.listen(inboundChannel, (payload) => {
      const got = parseInbound(payload);
      if (got) rates.noteInbound(got.phoneNumberId, got.count, clock.now());
    });
  return { rates, refusedStatus: throttleStatus, allowsHighThroughput: allowHighThroughput, messagingLimit };
}

function openWebhookSettings(
  options: SubscriptionsOptions,
): Pick<Services, 'subscriptions' | 'subscribedApps' | 'deliveryLog'> {
  return {
    subscriptions: new Subscriptions(options),
    subscribedApps: new SubscribedApps(options),
    deliveryLog: new DeliveryLog(options),
  };
}

function openTemplates(
  config: CloudApiConfig,
  db: Database,
  clock: Clock,
): { templates: Templates; templateLifeCycle: TemplateLifeCycle } {
  return {
    templates: new Templates({ db, clock, policy: reviewPolicy(config) }),
    templateLifeCycle: new TemplateLifeCycle({ db, clock }),
  };
}

function openAccess({
  config,
  clock,
  db,
}: Pick<CloudApiStart, 'config' | 'clock'> & { db: Database }): Pick<
  Services,
  'access' | 'businessManager' | 'management' | 'health'
> {
  const options = { url: config.businessManagerUrl, serviceToken: config.serviceToken };
  const businessManager = new BusinessManagerClient(options);
  return {
    businessManager,
    access: new AccessCache({ source: businessManager, clock }),
    management: new BusinessManagement(options),
    health: new Health({ db, clock, messagingLimit: config.messagingLimit }),
  };
}

interface LocalNodeParts {
  readonly config: CloudApiConfig;
  readonly db: Database;
  readonly storage: SealedStorage;
  readonly templates: Templates;
}

/** Media, uploads and flows, and how they are found as objects of the Graph. */
function openLocalNodes({
  config,
  db,
  storage,
  templates,
}: LocalNodeParts): Pick<Services, 'uploads' | 'localNodes' | 'media' | 'flows' | 'flowLinks'> {
  const flows = new Flows({ db, ...storage });
  const store = new MediaStore({ db, storage, folder: new MediaFolder(config.mediaFolder) });
  const personMedia = new PersonMedia({ db, storage, blobs: new BlobClient({ url: config.transportUrl }) });
  const uploads = new Uploads({ db, storage, folder: uploadFolderOf(config) });
  return {
    uploads,
    flows,
    flowLinks: new FlowLinks({ flows, ...storage }),
    localNodes: new LocalNodes([
      uploads.findNode,
      findMediaNode(store),
      findTemplateNode(templates),
      findFlowNode(flows),
    ]),
    media: new MediaLibrary({ store, personMedia, urls: new MediaUrls(storage) }),
  };
}
