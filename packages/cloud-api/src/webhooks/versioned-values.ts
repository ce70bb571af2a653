import { gaps } from '../contract/gaps.ts';
import { messagingLimits } from '../rules/messaging-limit.ts';
import { majorOf } from './fields.ts';

const tiers: Readonly<Record<string, number | null>> = messagingLimits;

/** The value of an event as apps see it that subscribed to its field with this version: values are stored in their newest shape. */
export function valueFor(
  version: string,
  { field, value }: { readonly field: string; readonly value: object },
): object {
  if (field === 'business_capability_update' && majorOf(version) < gaps.tiersSinceVersion)
    return withTierAsNumber(value);
  return value;
}

function withTierAsNumber(value: object): object {
  const { max_daily_conversations_per_business: tier } = value as { max_daily_conversations_per_business?: unknown };
  const limit = typeof tier === 'string' ? tiers[tier] : undefined;
  const number = limit === null ? gaps.unlimitedTierNumber : limit;
  return number === undefined ? value : { ...value, max_daily_conversations_per_business: number };
}
