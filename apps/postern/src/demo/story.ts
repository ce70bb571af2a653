import type { Ready } from '../instance/ready.ts';
import type { BusinessEndpoint } from './business-endpoint.ts';
import { claim, DemoFailedError } from './demo-failed-error.ts';
import { until } from './patience.ts';
import type { SandboxClient, ViewedEnvelope } from './sandbox-client.ts';
import type { ShowStep } from './step.ts';
import type { TransportTables } from './transport-tables.ts';

/** Everything that takes part. */
export interface Stage {
  readonly ready: Ready;
  readonly client: SandboxClient;
  readonly endpoint: BusinessEndpoint;
  readonly tables: TransportTables;
  readonly pauseWorker: () => void;
  readonly resumeWorker: () => void;
  readonly show: ShowStep;
}

const question = 'Your table for two is ready at seven. Shall we keep it?';
const answer = 'Yes please, and a chair for the dog.';

/** Plays the conversation and shows each step. @throws DemoFailedError when anything of it did not happen */
export async function play(stage: Stage): Promise<void> {
  const person = stage.ready.people[0];
  if (!person) throw new DemoFailedError('The sandbox has nobody in it.');
  const { name, waId } = person;
  const id = await send(stage, name, waId);
  await lookIntoTransport(stage, { id, name, waId });
  await deliver(stage, { id, name, waId });
  const answerId = await answerAs(stage, name, waId);
  await receive(stage, { id: answerId, name, waId });
  claim(stage.endpoint.wronglySigned === 0, 'every webhook carried the right signature');
}

interface Sent {
  readonly id: string;
  readonly name: string;
  readonly waId: string;
}

async function send({ client, show }: Stage, name: string, waId: string): Promise<string> {
  await client.setOffline(waId, true);
  const id = await client.sendText(waId, question);
  claim((await client.findOnPhone(waId, id)) === null, `a phone that is off shows nothing`);
  show({
    title: `${name}'s phone is off. The business sends a text through the Cloud API.`,
    business: `POST /messages "${question}" → 200 ${short(id)}`,
    transport: 'about to get an encrypted envelope',
    person: 'nothing: the phone is off',
  });
  return id;
}

async function lookIntoTransport({ client, endpoint, tables, show }: Stage, { id, waId }: Sent): Promise<void> {
  const envelope = await until('the transport holds an envelope', () => onlyEnvelope(client, waId));
  await until('the webhook "sent" arrives', () => endpoint.findStatus(id, 'sent'));
  const searched = await searchInVain(tables, question);
  show({
    title: 'What the transport holds while the message waits.',
    business: 'webhook: sent',
    transport: `${describe(envelope)}; ${searched}`,
    person: 'still nothing',
  });
}

async function deliver({ client, endpoint, show }: Stage, { id, name, waId }: Sent): Promise<void> {
  await client.setOffline(waId, false);
  const shown = await until('the phone shows the message', () => client.findOnPhone(waId, id));
  claim(shown.text?.body === question, 'the phone shows the text that was sent');
  await until('the webhook "delivered" arrives', () => endpoint.findStatus(id, 'delivered'));
  await client.markRead(waId);
  await until('the webhook "read" arrives', () => endpoint.findStatus(id, 'read'));
  await until('the transport holds nothing for the phone', () => nothingWaits(client, waId));
  show({
    title: `${name}'s phone comes back, and ${name} reads.`,
    business: 'webhooks: delivered, then read',
    transport: 'the envelope is gone; that it was read went by encrypted, too',
    person: `"${shown.text?.body}"`,
  });
}

async function answerAs(stage: Stage, name: string, waId: string): Promise<string> {
  const { client, tables, ready, show } = stage;
  const businessNumber = ready.displayPhoneNumber.replace('+', '');
  await until('the transport holds nothing for the business', () => nothingWaits(client, businessNumber));
  stage.pauseWorker();
  const id = await client.say(waId, answer);
  await until(`${name}'s phone says "sent"`, async () => {
    const message = await client.findOnPhone(waId, id);
    return message?.state === 'sent' ? message : null;
  });
  const envelope = await until('the transport holds the answer', () => onlyEnvelope(client, businessNumber));
  const searched = await searchInVain(tables, answer);
  show({
    title: `${name} answers, while the Cloud API's worker is stopped in its tracks.`,
    business: 'nothing yet',
    transport: `${describe(envelope)}; ${searched}`,
    person: `"${answer}": sent`,
  });
  return id;
}

async function receive(stage: Stage, { id, name, waId }: Sent): Promise<void> {
  const { client, endpoint, ready, show } = stage;
  stage.resumeWorker();
  const message = await until('the webhook with the answer arrives', () => endpoint.findMessage(id));
  claim(message.from === waId && message.text?.body === answer, 'the webhook says what was said, and who said it');
  await until(`${name}'s phone says "delivered"`, async () => {
    const said = await client.findOnPhone(waId, id);
    return said?.state === 'delivered' ? said : null;
  });
  const businessNumber = ready.displayPhoneNumber.replace('+', '');
  await until('the transport holds nothing any more', () => nothingWaits(client, businessNumber));
  show({
    title: 'The worker goes on, and the business gets the answer.',
    business: `webhook from ${waId}: "${message.text?.body}", X-Hub-Signature-256 verified`,
    transport: 'the envelope is gone',
    person: 'delivered',
  });
}

async function onlyEnvelope(client: SandboxClient, phoneNumber: string): Promise<ViewedEnvelope | null> {
  const envelopes = await client.listEnvelopesFor(phoneNumber);
  claim(envelopes.length <= 1, 'one message makes one envelope');
  return envelopes[0] ?? null;
}

async function nothingWaits(client: SandboxClient, phoneNumber: string): Promise<true | null> {
  return (await client.listEnvelopesFor(phoneNumber)).length === 0 ? true : null;
}

async function searchInVain(tables: TransportTables, text: string): Promise<string> {
  const { tables: count, rows, foundIn } = await tables.search(text);
  claim(rows > 0, 'there were rows to search');
  claim(foundIn.length === 0, `the text is in none of the transport's tables (it is in ${foundIn.join(', ')})`);
  return `the text is in none of the ${rows} rows of its ${count} tables`;
}

function describe({ senderPhoneNumber, recipientPhoneNumber, bytes, ciphertext }: ViewedEnvelope): string {
  const raw = Buffer.from(ciphertext, 'base64');
  claim(raw.length === bytes && bytes > 0, 'the envelope is as long as the transport says');
  const first = raw.subarray(0, 8).toString('hex').replace(/..\B/g, '$& ');
  return `${senderPhoneNumber} → ${recipientPhoneNumber}, ${bytes} bytes: ${first} …`;
}

function short(wamid: string): string {
  return `${wamid.slice(0, 12)}…${wamid.slice(-8)}`;
}
