import {
  TemplateDefinition,
  buildTemplatePayload,
  buildTemplateSendPayload,
  type WhatsAppClient,
} from '@kapso/whatsapp-cloud-api';

const { buildTemplateDefinition } = TemplateDefinition;

/** Makes a template as the client's builder writes it. Returns its id. */
export async function makeTemplate(
  { templates }: WhatsAppClient,
  businessAccountId: string,
  definition: ReturnType<typeof buildTemplateDefinition>,
): Promise<string> {
  const { id, status } = await templates.create({ businessAccountId, ...definition });
  if (status !== 'APPROVED') throw new Error(`${definition.name} is ${status}`);
  return id;
}

/** A template with variables by place, a link and a quick reply. */
export const orderReady = buildTemplateDefinition({
  name: 'order_ready',
  language: 'en_US',
  category: 'UTILITY',
  components: [
    { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}', example: { headerText: ['7'] } },
    { type: 'BODY', text: 'Dear {{1}}, it costs {{2}}.', example: { bodyText: [['Jo', 'EUR 9']] } },
    { type: 'FOOTER', text: 'Tea & Co.' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Not now' },
        {
          type: 'URL',
          text: 'Look',
          url: 'https://example.com/orders/{{1}}',
          example: ['https://example.com/orders/7'],
        },
      ],
    },
  ],
});

export const orderReadySent = buildTemplateSendPayload({
  name: 'order_ready',
  language: 'en_US',
  header: { type: 'text', text: '8' },
  body: [
    { type: 'text', text: 'Tim' },
    { type: 'text', text: 'EUR 12' },
  ],
  buttons: [
    { type: 'button', subType: 'quick_reply', index: 0, parameters: [{ type: 'payload', payload: 'later-8' }] },
    { type: 'button', subType: 'url', index: 1, parameters: [{ type: 'text', text: '8' }] },
  ],
});

const header = { type: 'header', parameters: [{ type: 'text', text: '9' }] };
const link = { type: 'button', sub_type: 'url', index: 1, parameters: [{ type: 'text', text: '9' }] };
const price = { fallback_value: 'EUR 12', code: 'EUR', amount_1000: 12_000 };
const prices = [
  { type: 'text', text: 'Tim' },
  { type: 'currency', currency: price },
];

/** An amount of money, as one of the client's two builders writes it: `amount_1000`. */
export const orderReadyPriced = buildTemplatePayload({
  name: 'order_ready',
  language: 'en_US',
  components: [header, { type: 'body', parameters: prices }, link],
});

/** The same by its other builder, which writes `amount1000`. */
export const orderReadyMispriced = buildTemplateSendPayload({
  name: 'order_ready',
  language: 'en_US',
  header: { type: 'text', text: '9' },
  body: [
    { type: 'text', text: 'Tim' },
    { type: 'currency', currency: { fallbackValue: 'EUR 12', code: 'EUR', amount1000: 12_000 } },
  ],
  buttons: [{ type: 'button', subType: 'url', index: 1, parameters: [{ type: 'text', text: '9' }] }],
});

/** A template with variables by name. */
export const greeting = buildTemplateDefinition({
  name: 'greeting',
  language: 'en_US',
  category: 'MARKETING',
  parameterFormat: 'NAMED',
  components: [
    {
      type: 'BODY',
      text: 'Hello {{first_name}}, welcome.',
      example: { bodyTextNamedParams: [{ paramName: 'first_name', example: 'Jo' }] },
    },
  ],
});

export const greetingSent = buildTemplateSendPayload({
  name: 'greeting',
  language: 'en_US',
  body: [{ type: 'text', parameterName: 'first_name', text: 'Tim' }],
});

/** A template for a code that is used once. */
export const signIn = buildTemplateDefinition({
  name: 'sign_in',
  language: 'en_US',
  category: 'AUTHENTICATION',
  components: [
    { type: 'BODY', addSecurityRecommendation: true },
    { type: 'FOOTER', codeExpirationMinutes: 10 },
    { type: 'BUTTONS', buttons: [{ type: 'OTP', otpType: 'COPY_CODE', text: 'Copy code' }] },
  ],
});
