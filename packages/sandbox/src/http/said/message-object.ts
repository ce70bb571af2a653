import { limits } from '@postern/protocol';
import { Type, type Static, type TSchema } from 'typebox';

const long = Type.String({ maxLength: limits.maxTextCharacters });
const short = Type.String({ maxLength: limits.maxFieldCharacters });
const wamid = Type.String({ maxLength: 128 });
const closed = { additionalProperties: false };

/** All members may be missing. */
const loose = <Members extends Record<string, TSchema>>(members: Members) => Type.Partial(Type.Object(members, closed));
const listOf = <Item extends TSchema>(item: Item) => Type.Array(item, { maxItems: limits.maxFieldEntries });

const caption = Type.Optional(Type.String({ maxLength: limits.maxCaptionCharacters }));
const mediaId = Type.String({ minLength: 1, maxLength: 64 });
const captioned = Type.Object({ id: mediaId, caption }, closed);

const contact = loose({
  name: Type.Object(
    {
      formatted_name: Type.String({ minLength: 1, maxLength: limits.maxFieldCharacters }),
      first_name: Type.Optional(short),
      last_name: Type.Optional(short),
      middle_name: Type.Optional(short),
      suffix: Type.Optional(short),
      prefix: Type.Optional(short),
    },
    closed,
  ),
  birthday: short,
  org: loose({ company: short, department: short, title: short }),
  addresses: listOf(
    loose({ street: short, city: short, state: short, zip: short, country: short, country_code: short, type: short }),
  ),
  emails: listOf(loose({ email: short, type: short })),
  urls: listOf(loose({ url: short, type: short })),
  phones: listOf(loose({ phone: short, wa_id: short, type: short })),
  vcard: long,
});

const interactiveTypes = ['button_reply', 'list_reply', 'nfm_reply', 'call_permission_reply'] as const;

const interactive = Type.Object(
  {
    type: Type.Enum([...interactiveTypes]),
    button_reply: Type.Optional(Type.Object({ id: short, title: short }, closed)),
    list_reply: Type.Optional(Type.Object({ id: short, title: short, description: Type.Optional(short) }, closed)),
    nfm_reply: Type.Optional(
      Type.Object(
        {
          name: Type.Optional(Type.Union([Type.Literal('flow'), Type.Literal('address_message')])),
          body: Type.Optional(short),
          response_json: Type.String({ maxLength: limits.maxSaidJsonCharacters }),
        },
        closed,
      ),
    ),
    call_permission_reply: Type.Optional(
      Type.Object(
        {
          response: Type.Union([Type.Literal('accept'), Type.Literal('reject')]),
          is_permanent: Type.Optional(Type.Boolean()),
          expiration_timestamp: Type.Optional(Type.Integer({ minimum: 0 })),
          response_source: Type.Optional(Type.Literal('user_action')),
        },
        closed,
      ),
    ),
  },
  closed,
);

const order = Type.Object(
  {
    catalog_id: short,
    text: Type.Optional(long),
    product_items: Type.Array(
      Type.Object(
        {
          product_retailer_id: short,
          quantity: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
          item_price: Type.Number({ minimum: 0 }),
          currency: Type.String({ pattern: '^[A-Z]{3}$' }),
        },
        closed,
      ),
      { minItems: 1, maxItems: limits.maxFieldEntries },
    ),
  },
  closed,
);

const context = loose({
  message_id: wamid,
  // As an inbound message has it; the sender follows from the id.
  id: wamid,
  from: short,
  forwarded: Type.Boolean(),
  frequently_forwarded: Type.Boolean(),
  referred_product: Type.Object({ catalog_id: short, product_retailer_id: short }, closed),
});

/** What a person says, by its type: the contract's own objects (section 4.4). Media are named by their id on the phone. */
const payloads = {
  text: Type.Object(
    {
      body: Type.String({ minLength: 1, maxLength: limits.maxTextCharacters }),
      preview_url: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
  image: captioned,
  video: captioned,
  audio: Type.Object({ id: mediaId, voice: Type.Optional(Type.Boolean()) }, closed),
  document: Type.Object(
    { id: mediaId, caption, filename: Type.Optional(Type.String({ maxLength: limits.maxFilenameCharacters })) },
    closed,
  ),
  sticker: Type.Object({ id: mediaId, animated: Type.Optional(Type.Boolean()) }, closed),
  location: Type.Object(
    {
      latitude: Type.Number({ minimum: -90, maximum: 90 }),
      longitude: Type.Number({ minimum: -180, maximum: 180 }),
      name: Type.Optional(short),
      address: Type.Optional(short),
      url: Type.Optional(short),
    },
    closed,
  ),
  contacts: Type.Array(contact, { minItems: 1, maxItems: limits.maxFieldEntries }),
  reaction: Type.Object(
    { message_id: wamid, emoji: Type.Optional(Type.String({ maxLength: limits.maxEmojiCharacters })) },
    closed,
  ),
  button: Type.Object({ payload: Type.Optional(short), text: short }, closed),
  interactive,
  order,
  unsupported: loose({ type: short }),
};

export type SaidType = keyof typeof payloads;
export const saidTypes = Object.keys(payloads) as readonly SaidType[];

/** The Cloud API's own message object, as a person's phone says it. */
export const messageObject = Type.Object(
  {
    messaging_product: Type.Optional(Type.Literal('whatsapp')),
    recipient_type: Type.Optional(Type.Literal('individual')),
    to: Type.String({ maxLength: 32 }),
    type: Type.Optional(Type.Enum([...saidTypes])),
    context: Type.Optional(context),
    origin: Type.Optional(Type.Union([Type.Literal('contact_request'), Type.Literal('other')])),
    ...optional(payloads),
  },
  closed,
);

export type MessageObject = Static<typeof messageObject>;

function optional<Members extends Record<string, TSchema>>(members: Members) {
  return Type.Partial(Type.Object(members)).properties;
}
