import { Type } from 'typebox';
import type { PhoneNumberOperation } from '../../operation.ts';
import { markMessageRead } from './read-receipt.ts';
import { sendMessage } from './send-message.ts';
import { anyMessage, readReceipt, sentMessage } from '../../message-types/message-shapes.ts';
import { succeeded } from '../../shapes.ts';

const products = ['whatsapp'] as const;

/** `POST /{phone}/messages`: sends a message, or with `status` says that one was read (contract sections 2.1 and 2.8). */
export const messages: PhoneNumberOperation = {
  name: 'messages',
  method: 'POST',
  edge: 'messages',
  permission: 'whatsapp_business_messaging',
  schema: {
    summary: 'Sends a message, or says that one was read',
    takes: Type.Object({ ...anyMessage, ...readReceipt }),
    answers: Type.Union([sentMessage, succeeded]),
  },
  async run(services, call) {
    call.parameters.getChoice('messaging_product', products);
    return call.parameters.has('status') ? markMessageRead(services, call) : sendMessage(services, call);
  },
};
