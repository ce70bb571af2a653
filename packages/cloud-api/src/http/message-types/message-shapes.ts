import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import { gaps } from '../../contract/gaps.ts';
import { anyObject, graphId, messagingProduct, oneOf, open, text, webLink, scopedUserId, waId } from '../shapes.ts';
import { messageTypeNames } from './message-types.ts';

const wamid = Type.String({ pattern: '^wamid\\.', description: 'The id of a message.' });
const field = Type.Optional(text(limits.maxFieldCharacters));
const caption = { caption: Type.Optional(text(limits.maxCaptionCharacters)) };

/** One medium: by id or by link. */
function medium(more = {}) {
  return Type.Optional(Type.Object({ id: Type.Optional(graphId), link: Type.Optional(webLink), ...more }, open));
}

const envelope = {
  messaging_product: messagingProduct,
  recipient_type: Type.Optional(oneOf(['individual'])),
  to: Type.Optional(Type.String({ description: 'The phone number of the recipient, in any form that people write.' })),
  recipient: Type.Optional(Type.String({ description: 'A business-scoped user id; `to` counts before it.' })),
  category: Type.Optional(oneOf(['service'], 'Direct Send has others, and is not built.')),
  context: Type.Optional(Type.Object({ message_id: Type.Optional(Type.String()) }, open)),
  biz_opaque_callback_data: Type.Optional(text(limits.maxBizOpaqueCallbackDataCharacters)),
  recipient_identity_key_hash: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9+/_=-]{1,128}$' })),
};

const template = Type.Object(
  {
    name: text(limits.maxTemplateNameCharacters),
    language: Type.Object({ code: Type.String(), policy: Type.Optional(oneOf(['deterministic'])) }),
    components: Type.Optional(
      Type.Array(Type.Object({ type: Type.String() }, open), { maxItems: limits.maxTemplateComponents }),
    ),
  },
  open,
);

/** A template and whom it is for. */
export const sentTemplate = { ...envelope, type: oneOf(['template']), template };

/** A message of any type and whom it is for: what is said stands under the name of the type (docs/reference/messages.md). */
export const anyMessage = {
  ...envelope,
  type: Type.Optional(oneOf(messageTypeNames, 'A text unless told.')),
  text: Type.Optional(
    Type.Object({ body: text(limits.maxTextCharacters), preview_url: Type.Optional(Type.Boolean()) }, open),
  ),
  image: medium(caption),
  video: medium(caption),
  audio: medium({ voice: Type.Optional(Type.Boolean()) }),
  document: medium({ ...caption, filename: Type.Optional(text(limits.maxFilenameCharacters)) }),
  sticker: medium(),
  location: Type.Optional(
    Type.Object({
      latitude: Type.Number({ minimum: -90, maximum: 90 }),
      longitude: Type.Number({ minimum: -180, maximum: 180 }),
      name: field,
      address: field,
    }),
  ),
  contacts: Type.Optional(Type.Array(anyObject, { minItems: 1, maxItems: gaps.maxContacts })),
  interactive: Type.Optional(Type.Object({ type: Type.String(), action: anyObject }, open)),
  template: Type.Optional(template),
  reaction: Type.Optional(
    Type.Object({ message_id: wamid, emoji: text(limits.maxEmojiCharacters, 'One emoji; empty to take it back.') }),
  ),
};

/** Says that a message was read, and if it says so, that an answer is being written. */
export const readReceipt = {
  status: Type.Optional(oneOf(['read'])),
  message_id: Type.Optional(wamid),
  typing_indicator: Type.Optional(Type.Object({ type: oneOf(['text']) })),
};

/** The answer to a message that was accepted (contract section 2.2). */
export const sentMessage = Type.Object({
  messaging_product: messagingProduct,
  contacts: Type.Array(
    Type.Object({ input: Type.String(), wa_id: Type.Optional(waId), user_id: Type.Optional(scopedUserId) }),
    { minItems: 1, maxItems: 1 },
  ),
  messages: Type.Array(Type.Object({ id: wamid, message_status: Type.Optional(oneOf(['accepted'])) }), {
    minItems: 1,
    maxItems: 1,
  }),
});
