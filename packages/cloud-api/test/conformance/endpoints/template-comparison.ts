import type { EndpointSuite } from '../endpoint-suite.ts';

const made = (as: string, name: string) => ({
  as,
  ask: {
    method: 'POST',
    path: '/{waba}/message_templates',
    json: { name, language: 'en', category: 'UTILITY', components: [{ type: 'BODY', text: 'We are open.' }] },
  } as const,
});
const nowS = Math.floor(Date.now() / 1000);
const week = { start: String(nowS - 604_800), end: String(nowS) };

/** Contract section 5.5. */
export const compareTemplates: EndpointSuite = {
  endpoint: 'GET /{template}/compare',
  isRegistered: false,
  given: [made('template', 'open'), made('other', 'shut')],
  accepts: {
    'two that were never sent': {
      ask: { query: { ...week, template_ids: '[{other}]' } },
      answers: {
        data: [
          { metric: 'BLOCK_RATE', type: 'RELATIVE', order_by_relative_metric: ['{template}', '{other}'] },
          {
            metric: 'MESSAGE_SENDS',
            type: 'NUMBER_VALUES',
            number_values: [
              { key: '{template}', value: 0 },
              { key: '{other}', value: 0 },
            ],
          },
          {
            metric: 'TOP_BLOCK_REASON',
            type: 'STRING_VALUES',
            string_values: [
              { key: '{template}', value: 'UNKNOWN_BLOCK_REASON' },
              { key: '{other}', value: 'UNKNOWN_BLOCK_REASON' },
            ],
          },
        ],
      },
    },
  },
  refuses: {
    'another business': {
      ask: { caller: 'another business', query: { ...week, template_ids: '{other}' } },
      subcode: 33,
    },
    'nothing to compare with': { ask: { query: week }, names: 'template_ids' },
    'two others': { ask: { query: { ...week, template_ids: '{other},{template}' } }, names: 'template_ids' },
    itself: { ask: { query: { ...week, template_ids: '{template}' } }, names: 'template_ids' },
    'what is no template': { ask: { query: { ...week, template_ids: '{waba}' } }, names: 'template_ids' },
    'no start': { ask: { query: { end: week.end, template_ids: '{other}' } }, names: 'start' },
    'a start of long ago': {
      ask: { query: { ...week, start: '1600000000', template_ids: '{other}' } },
      names: 'start',
    },
    'an end before the start': {
      ask: { query: { start: week.end, end: week.start, template_ids: '{other}' } },
      names: 'end',
    },
    'a day that is none': { ask: { query: { ...week, start: '2026-13-01', template_ids: '{other}' } }, names: 'start' },
  },
};
