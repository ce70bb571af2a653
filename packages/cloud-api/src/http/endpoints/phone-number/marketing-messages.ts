import { Type } from 'typebox';
import { parameterError } from '../../graph-errors.ts';
import { findMessageType } from '../../message-types/message-types.ts';
import { parseMarketingTemplate } from '../../message-types/template/template.ts';
import type { PhoneNumberOperation } from '../../operation.ts';
import { sendMessage } from './send-message.ts';
import { sentMessage, sentTemplate } from '../../message-types/message-shapes.ts';
import { oneOf } from '../../shapes.ts';

const products = ['whatsapp'] as const;
const policies = ['CLOUD_API_FALLBACK', 'STRICT'] as const;

/**
 * `POST /{phone}/marketing_messages`: sends a marketing template (contract section 2.6). What it says about advertising,
 * `product_policy` and `message_activity_sharing`, is checked and changes nothing: nobody here optimises or shares.
 */
export const marketingMessages: PhoneNumberOperation = {
  name: 'marketing messages',
  method: 'POST',
  edge: 'marketing_messages',
  permission: 'whatsapp_business_messaging',
  schema: {
    summary: 'Sends a marketing template',
    takes: Type.Object({
      ...sentTemplate,
      product_policy: Type.Optional(oneOf(policies)),
      message_activity_sharing: Type.Optional(Type.Boolean()),
    }),
    answers: sentMessage,
  },
  async run(services, call) {
    const { parameters } = call;
    parameters.getChoice('messaging_product', products);
    parameters.findChoice('product_policy', policies);
    parameters.findFlag('message_activity_sharing');
    const { type } = findMessageType(parameters);
    if (type !== 'template') throw parameterError('Message must be a template');
    return sendMessage(services, call, { type, parse: parseMarketingTemplate });
  },
};
