import { parsePhoneNumber, type Clock, type PhoneNumber } from '@postern/protocol';
import { ConfigError, createInternalHttp, listen, type Logger, type Running, addGuardedRoutes } from '@postern/service';
import type { FastifyInstance } from 'fastify';
import { Codes } from './codes.ts';
import type { SandboxConfig } from './config.ts';
import { addCodeDelivery, addCodeRoutes } from './http/codes.ts';
import { explainFailedCall, orNotReady } from './http/sandbox-access.ts';
import { addFaultRoutes } from './http/faults.ts';
import { addClockRoutes } from './http/clock.ts';
import { addPeopleRoutes } from './http/people.ts';
import { addTransportViewRoutes } from './http/transport-view.ts';
import { addWebhookReceiver } from './http/webhook-receiver.ts';
import { addWebhookRoutes } from './http/webhooks.ts';
import { People } from './people/people.ts';
import { untilReachable } from './readiness.ts';
import type { Sandbox } from './sandbox.ts';
import { BusinessManager } from './seed/business-manager.ts';
import { seedBusiness } from './seed/business-seed.ts';
import { CloudApi } from './seed/cloud-api.ts';
import { setUpNumber } from './seed/number-setup.ts';
import { StateFile, type Business } from './state-file.ts';
import type { Supervisor } from './supervisor.ts';
import { TransportView } from './transport-view.ts';
import { WebhookReceiver } from './webhooks/webhook-receiver.ts';
import { WebhookSubscription } from './webhooks/webhook-subscription.ts';

export interface SandboxOptions {
  config: SandboxConfig;
  clock: Clock;
  logger: Logger;
  supervisor: Supervisor;
}

/** What one needs to be the sandbox's business and its people. */
export interface SandboxAnnouncement {
  readonly url: string;
  readonly accessToken: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly businessAccountId: string;
  readonly phoneNumberId: string;
  readonly displayPhoneNumber: string;
  readonly people: readonly { name: string; waId: string }[];
}

interface Memory {
  readonly state: StateFile;
  readonly codes: Codes;
  readonly receiver: WebhookReceiver;
}

/**
 * Starts the sandbox: waits for the other systems, makes the business and the people that are missing, switches the
 * phones on. Its HTTP answers codes and webhooks at once, everything else when all is made.
 */
export async function startSandbox(options: SandboxOptions): Promise<Running & { url: string }> {
  const { config, logger } = options;
  const memory = openMemory(options);
  const http = createInternalHttp(logger);
  const waiting: { sandbox: Sandbox | null } = { sandbox: null };
  await addRoutes(http, options, { memory, findSandbox: () => waiting.sandbox });
  const url = await listen(http, config);
  try {
    const sandbox = await openSandbox(options, memory, url);
    waiting.sandbox = sandbox;
    const stop = async () => {
      sandbox.subscription.stop();
      await http.close();
      await sandbox.people.stop();
    };
    return { url, announce: { ...announcement(sandbox, url) }, stop };
  } catch (error) {
    await http.close();
    throw error;
  }
}

function openMemory({ config, supervisor }: SandboxOptions): Memory {
  const state = new StateFile(config.stateFile);
  const findAppSecret = () => state.state.business?.appSecret ?? null;
  const tell = supervisor.tell.bind(supervisor);
  return {
    state,
    codes: new Codes(),
    receiver: new WebhookReceiver({ verifyToken: config.verifyToken, findAppSecret, tell }),
  };
}

async function addRoutes(
  http: FastifyInstance,
  { config, clock }: SandboxOptions,
  { memory, findSandbox }: { memory: Memory; findSandbox: () => Sandbox | null },
): Promise<void> {
  await addCodeDelivery(http, { codes: memory.codes, token: config.verifierToken, clock });
  await addWebhookReceiver(http, memory.receiver, clock);
  const getSandbox = orNotReady(findSandbox);
  await addGuardedRoutes(http, { token: config.sandboxToken, explain: explainFailedCall }, (routes) => {
    addCodeRoutes(routes, memory.codes);
    addPeopleRoutes(routes, getSandbox);
    addClockRoutes(routes, getSandbox);
    addFaultRoutes(routes, getSandbox);
    addTransportViewRoutes(routes, getSandbox);
    addWebhookRoutes(routes, getSandbox);
  });
}

async function openSandbox(options: SandboxOptions, memory: Memory, url: string): Promise<Sandbox> {
  const { config, clock, logger, supervisor } = options;
  const { transportUrl, cloudApiUrl, businessManagerUrl, verifyToken } = config;
  const { state, codes, receiver } = memory;
  await untilReachable([transportUrl, cloudApiUrl, businessManagerUrl]);
  const cloudApi = new CloudApi(cloudApiUrl);
  const people = new People({ dir: config.peopleDir, transportUrl, state, codes, clock, logger });
  const [business] = await Promise.all([openBusiness(options, memory, cloudApi), people.start()]);
  const own = { url: `${url}/webhook-receiver`, verifyToken };
  const tell = supervisor.tell.bind(supervisor);
  const subscription = new WebhookSubscription({ cloudApi, business, own, tell, logger });
  await subscription.start(config.webhookUrl === undefined ? null : { url: config.webhookUrl, verifyToken });
  if (!(await people.greet(business.phoneNumber)))
    logger.warn({}, 'the people have said hello, but it has not arrived yet');
  const view = new TransportView(transportUrl, config.inspectToken);
  return { business, people, cloudApi, receiver, subscription, view, supervisor, clock, verifyToken };
}

/** The business with its number ready to send; each step is remembered, so that only what is missing is done. */
async function openBusiness(
  { config }: SandboxOptions,
  { state, codes }: Memory,
  cloudApi: CloudApi,
): Promise<Business> {
  const business = state.state.business ?? (await makeBusiness(config, state));
  if (!state.state.isNumberRegistered) {
    await setUpNumber(cloudApi, business, codes);
    state.update({ isNumberRegistered: true });
  }
  return business;
}

async function makeBusiness(config: SandboxConfig, state: StateFile): Promise<Business> {
  const manager = new BusinessManager({ url: config.businessManagerUrl, adminToken: config.adminToken });
  const business = await seedBusiness(manager, businessNumber(config));
  state.update({ business });
  return business;
}

function businessNumber({ businessPhoneNumber }: SandboxConfig): PhoneNumber {
  const phoneNumber = parsePhoneNumber(businessPhoneNumber);
  if (!phoneNumber) throw new ConfigError('The setting businessPhoneNumber must have 7 to 15 digits.');
  return phoneNumber;
}

function announcement({ business, people }: Sandbox, url: string): SandboxAnnouncement {
  const { accessToken, appId, appSecret, wabaId, phoneNumberId, phoneNumber } = business;
  return {
    url,
    accessToken,
    appId,
    appSecret,
    businessAccountId: wabaId,
    phoneNumberId,
    displayPhoneNumber: `+${phoneNumber}`,
    people: people.list().map((phone) => ({ name: phone.name, waId: phone.phoneNumber })),
  };
}
