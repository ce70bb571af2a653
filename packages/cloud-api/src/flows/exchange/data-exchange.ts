import { limits, type FlowAnswerSchema, type FlowDataRequest, type MessageInitShape } from '@postern/protocol';
import { isShallowJson, type JsonObject } from '../../contract/json-value.ts';
import type { BusinessEncryption } from '../../numbers/business-encryption.ts';
import { ForbiddenUrlError } from '../../outside/address-guard.ts';
import { EndpointUnreachableError, type EndpointFetcher } from '../../webhooks/endpoint.ts';
import type { SigningSecrets } from '../../webhooks/lane.ts';
import { signWebhook } from '../../webhooks/signature.ts';
import type { Flow } from '../flow.ts';
import { hasScreen } from '../json/screen-definition.ts';
import { encryptExchange } from './exchange-cipher.ts';

/** What a phone is answered. */
export type Answer = NonNullable<MessageInitShape<typeof FlowAnswerSchema>['answer']>;

interface DataExchangeOptions {
  readonly encryption: Pick<BusinessEncryption, 'find'>;
  readonly fetcher: Pick<EndpointFetcher, 'exchange'>;
  readonly secrets: SigningSecrets;
}

interface Question {
  readonly flow: Flow;
  readonly phoneNumberId: string;
  readonly token: string;
  readonly asked: FlowDataRequest;
}

/** What an endpoint's statuses say (contract section 5.6). */
const keyChanged = 421;
const tokenDead = 427;

const actions = ['INIT', 'data_exchange', 'BACK'];

/** Asks the endpoints of businesses what their flows are to show. Whatever goes wrong there is an answer to the phone too. */
export class DataExchange {
  readonly #options: DataExchangeOptions;

  constructor(options: DataExchangeOptions) {
    this.#options = options;
  }

  /** @throws when the database or the Business Manager cannot be asked; then it may be tried again */
  async ask(question: Question): Promise<Answer> {
    const { flow, asked } = question;
    const data = parseData(asked.json);
    const { endpointUri, document } = flow;
    if (endpointUri === null || document.dataApiVersion === null || !data || !actions.includes(asked.action))
      return failure('unavailable');
    const { action, screen } = asked;
    const about = action === 'INIT' ? {} : { screen, data };
    const plaintext = { version: document.dataApiVersion, action, ...about, flow_token: question.token };
    const first = await this.#exchange(question, endpointUri, plaintext);
    // Once more, with the key as it is by now.
    const answer = first?.status === keyChanged ? await this.#exchange(question, endpointUri, plaintext) : first;
    return answer ? read(answer, flow) : failure('endpoint');
  }

  /** Null when there is no key to encrypt with, the flow's app lost the account, or there is no answer. */
  async #exchange(
    { flow, phoneNumberId }: Question,
    endpointUri: string,
    plaintext: JsonObject,
  ): Promise<{ status: number; body: string; opened: JsonObject | null } | null> {
    const { encryption, fetcher, secrets } = this.#options;
    const key = await encryption.find(phoneNumberId);
    const secret = await secrets.signingSecret(flow.appId, flow.wabaId);
    if (!key?.isVouchedFor || secret === null) return null;
    const { body, open } = encryptExchange(Buffer.from(JSON.stringify(plaintext)), key.publicKey);
    const bytes = Buffer.from(JSON.stringify(body));
    const signature = signWebhook(bytes, secret);
    try {
      const answer = await fetcher.exchange(endpointUri, bytes, { 'X-Hub-Signature-256': signature });
      if (answer.body === null) return null;
      const opened = open(answer.body);
      return { status: answer.status, body: answer.body, opened: opened && parseData(opened.toString('utf8')) };
    } catch (error) {
      if (error instanceof EndpointUnreachableError || error instanceof ForbiddenUrlError) return null;
      throw error;
    }
  }
}

function read(
  { status, body, opened }: { status: number; body: string; opened: JsonObject | null },
  flow: Flow,
): Answer {
  if (status === tokenDead) return failure('over', errorTextOf(opened ?? parseData(body)));
  if (status < 200 || status >= 300 || !opened) return failure('endpoint');
  const { screen, data } = opened;
  if (typeof screen !== 'string' || (screen !== 'SUCCESS' && !hasScreen(flow.document, screen)))
    return failure('endpoint');
  const json = JSON.stringify(data ?? {});
  if (Buffer.byteLength(json) > limits.maxFlowDataBytes) return failure('endpoint');
  return { case: 'screen', value: { screen, json } };
}

/** Why a flow does not go on: `unavailable`, `over` or `endpoint`. */
export function failure(reason: 'unavailable' | 'over' | 'endpoint', text = ''): Answer {
  return { case: 'failure', value: { reason, text } };
}

function errorTextOf(told: JsonObject | null): string {
  const text = told?.['error_msg'];
  return typeof text === 'string' ? text.slice(0, limits.maxFieldCharacters) : '';
}

/** JSON text of an object that is neither too large nor nested too deep; null when it is none. */
function parseData(text: string): JsonObject | null {
  if (Buffer.byteLength(text) > limits.maxWebhookResponseBytes) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== 'object' || Array.isArray(value) || !isShallowJson(value)) return null;
    return value as JsonObject;
  } catch {
    return null;
  }
}
