import { decodeWamid, limits, type PhoneNumber, type WamidParts } from '@postern/protocol';
import { parameterError, valueError } from '../../graph-errors.ts';
import type { Parameters } from '../../parameters.ts';
import { getPhoneNumber } from '../../phone-number-parameter.ts';

/** What stands around every message (contract section 2.1). */
export interface MessageEnvelope {
  /** The recipient as the request wrote it. */
  readonly input: string;
  readonly to: PhoneNumber;
  /** The message that is answered: one of the same chat, though it may be gone. */
  readonly quoted: WamidParts | null;
  readonly callbackData: string | null;
  readonly identityKeyHash: string | null;
}

// Each of these belongs to Direct Send (contract section 2.9), and changes on what terms a message goes out.
const directSendParameters = ['ttl_seconds', 'direct_send_config'] as const;
const identityHashPattern = /^[A-Za-z0-9+/_=-]{1,128}$/;

/** Reads it. @throws GraphError */
export function parseEnvelope(parameters: Parameters): MessageEnvelope {
  if (parameters.findChoice('recipient_type', ['individual', 'group'] as const) === 'group')
    throw parameterError('Param recipient_type must be INDIVIDUAL: groups are not supported.');
  refuseDirectSend(parameters);
  const { input, to } = parseRecipient(parameters);
  return {
    input,
    to,
    quoted: findQuoted(parameters, to),
    callbackData: parameters.findText('biz_opaque_callback_data', limits.maxBizOpaqueCallbackDataCharacters),
    identityKeyHash: findIdentityHash(parameters),
  };
}

function refuseDirectSend(parameters: Parameters): void {
  for (const name of directSendParameters)
    if (parameters.has(name)) throw parameterError(`Param ${name} is for Direct Send, which is not supported.`);
  const category = parameters.findChoice('category', ['service', 'utility', 'authentication', 'marketing'] as const);
  if (category !== null && category !== 'service')
    throw parameterError('Param category must be SERVICE: Direct Send is not supported.');
}

function parseRecipient(parameters: Parameters): { input: string; to: PhoneNumber } {
  if (!parameters.has('to') && parameters.has('recipient'))
    throw parameterError('Param recipient is not supported: name the recipient by a phone number in to.');
  const { input, phoneNumber: to } = getPhoneNumber(parameters, 'to');
  return { input, to };
}

/** A message that is no id, or that stands in another person's chat, is not quoted (gap B19). */
function findQuoted(parameters: Parameters, to: PhoneNumber): WamidParts | null {
  const wamid = parameters.findObject('context')?.findText('message_id') ?? null;
  const quoted = wamid === null ? null : decodeWamid(wamid);
  return quoted?.phoneNumber === to ? quoted : null;
}

function findIdentityHash(parameters: Parameters): string | null {
  const name = 'recipient_identity_key_hash';
  const hash = parameters.findText(name);
  if (hash === null || identityHashPattern.test(hash)) return hash;
  throw valueError(`Param ${name} must be the identity_key_hash of the person as webhooks give it.`);
}
