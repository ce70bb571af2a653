import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

const dayS = 86_400;
const today = Math.floor(Date.now() / 1000 / dayS) * dayS;
const asked = {
  start: String(today - dayS),
  end: String(today + 60),
  granularity: 'DAILY',
  template_ids: '[{template}]',
};
const buttons = [
  { type: 'QUICK_REPLY', text: 'Yes' },
  { type: 'QUICK_REPLY', text: 'No' },
];
const nothing = (start: number) => ({
  template_id: '{template}',
  start,
  end: start + dayS,
  sent: 0,
  delivered: 0,
  read: 0,
  clicked: buttons.map(({ text }) => ({ type: 'quick_reply_button', button_content: text, count: 0 })),
  cost: [
    { type: 'amount_spent', value: 0 },
    { type: 'cost_per_delivered', value: 0 },
  ],
});

/** Contract section 5.7. */
export const getTemplateAnalytics: EndpointSuite = {
  endpoint: 'GET /{waba}/template_analytics',
  isRegistered: false,
  hasSecondAccount: true,
  given: [
    { ask: { method: 'POST', path: '/{waba}', json: { is_enabled_for_insights: true } } },
    {
      as: 'template',
      ask: {
        method: 'POST',
        path: '/{waba}/message_templates',
        json: {
          name: 'open',
          language: 'en',
          category: 'UTILITY',
          components: [
            { type: 'BODY', text: 'Shall we open?' },
            { type: 'BUTTONS', buttons },
          ],
        },
      },
    },
  ],
  accepts: {
    'two days, with everything': {
      ask: { query: asked },
      answers: including({
        data: [
          {
            granularity: 'DAILY',
            product_type: 'cloud_api',
            data_points: [nothing(today - dayS), nothing(today)],
          },
        ],
      }),
    },
    'a date, and what is asked for alone': {
      ask: {
        query: {
          ...asked,
          start: new Date(today * 1000).toISOString().slice(0, 10),
          granularity: 'daily',
          metric_types: 'sent,read',
          template_ids: '{template}',
          product_type: 'MARKETING_MESSAGES_API_FOR_WHATSAPP',
        },
      },
      answers: including({
        data: [
          {
            granularity: 'DAILY',
            product_type: 'marketing_messages_api_for_whatsapp',
            data_points: [{ template_id: '{template}', start: today, end: today + dayS, sent: 0, read: 0 }],
          },
        ],
      }),
    },
    'points page by page': {
      ask: { query: { ...asked, start: String(today - 89 * dayS), limit: '2' } },
      answers: {
        data: [including({ data_points: [anything, anything] })],
        paging: including({ next: /after=/ }),
      },
    },
  },
  refuses: {
    'another business': { ask: { caller: 'another business', query: asked }, subcode: 33 },
    'an account whose insights nobody enabled': {
      ask: { path: '/{second waba}/template_analytics', query: asked },
      code: 200_007,
    },
    'no start': {
      ask: { query: { end: asked.end, granularity: 'DAILY', template_ids: '{template}' } },
      names: 'start',
    },
    'a start of long ago': { ask: { query: { ...asked, start: String(today - 91 * dayS) } }, names: 'start' },
    'an end before the start': { ask: { query: { ...asked, end: String(today - 2 * dayS) } }, names: 'end' },
    'half hours': { ask: { query: { ...asked, granularity: 'HALF_HOUR' } }, names: 'granularity' },
    'no templates': { ask: { query: { ...asked, template_ids: '[]' } }, names: 'template_ids' },
    'eleven templates': {
      ask: { query: { ...asked, template_ids: Array.from({ length: 11 }, (_, index) => 100 + index).join(',') } },
      names: 'template_ids',
    },
    'what is no template': { ask: { query: { ...asked, template_ids: '{waba}' } }, names: 'template_ids' },
    'a metric that there is not': { ask: { query: { ...asked, metric_types: 'LOVED' } }, names: 'metric_types' },
    'days of the account’s own': {
      ask: { query: { ...asked, use_waba_timezone: 'true' } },
      names: 'use_waba_timezone',
    },
  },
};
