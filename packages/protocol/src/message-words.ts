import { withAttachments } from './attachment-places.ts';
import { contactWords } from './contact-words.ts';
import {
  Forwarding,
  MediaKind,
  type Attachment,
  type CallPermissionReply,
  type Interactive,
  type Location,
  type Media,
  type Message,
  type Order,
  type Reaction,
  type Reply,
  type Template,
} from './generated/postern/content/v1/content_pb.js';
import { parseMessageId, type MessageId, type PhoneNumber, type UserId } from './ids.ts';

/** A message that another one speaks of: a quoted one, or one that is reacted to. */
export interface MessageReference {
  readonly messageId: MessageId;
  /** Whose message it is, seen from the sender of the one that speaks of it. */
  readonly fromMe: boolean;
}

/** What a message does not know about itself. */
export interface WordsOptions {
  /** The members that say where an attachment's bytes are to be had, such as its `id`. */
  readonly attachment: (attachment: Attachment, index: number) => object;
  /** The wamid of a message that is spoken of. */
  readonly wamid: (reference: MessageReference) => string;
}

/** A message's body in the contract's own JSON: `type`, and the object of that name. */
export interface MessageWords {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** A message's context as a webhook has it (contract section 4.4). */
export interface ContextWords {
  readonly from?: PhoneNumber | UserId;
  readonly id?: string;
  readonly referred_product?: { readonly catalog_id: string; readonly product_retailer_id: string };
  readonly forwarded?: true;
  readonly frequently_forwarded?: true;
}

const mediaTypes = {
  [MediaKind.UNSPECIFIED]: null,
  [MediaKind.IMAGE]: 'image',
  [MediaKind.VIDEO]: 'video',
  [MediaKind.AUDIO]: 'audio',
  [MediaKind.DOCUMENT]: 'document',
  [MediaKind.STICKER]: 'sticker',
} as const;

/**
 * What a message says, in the contract's words: those of section 4.4, and of sections 2.3 to 2.5 for what only a
 * business can send. What there are no words for is `unsupported`.
 */
export function messageWords({ body }: Pick<Message, 'body'>, options: WordsOptions): MessageWords {
  switch (body.case) {
    case 'text': {
      const { body: text, previewUrl } = body.value;
      return { type: 'text', text: { body: text, ...(previewUrl && { preview_url: true }) } };
    }
    case 'media':
      return mediaWords(body.value, options);
    case 'location':
      return { type: 'location', location: locationWords(body.value) };
    case 'contacts': {
      const { contacts, wasRequested } = body.value;
      return {
        type: 'contacts',
        contacts: contacts.map(contactWords),
        ...(wasRequested && { origin: 'contact_request' }),
      };
    }
    case 'reaction':
      return reactionWords(body.value, options);
    case 'interactive':
      return interactiveWords(body.value, options);
    case 'template':
      return templateWords(body.value, options);
    case 'reply':
      return replyWords(body.value);
    case 'order':
      return { type: 'order', order: orderWords(body.value) };
    default:
      return unsupportedWords(body.value?.type);
  }
}

/**
 * The same of a message that a person sent, as a webhook tells it: with section 4.4's members and no others. What only a
 * business can say is unsupported when a person says it.
 */
export function inboundWords({ body }: Pick<Message, 'body'>, options: WordsOptions): MessageWords {
  if (body.case === 'text') return { type: 'text', text: { body: body.value.body } };
  if (body.case === 'interactive') return unsupportedWords('interactive');
  if (body.case === 'template') return unsupportedWords('hsm');
  return messageWords({ body }, options);
}

/** What a message answers, and whether it was forwarded; null for neither. `numberOf` names who sent what is quoted; null for whom is not to be named. */
export function contextWords(
  { quote, forwarding }: Pick<Message, 'quote' | 'forwarding'>,
  { wamid, numberOf }: Pick<WordsOptions, 'wamid'> & { numberOf: (fromMe: boolean) => PhoneNumber | UserId | null },
): ContextWords | null {
  if (forwarding === Forwarding.FORWARDED) return { forwarded: true };
  if (forwarding === Forwarding.FREQUENTLY) return { frequently_forwarded: true };
  const messageId = parseMessageId(quote?.messageId ?? '');
  if (!quote || !messageId) return null;
  const { fromMe, product } = quote;
  const from = numberOf(fromMe);
  return {
    ...(from !== null && { from }),
    id: wamid({ messageId, fromMe }),
    ...(product && {
      referred_product: { catalog_id: product.catalogId, product_retailer_id: product.productRetailerId },
    }),
  };
}

function unsupportedWords(type = ''): MessageWords {
  return { type: 'unsupported', ...(type !== '' && { unsupported: { type } }) };
}

function mediaWords(media: Media, { attachment }: WordsOptions): MessageWords {
  const type = mediaTypes[media.kind];
  if (type === null || !media.attachment) return unsupportedWords('media_placeholder');
  const { caption, filename, voice, animated } = media;
  return {
    type,
    [type]: {
      ...(caption !== '' && type !== 'audio' && type !== 'sticker' && { caption }),
      ...(filename !== '' && type === 'document' && { filename }),
      ...attachmentWords(media.attachment),
      ...attachment(media.attachment, 0),
      ...(type === 'audio' && { voice }),
      ...(type === 'sticker' && { animated }),
    },
  };
}

/** An attachment that is not made yet has neither. */
function attachmentWords({ mimeType, sha256 }: Attachment): object {
  return {
    ...(mimeType !== '' && { mime_type: mimeType }),
    ...(sha256.length > 0 && { sha256: Buffer.from(sha256).toString('base64') }),
  };
}

function locationWords({ latitude, longitude, name, address, url }: Location): object {
  return { latitude, longitude, ...(name && { name }), ...(address && { address }), ...(url && { url }) };
}

function reactionWords({ messageId: target, fromMe, emoji }: Reaction, { wamid }: WordsOptions): MessageWords {
  const messageId = parseMessageId(target);
  if (!messageId) return unsupportedWords('reaction');
  return { type: 'reaction', reaction: { message_id: wamid({ messageId, fromMe }), emoji } };
}

function interactiveWords({ json, attachments }: Interactive, options: WordsOptions): MessageWords {
  const interactive = withAttachments(json, attachments, placeWords(options));
  return interactive ? { type: 'interactive', interactive } : unsupportedWords('interactive');
}

function templateWords({ name, language, json, attachments }: Template, options: WordsOptions): MessageWords {
  const filled = withAttachments(json, attachments, placeWords(options));
  return filled
    ? { type: 'template', template: { name, language: { code: language }, ...filled } }
    : unsupportedWords('hsm');
}

function placeWords({ attachment }: WordsOptions): WordsOptions['attachment'] {
  return (each, index) => ({ ...attachmentWords(each), ...attachment(each, index) });
}

function replyWords({ reply }: Reply): MessageWords {
  switch (reply.case) {
    case 'button': {
      const { id, title } = reply.value;
      return tapped('button_reply', { id, title });
    }
    case 'list': {
      const { id, title, description } = reply.value;
      return tapped('list_reply', { id, title, ...(description && { description }) });
    }
    case 'quick': {
      const { payload, text } = reply.value;
      return { type: 'button', button: { payload, text } };
    }
    case 'form': {
      const { name, body, responseJson } = reply.value;
      return tapped('nfm_reply', { name, body, response_json: responseJson });
    }
    case 'callPermission':
      return tapped('call_permission_reply', callPermissionWords(reply.value));
    default:
      return unsupportedWords('interactive');
  }
}

function tapped(type: string, reply: object): MessageWords {
  return { type: 'interactive', interactive: { type, [type]: reply } };
}

function callPermissionWords({ isAccepted, isPermanent, expiresAtMs }: CallPermissionReply): object {
  return {
    response: isAccepted ? 'accept' : 'reject',
    ...(isAccepted && { is_permanent: isPermanent }),
    ...(expiresAtMs > 0n && { expiration_timestamp: Math.floor(Number(expiresAtMs) / 1000) }),
    response_source: 'user_action',
  };
}

function orderWords({ catalogId, text, items }: Order): object {
  const productItems = items.map(({ productRetailerId, quantity, itemPrice, currency }) => {
    return { product_retailer_id: productRetailerId, quantity, item_price: itemPrice, currency };
  });
  return { catalog_id: catalogId, text, product_items: productItems };
}
