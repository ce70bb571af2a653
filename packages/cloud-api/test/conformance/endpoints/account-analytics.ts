import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

const nothing = { data: [{ data_points: [] }] };
const day = '.start(1764000000).end(1764086400)';
const fields = (text: string) => ({ query: { fields: text } });

/** The fields of a business account that are added up when they are asked for: contract section 5.7. */
export const accountAnalytics: EndpointSuite = {
  endpoint: 'GET /{waba}',
  accepts: {
    'messages of a day on which there were none': {
      ask: fields(`analytics${day}.granularity(DAY)`),
      answers: including({
        analytics: { phone_numbers: anything, country_codes: [], granularity: 'DAY', data_points: [] },
        id: '{waba}',
      }),
    },
    'every filter of messages, in lists of every form': {
      ask: fields(
        `analytics${day}.granularity(month).phone_numbers(["{number}"]).product_types([0,2]).country_codes(US,BR)`,
      ),
      answers: including({ analytics: including({ country_codes: anything, granularity: 'MONTH' }) }),
    },
    'filters that leave out nothing': {
      ask: fields(`id,analytics${day}.granularity(DAY).phone_numbers([]).country_codes([])`),
      answers: including({ analytics: including({ data_points: [] }) }),
    },
    'conversations, told apart by everything': {
      ask: fields(
        `conversation_analytics${day}.granularity(DAILY).dimensions(["CONVERSATION_CATEGORY","CONVERSATION_TYPE","COUNTRY","PHONE"])`,
      ),
      answers: { conversation_analytics: nothing, id: '{waba}' },
    },
    'prices, told apart by everything': {
      ask: fields(
        `pricing_analytics${day}.granularity(MONTHLY).dimensions(COUNTRY,PHONE,PRICING_CATEGORY,PRICING_TYPE,TIER).pricing_types([REGULAR]).pricing_categories([utility]).metric_types(VOLUME,COST)`,
      ),
      answers: { pricing_analytics: nothing, id: '{waba}' },
    },
    'two kinds at once': {
      ask: fields(`name,conversation_analytics${day}.granularity(DAILY),pricing_analytics${day}.granularity(DAILY)`),
      answers: including({ conversation_analytics: nothing, pricing_analytics: nothing }),
    },
  },
  refuses: {
    'another business': {
      ask: { ...fields(`analytics${day}.granularity(DAY)`), caller: 'another business' },
      subcode: 33,
    },
    calls: { ask: fields(`call_analytics${day}.granularity(DAILY)`), names: 'call_analytics' },
    'nothing told': { ask: fields('analytics'), names: "analytics['start']" },
    'no end': { ask: fields('analytics.start(1764000000).granularity(DAY)'), names: "analytics['end']" },
    'no granularity': { ask: fields(`pricing_analytics${day}`), names: "pricing_analytics['granularity']" },
    'a word of another kind': { ask: fields(`analytics${day}.granularity(DAILY)`), names: "analytics['granularity']" },
    'an end before the start': {
      ask: fields('analytics.start(1764086400).end(1764000000).granularity(DAY)'),
      names: "analytics['end']",
    },
    'a start that is no time': {
      ask: fields('analytics.start(yesterday).end(1764086400).granularity(DAY)'),
      names: "analytics['start']",
    },
    'half hours of long ago': {
      ask: fields('analytics.start(1600000000).end(1600003600).granularity(HALF_HOUR)'),
      names: "analytics['start']",
    },
    'a number of another business': {
      ask: fields(`analytics${day}.granularity(DAY).phone_numbers([{other number}])`),
      names: "analytics['phone_numbers']",
    },
    'a country of three letters': {
      ask: fields(`analytics${day}.granularity(DAY).country_codes([USA])`),
      names: "analytics['country_codes']",
    },
    'a product that there is not': {
      ask: fields(`analytics${day}.granularity(DAY).product_types([1])`),
      names: "analytics['product_types']",
    },
    'a dimension that there is not': {
      ask: fields(`conversation_analytics${day}.granularity(DAILY).dimensions(TIER)`),
      names: "conversation_analytics['dimensions']",
    },
    'a metric that there is not': {
      ask: fields(`pricing_analytics${day}.granularity(DAILY).metric_types(CONVERSATION)`),
      names: "pricing_analytics['metric_types']",
    },
  },
};
