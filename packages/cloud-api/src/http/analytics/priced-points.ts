import type { BusinessAccountNode } from '../../access/introspection.ts';
import type { SumDimension } from '../../analytics/message-sums.ts';
import type { MessageCategory } from '../../messages/message-record.ts';
import type { Services } from '../operation.ts';
import type { Parameters } from '../parameters.ts';
import { addToPoints, type DataPoint } from './data-points.ts';
import { findChoices, findCountries, findNumbers } from './filters.ts';
import { parseTimeRange } from './time-range.ts';

const granularities = { HALF_HOUR: 'half-hour', DAILY: 'day', MONTHLY: 'month' } as const;

/** What the points of a category are labelled with, for each dimension that follows from the category. */
export type LabelsOf = (category: MessageCategory) => Readonly<Record<string, Readonly<Record<string, string>>>>;

interface PricedAsk {
  readonly services: Services;
  readonly node: BusinessAccountNode;
  readonly parameters: Parameters;
  /** What points can be told apart by. */
  readonly dimensions: readonly string[];
  /** By what name one asks for how many there were, and is told. */
  readonly counted: { readonly metric: string; readonly member: string };
  readonly categories: readonly MessageCategory[];
  readonly labelsOf: LabelsOf;
}

/** What was delivered, and so priced, told apart by what is asked for. Nothing costs anything here. @throws GraphError */
export async function answerPricedPoints(ask: PricedAsk): Promise<object> {
  const { parameters, counted } = ask;
  const metrics = ['COST', counted.metric];
  const told = findChoices(parameters, 'metric_types', metrics) ?? metrics;
  const data_points = (await listPoints(ask)).map(({ piece, labels, counts }) => ({
    ...piece,
    ...labels,
    ...(told.includes(counted.metric) && { [counted.member]: counts.delivered ?? 0 }),
    ...(told.includes('COST') && { cost: 0 }),
  }));
  return { data: [{ data_points }] };
}

async function listPoints({ services, node, parameters, ...ask }: PricedAsk): Promise<DataPoint[]> {
  const { categories, labelsOf } = ask;
  const dimensions = findChoices(parameters, 'dimensions', ask.dimensions) ?? [];
  const { granularity, from, until } = parseTimeRange(parameters, granularities, services.clock.now());
  const numbers = findNumbers(parameters, node);
  const by: SumDimension[] = ['category'];
  if (dimensions.includes('COUNTRY')) by.push('country');
  if (dimensions.includes('PHONE')) by.push('phoneNumberId');
  const sums = await services.messageSums.list({
    wabaId: node.id,
    happened: ['delivered'],
    from,
    until,
    halfHours: granularity === 'half-hour' ? 1 : 48,
    by,
    only: {
      phoneNumberIds: numbers.map(({ id }) => id),
      countries: findCountries(parameters),
      categories,
      templateIds: null,
    },
  });
  const digits = new Map(numbers.map(({ id, phoneNumber }) => [id, phoneNumber]));
  return addToPoints(sums, granularity, ({ category, country, phoneNumberId }) => {
    const ofCategory = category ? labelsOf(category) : {};
    return Object.assign(
      {},
      phoneNumberId !== undefined && { phone_number: digits.get(phoneNumberId) ?? '' },
      country !== undefined && { country },
      ...dimensions.map((dimension) => ofCategory[dimension]),
    ) as Record<string, string>;
  });
}
