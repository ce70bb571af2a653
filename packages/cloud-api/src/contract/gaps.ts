/**
 * Where the contract's sources contradict each other or are silent: what is done until somebody knows. The letters are those of
 * the list of gaps that came with the contract. A correction is one line here.
 */
export const gaps = {
  /** A11: 4,096 or 1,024. The larger of every pair, so that nothing is refused that is accepted there. */
  maxListBodyCharacters: 4_096,
  /** A11: 30 or 20. */
  maxFlowButtonCharacters: 30,
  /** A11: 257 or 5. */
  maxContacts: 257,
  /** A11: 256 or 20. */
  maxCardReplyIdCharacters: 256,
  /** A11: 20 or 15. */
  maxCouponCodeCharacters: 20,
  /** A11: 256 or 128. */
  maxQuickReplyPayloadCharacters: 256,
} as const;
