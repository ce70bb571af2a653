import { noCountry } from '../../analytics/country.ts';
import { categories, type MessageCategory } from '../../messages/message-record.ts';
import type { AskForAnalytics } from './ask-for-analytics.ts';
import { addToPoints } from './data-points.ts';
import { findCountries, findFilter, findNumbers } from './filters.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';
import { parseTimeRange } from './time-range.ts';

const granularities = { HALF_HOUR: 'half-hour', DAY: 'day', MONTH: 'month' } as const;

/** The field `analytics`: how many messages were sent and delivered (contract section 5.7). */
export const messagingAnalytics: AskForAnalytics = async ({ services, node, parameters }) => {
  const { word, ...range } = parseTimeRange(parameters, granularities, services.clock.now());
  const numbers = findNumbers(parameters, node);
  const countries = findCountries(parameters);
  const sums = await services.messageSums.list({
    wabaId: node.id,
    happened: ['sent', 'delivered'],
    ...range,
    halfHours: range.granularity === 'half-hour' ? 1 : 48,
    by: ['country'],
    only: {
      phoneNumberIds: numbers.map(({ id }) => id),
      countries,
      categories: findProducts(parameters),
      templateIds: null,
    },
  });
  const points = addToPoints(sums, range.granularity, () => ({}));
  return {
    phone_numbers: numbers.map(({ phoneNumber }) => phoneNumber),
    country_codes:
      countries ??
      [...new Set(sums.map(({ country = noCountry }) => country))].toSorted((one, other) => (one < other ? -1 : 1)),
    granularity: word,
    data_points: points.map(({ piece, counts }) => ({
      ...piece,
      sent: counts.sent ?? 0,
      delivered: counts.delivered ?? 0,
    })),
  };
};

/** `product_types`: 0 for what was made of a template, 2 for what was free-form. */
function findProducts(parameters: Parameters): MessageCategory[] | null {
  const types = findFilter(parameters, 'product_types');
  if (types === null) return null;
  if (types.some((type) => type !== '0' && type !== '2'))
    throw parameterError(`Param ${parameters.label('product_types')} must hold 0, 2 or both.`);
  return categories.filter((category) => types.includes(category === 'service' ? '2' : '0'));
}
