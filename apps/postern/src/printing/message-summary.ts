/** As much of an inbound message (contract section 4.4) as is shown in one line. */
export interface ShownMessage {
  type?: string;
  text?: { body?: string };
  image?: ShownMedia;
  video?: ShownMedia;
  audio?: ShownMedia;
  document?: ShownMedia;
  sticker?: ShownMedia;
  location?: { latitude?: number; longitude?: number; name?: string };
  contacts?: { name?: { formatted_name?: string } }[];
  reaction?: { emoji?: string };
  button?: { text?: string; payload?: string };
  interactive?: {
    type?: string;
    button_reply?: { id?: string; title?: string };
    list_reply?: { id?: string; title?: string };
    nfm_reply?: { name?: string; response_json?: string };
    call_permission_reply?: { response?: string };
  };
  order?: { product_items?: { product_retailer_id?: string; quantity?: number }[] };
  unsupported?: { type?: string };
}

interface ShownMedia {
  caption?: string;
  filename?: string;
  mime_type?: string;
  voice?: boolean;
}

/** What there is to say of each type, behind its name. */
const details: Readonly<Record<string, (message: ShownMessage) => string>> = {
  image: ({ image }) => mediaDetails(image),
  video: ({ video }) => mediaDetails(video),
  audio: ({ audio }) => mediaDetails(audio),
  document: ({ document }) => mediaDetails(document),
  sticker: ({ sticker }) => mediaDetails(sticker),
  location: ({ location }) => words(`${location?.latitude}, ${location?.longitude}`, quoted(location?.name)),
  contacts: ({ contacts = [] }) => contacts.map(({ name }) => name?.formatted_name ?? '?').join(', '),
  reaction: ({ reaction }) => reaction?.emoji || 'taken back',
  button: ({ button }) => words(quoted(button?.text), `(${button?.payload})`),
  interactive: ({ interactive }) => tapDetails(interactive),
  order: ({ order }) => orderDetails(order),
  unsupported: ({ unsupported }) => unsupported?.type ?? '',
};

/** What somebody said, in a few words. */
export function summaryOf(message: ShownMessage): string {
  const { type = '?', text } = message;
  if (type === 'text') return quoted(text?.body);
  return words(type, details[type]?.(message));
}

function mediaDetails({ caption, filename, mime_type: mimeType, voice }: ShownMedia = {}): string {
  return words(filename, mimeType, voice ? 'voice note' : undefined, quoted(caption));
}

function tapDetails({ type, ...tap }: NonNullable<ShownMessage['interactive']> = {}): string {
  const tapped = tap.button_reply ?? tap.list_reply;
  if (tapped) return words(type, quoted(tapped.title), `(${tapped.id})`);
  return words(type, tap.nfm_reply?.name, tap.nfm_reply?.response_json, tap.call_permission_reply?.response);
}

function orderDetails({ product_items: items = [] }: NonNullable<ShownMessage['order']> = {}): string {
  return items.map((item) => `${item.quantity} × ${item.product_retailer_id}`).join(', ');
}

function quoted(text: string | undefined): string {
  return text === undefined || text === '' ? '' : JSON.stringify(text);
}

function words(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}
