/** To how many people a business portfolio may begin to write in 24 hours (contract section 6.4). */
export const messagingLimits = {
  TIER_50: 50,
  TIER_250: 250,
  TIER_1K: 1_000,
  TIER_2K: 2_000,
  TIER_10K: 10_000,
  TIER_100K: 100_000,
  TIER_UNLIMITED: null,
} as const;

export type MessagingLimit = keyof typeof messagingLimits;
