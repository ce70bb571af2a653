import { carousel } from './messages/carousel.ts';
import { contacts } from './messages/contacts.ts';
import { envelope } from './messages/envelope.ts';
import * as forms from './messages/forms.ts';
import * as interactive from './messages/interactive.ts';
import * as products from './messages/products.ts';
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
  product: products.product,
  'product list': products.productList,
  catalogue: products.catalogMessage,
  flow: forms.flow,
  address: forms.addressMessage,
  'call button': forms.voiceCall,
  'call permission': forms.callPermission,
  carousel,
  'order details': orderDetails,
  'order status': orderStatus,
  template,
  'read receipt': read,
};
