import { limits } from '@postern/protocol';
import { MediaList } from '../../../messages/media-use.ts';
import type { Parameters } from '../../parameters.ts';
import { freeForm, type Chat, type OutgoingMessage } from '../message-type.ts';
import { addressMessage } from './address-message.ts';
import { replyButtons } from './buttons.ts';
import { callButton, callPermissionRequest } from './calls.ts';
import { carousel } from './carousel.ts';
import { contactRequest, locationRequest } from './requests.ts';
import { flow } from './flow.ts';
import { parseHeader } from './header.ts';
import { refusePart, type InteractiveKind } from './interactive-kind.ts';
import { linkButton } from './link-button.ts';
import { list } from './list.ts';
import { orderDetails, orderStatus } from './payments.ts';
import { catalog, product, productList } from './products.ts';

/** Every kind of interactive message (contract section 2.4). */
const kinds = {
  button: replyButtons,
  list,
  cta_url: linkButton,
  location_request_message: locationRequest,
  product,
  product_list: productList,
  catalog_message: catalog,
  flow,
  address_message: addressMessage,
  voice_call: callButton,
  call_permission_request: callPermissionRequest,
  request_contact_info: contactRequest,
  carousel,
  order_details: orderDetails,
  order_status: orderStatus,
} as const satisfies Readonly<Record<string, InteractiveKind>>;

const kindNames = Object.keys(kinds) as (keyof typeof kinds)[];

/** Reads the `interactive` of a message into the contract's own JSON, with only the members that are known. @throws GraphError */
export function parseInteractive(parameters: Parameters, chat: Chat): OutgoingMessage | Promise<OutgoingMessage> {
  const interactive = parameters.getObject('interactive');
  const type = interactive.getChoice('type', kindNames);
  const kind: InteractiveKind = kinds[type];
  const where = `an interactive message of type ${type}`;
  const media = new MediaList();
  const json = {
    type,
    ...parseHeaderOf(interactive, { kind, where, media }),
    ...parseBody(interactive, kind),
    ...parseFooter(interactive, { kind, where }),
    action: kind.parseAction(interactive.getObject('action'), media),
  };
  const attachments = media.uses.map(() => ({}));
  const message = freeForm(
    { case: 'interactive', value: { type, json: JSON.stringify(json), attachments } },
    media.uses,
  );
  const checked = kind.checkAction?.(interactive.getObject('action'), chat);
  return checked ? checked.then(() => message) : message;
}

interface Context {
  readonly kind: InteractiveKind;
  readonly where: string;
}

function parseHeaderOf(interactive: Parameters, { kind, where, media }: Context & { media: MediaList }): object {
  if (kind.headers.length === 0) refusePart(interactive, 'header', where);
  const header = kind.isHeaderRequired ? interactive.getObject('header') : interactive.findObject('header');
  return header ? { header: parseHeader(header, kind.headers, media) } : {};
}

function parseBody(interactive: Parameters, { isBodyRequired, maxBodyCharacters }: InteractiveKind): object {
  const body = isBodyRequired ? interactive.getObject('body') : interactive.findObject('body');
  const max = maxBodyCharacters ?? limits.maxInteractiveBodyCharacters;
  const text = isBodyRequired ? body?.getText('text', max) : body?.findText('text', max);
  return text ? { body: { text } } : {};
}

function parseFooter(interactive: Parameters, { kind, where }: Context): object {
  if (!kind.hasFooter) refusePart(interactive, 'footer', where);
  const text = interactive.findObject('footer')?.findText('text', limits.maxFooterCharacters);
  return text ? { footer: { text } } : {};
}
