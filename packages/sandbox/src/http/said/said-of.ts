import type { Phone, Said } from '@postern/client';
import { contactFromWords } from '@postern/protocol';
import { badRequest } from '../bad-request.ts';
import { referenceOf } from '../person.ts';
import type { MessageObject, SaidType } from './message-object.ts';
import { saidMedia } from './said-media.ts';

type Payload<Type extends SaidType> = NonNullable<MessageObject[Type]>;

interface Speaker {
  readonly phone: Phone;
  readonly message: MessageObject;
}

/** How each type becomes content. */
const readers: { readonly [Type in SaidType]: (payload: Payload<Type>, speaker: Speaker) => Said } = {
  text: ({ body, preview_url: previewUrl = false }) => ({ case: 'text', value: { body, previewUrl } }),
  image: (payload, speaker) => saidMedia('image', payload, speaker),
  video: (payload, speaker) => saidMedia('video', payload, speaker),
  audio: (payload, speaker) => saidMedia('audio', payload, speaker),
  document: (payload, speaker) => saidMedia('document', payload, speaker),
  sticker: (payload, speaker) => saidMedia('sticker', payload, speaker),
  location: (value) => ({ case: 'location', value: { ...value } }),
  contacts: (contacts, { message }) => {
    const wasRequested = message.origin === 'contact_request';
    return { case: 'contacts', value: { contacts: contacts.map(contactFromWords), wasRequested } };
  },
  reaction: ({ message_id: wamid, emoji = '' }, { phone }) => {
    return { case: 'reaction', value: { ...referenceOf(phone, wamid, 'reaction.message_id'), emoji } };
  },
  button: ({ text, payload = text }) => reply({ case: 'quick', value: { payload, text } }),
  interactive: tapOf,
  order: ({ catalog_id: catalogId, text = '', product_items: items }) => ({
    case: 'order',
    value: {
      catalogId,
      text,
      items: items.map(({ product_retailer_id: productRetailerId, item_price: itemPrice, ...item }) => {
        return { ...item, productRetailerId, itemPrice };
      }),
    },
  }),
  unsupported: ({ type = '' }) => ({ case: 'unsupported', value: { type } }),
};

/** The content of what a person says. @throws HttpError 400 that names the member that is wrong */
export function saidOf(phone: Phone, message: MessageObject): Said {
  const type = message.type ?? 'text';
  const payload = message[type];
  if (payload === undefined) throw badRequest(`${type} is missing: it holds what a message of this type says.`);
  const read = readers[type] as (payload: unknown, speaker: Speaker) => Said;
  return read(payload, { phone, message });
}

type Reply = Extract<Said, { case: 'reply' }>['value']['reply'];

function reply(value: NonNullable<Reply>): Said {
  return { case: 'reply', value: { reply: value } };
}

function tapOf(interactive: Payload<'interactive'>): Said {
  if (interactive.type === 'button_reply')
    return reply({ case: 'button', value: { ...given(interactive, 'button_reply') } });
  if (interactive.type === 'list_reply') return reply({ case: 'list', value: { ...given(interactive, 'list_reply') } });
  if (interactive.type === 'nfm_reply') {
    const { name = 'flow', body = 'Sent', response_json: responseJson } = given(interactive, 'nfm_reply');
    return reply({ case: 'form', value: { name, body, responseJson } });
  }
  const answer = given(interactive, 'call_permission_reply');
  const { response, is_permanent: isPermanent = false, expiration_timestamp: expiresAtS = 0 } = answer;
  const value = { isAccepted: response === 'accept', isPermanent, expiresAtMs: BigInt(expiresAtS) * 1000n };
  return reply({ case: 'callPermission', value });
}

function given<Name extends Payload<'interactive'>['type']>(
  interactive: Payload<'interactive'>,
  name: Name,
): NonNullable<Payload<'interactive'>[Name]> {
  const payload = interactive[name];
  if (payload === undefined) throw badRequest(`interactive.${name} is missing.`);
  return payload;
}
