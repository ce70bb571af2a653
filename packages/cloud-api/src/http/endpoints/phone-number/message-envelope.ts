import { decodeWamid, limits, type WamidParts } from '@postern/protocol';
import { parameterError, valueError } from '../../graph-errors.ts';
import type { Parameters } from '../../parameters.ts';

/** What stands around every message but its recipient (contract section 2.1). */
export interface MessageEnvelope {
  /** The message that is answered, which may be gone, or of another chat. */
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
  return {
    quoted: findQuoted(parameters),
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

/** What is no id is not quoted (gap B19). */
function findQuoted(parameters: Parameters): WamidParts | null {
  const wamid = parameters.findObject('context')?.findText('message_id') ?? null;
  return wamid === null ? null : decodeWamid(wamid);
}

function findIdentityHash(parameters: Parameters): string | null {
  const name = 'recipient_identity_key_hash';
  const hash = parameters.findText(name);
  if (hash === null || identityHashPattern.test(hash)) return hash;
  throw valueError(`Param ${name} must be the identity_key_hash of the person as webhooks give it.`);
}
