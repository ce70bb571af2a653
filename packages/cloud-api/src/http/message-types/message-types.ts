import { GraphError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';
import { parseContacts } from './contacts.ts';
import { parseInteractive } from './interactive/interactive.ts';
import { parseLocation } from './location.ts';
import { parseMediaOf } from './media.ts';
import type { ParseMessage } from './message-type.ts';
import { parseReaction } from './reaction.ts';
import { parseTemplate } from './template/template.ts';
import { parseText } from './text.ts';

/** Every type of message (contract section 2.1) and who reads it. */
const messageTypes = {
  text: parseText,
  image: parseMediaOf('image'),
  video: parseMediaOf('video'),
  audio: parseMediaOf('audio'),
  document: parseMediaOf('document'),
  sticker: parseMediaOf('sticker'),
  location: parseLocation,
  contacts: parseContacts,
  interactive: parseInteractive,
  template: parseTemplate,
  reaction: parseReaction,
  pin: refuseType,
} as const satisfies Readonly<Record<string, ParseMessage>>;

export const messageTypeNames = Object.keys(messageTypes) as (keyof typeof messageTypes)[];

/** What the request says is to be sent; a text unless told. @throws GraphError */
export function findMessageType(parameters: Parameters): { type: string; parse: ParseMessage } {
  const type = parameters.findChoice('type', messageTypeNames) ?? 'text';
  return { type, parse: messageTypes[type] };
}

/** Pinning is for groups only, and there are none. */
function refuseType(): never {
  throw new GraphError(131051, { details: 'Param type must be a type of message that this number can send.' });
}
