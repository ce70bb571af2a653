import { Type, type TObject, type TSchema } from 'typebox';
import { count, oneOf, unixSeconds, waId } from '../shapes.ts';
import type { AnalyticsField } from './account-analytics.ts';

const piece = { start: unixSeconds, end: unixSeconds };
const label = Type.Optional(Type.String());
const cost = Type.Optional(Type.Literal(0));

function pointsOf(point: TObject): TSchema {
  return Type.Object({ data: Type.Array(Type.Object({ data_points: Type.Array(point) })) });
}

/** What the fields of a business account show that are added up when they are asked for. */
export const analyticsShapes: Readonly<Record<AnalyticsField, TSchema>> = {
  analytics: Type.Object({
    phone_numbers: Type.Array(waId),
    country_codes: Type.Array(Type.String()),
    granularity: oneOf(['HALF_HOUR', 'DAY', 'MONTH']),
    data_points: Type.Array(Type.Object({ ...piece, sent: count, delivered: count })),
  }),
  conversation_analytics: pointsOf(
    Type.Object({
      ...piece,
      conversation: Type.Optional(count),
      phone_number: Type.Optional(waId),
      country: label,
      conversation_type: label,
      conversation_direction: label,
      conversation_category: label,
      cost,
    }),
  ),
  pricing_analytics: pointsOf(
    Type.Object({
      ...piece,
      phone_number: Type.Optional(waId),
      country: label,
      tier: label,
      pricing_type: label,
      pricing_category: label,
      volume: Type.Optional(count),
      cost,
    }),
  ),
};
