import { decodeWamid, limits, type PhoneNumber } from '@postern/protocol';
import { getPhoneNumber } from '../phone-number-parameter.ts';
import { GraphError, parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';

/** A text that a business sends. */
export interface TextMessage {
  /** The recipient as the request wrote it. */
  input: string;
  to: PhoneNumber;
  body: string;
  previewUrl: boolean;
  quote: { messageId: string; fromMe: boolean } | null;
  callbackData: string | null;
}

// Contract section 2.1.
const messageTypes = [
  'text',
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'location',
  'contacts',
  'interactive',
  'template',
  'reaction',
  'pin',
] as const;

// Each of these changes to whom, when or on what terms a message goes out, so that to ignore one would be wrong.
const refusedParameters = ['category', 'ttl_seconds', 'direct_send_config', 'recipient_identity_key_hash'] as const;

/** Reads the body of `POST /{phone}/messages` (contract sections 2.1 and 2.3). @throws GraphError */
export function parseTextMessage(parameters: Parameters): TextMessage {
  refuseWhatIsNotOffered(parameters);
  const { input, to } = parseRecipient(parameters);
  const text = parameters.findObject('text');
  if (!text) throw parameterError("The parameter text['body'] is required.");
  return {
    input,
    to,
    body: parseTextBody(text),
    previewUrl: text.findFlag('preview_url') ?? false,
    quote: findQuote(parameters, to),
    callbackData: findCallbackData(parameters),
  };
}

function refuseWhatIsNotOffered(parameters: Parameters): void {
  if (parameters.findChoice('recipient_type', ['individual', 'group'] as const) === 'group')
    throw parameterError('Param recipient_type must be INDIVIDUAL: groups are not supported yet.');
  for (const name of refusedParameters)
    if (parameters.has(name)) throw parameterError(`Param ${name} is not supported yet.`);
  const type = parameters.findChoice('type', messageTypes) ?? 'text';
  if (type !== 'text')
    throw new GraphError(131051, {
      details: `Messages of type ${type} are not supported yet. Param type must be TEXT.`,
    });
}

function parseRecipient(parameters: Parameters): { input: string; to: PhoneNumber } {
  if (!parameters.has('to') && parameters.has('recipient'))
    throw parameterError('Param recipient is not supported yet: send to a phone number.');
  const { input, phoneNumber: to } = getPhoneNumber(parameters, 'to');
  return { input, to };
}

function parseTextBody(text: Parameters): string {
  const body = text.getText('body');
  if (isLongerThan(body, limits.maxTextCharacters))
    throw parameterError(`Param text['body'] must be at most ${limits.maxTextCharacters} characters long.`);
  return body;
}

/** What the message answers. A message that is unknown, or that stands in another person's chat, is not quoted (contract section 2.1). */
function findQuote(parameters: Parameters, to: PhoneNumber): TextMessage['quote'] {
  const wamid = parameters.findObject('context')?.findText('message_id') ?? null;
  const quoted = wamid === null ? null : decodeWamid(wamid);
  return quoted?.phoneNumber === to ? { messageId: quoted.messageId, fromMe: quoted.sentByBusiness } : null;
}

function findCallbackData(parameters: Parameters): string | null {
  const name = 'biz_opaque_callback_data';
  const data = parameters.findText(name);
  if (data !== null && isLongerThan(data, limits.maxBizOpaqueCallbackDataCharacters))
    throw parameterError(`Param ${name} must be at most ${limits.maxBizOpaqueCallbackDataCharacters} characters long.`);
  return data;
}

/** Counts characters as people do; most texts are short enough however one counts. */
function isLongerThan(text: string, maxCharacters: number): boolean {
  if (text.length <= maxCharacters) return false;
  return text.length > 2 * maxCharacters || Array.from(text).length > maxCharacters;
}
