import { carousel } from './messages/carousel.ts';
import { contacts } from './messages/contacts.ts';
import { envelope } from './messages/envelope.ts';
import * as interactive from './messages/interactive.ts';
import { location } from './messages/location.ts';
import { audio, document, image, sticker, video } from './messages/media.ts';
import { orderDetails, orderStatus } from './messages/orders.ts';
import { reaction } from './messages/reaction.ts';
import { read } from './messages/read.ts';
import { template } from './messages/template.ts';
import { text } from './messages/text.ts';
import type { Suite } from './suite.ts';

/** Every suite of `POST /{phone}/messages`, by what it is about. */
export const suites: Readonly<Record<string, Suite>> = {
  'what stands around a message': envelope,
  text,
  image,
  video,
  audio,
  document,
  sticker,
  location,
  contacts,
  reaction,
  interactive: interactive.noInteractive,
  'reply buttons': interactive.replyButtons,
  list: interactive.list,
  'link button': interactive.ctaUrl,
  'location request': interactive.locationRequest,
  'contact request': interactive.contactRequest,
  product: interactive.product,
  'product list': interactive.productList,
  catalogue: interactive.catalogMessage,
  flow: interactive.flow,
  address: interactive.addressMessage,
  'call button': interactive.voiceCall,
  'call permission': interactive.callPermission,
  carousel,
  'order details': orderDetails,
  'order status': orderStatus,
  template,
  'read receipt': read,
};
