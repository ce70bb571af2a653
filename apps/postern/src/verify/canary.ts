import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { limits } from '@postern/protocol';
import { SandboxClient } from '../demo/sandbox-client.ts';
import { NotCheckableError } from './check.ts';
import { notRunning, type Site } from './site.ts';

/** A text that stands nowhere else, and who said and got it. */
export interface Canary {
  readonly text: string;
  /** The person's phone number. */
  readonly waId: string;
  /** What did not arrive in time; null when both ways worked. */
  readonly missing: string | null;
}

const pollMs = 100;
const trips = new WeakMap<Site, Promise<Canary>>();

/**
 * Has a person of the sandbox send a text and get one back, once for each look at an installation.
 * @throws NotCheckableError where there is no sandbox: elsewhere nobody's phone is ours to write to; or its number is not
 * registered. Error when the text was not taken, so that nothing is known of the way
 */
export function sendCanary(site: Site): Promise<Canary> {
  const known = trips.get(site);
  if (known) return known;
  const trip = travel(site).catch((error: unknown) => {
    if (error instanceof NotCheckableError) throw error;
    throw new Error(`no text could be sent: ${(error as Error).message}`, { cause: error });
  });
  trips.set(site, trip);
  return trip;
}

async function travel(site: Site): Promise<Canary> {
  const business = readBusiness(site);
  const client = openSandbox(site, business);
  await checkRegistered(site, business);
  const person = (await client.listPeople()).find(({ online }) => online);
  if (!person) throw new NotCheckableError('no phone of the sandbox is online');
  const { waId } = person;
  const text = `postern verify ${randomBytes(16).toString('hex')}`;
  const arrives = async (id: string, state: string) => {
    const limit = AbortSignal.timeout(limits.canaryTimeoutMs);
    for (;;) {
      if ((await client.findOnPhone(waId, id))?.state === state) return true;
      if (limit.aborted) return false;
      await delay(pollMs);
    }
  };
  // The person first: a business may only answer.
  const toBusiness = await client.say(waId, text);
  if (!(await arrives(toBusiness, 'delivered')))
    return { text, waId, missing: 'the message did not get to the Cloud API' };
  const toPerson = await client.sendText(waId, text);
  const isThere = await arrives(toPerson, 'received');
  return { text, waId, missing: isThere ? null : 'the answer did not get to the phone' };
}

interface SandboxBusiness {
  readonly accessToken: string;
  readonly phoneNumberId: string;
  readonly phoneNumber: string;
}

function readBusiness(site: Site): SandboxBusiness {
  const { folder } = site;
  if (!folder || !site.findConfig('sandbox')) throw new NotCheckableError('there is no sandbox here');
  if (!site.isRunning) throw new NotCheckableError(notRunning);
  return (JSON.parse(readFileSync(folder.sandboxFile, 'utf8')) as { business: SandboxBusiness }).business;
}

/** A number that its business has deregistered sends nothing, and that is as it should be. */
async function checkRegistered(site: Site, { phoneNumberId }: SandboxBusiness): Promise<void> {
  const registered = await site
    .databaseOf('cloud-api')
    .query("SELECT FROM numbers WHERE phone_number_id = $1 AND state = 'registered'", [phoneNumberId]);
  if (registered.length === 0) throw new NotCheckableError(`the number ${phoneNumberId} is not registered`);
}

function openSandbox(site: Site, { accessToken, phoneNumberId, phoneNumber }: SandboxBusiness): SandboxClient {
  const [cloudApi, sandbox] = [site.urlOf('cloud-api'), site.urlOf('sandbox')];
  const sandboxToken = site.settingOf('sandbox', 'sandboxToken');
  const displayPhoneNumber = `+${phoneNumber}`;
  return new SandboxClient({ cloudApi, sandbox, accessToken, sandboxToken, phoneNumberId, displayPhoneNumber });
}
