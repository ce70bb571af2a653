/**
 * Where the contract's sources contradict each other or are silent: what is done until somebody knows. The letters are those of
 * the list of gaps that came with the contract. A correction is one line here.
 */
export const gaps = {
  /** B2, B3: 100 or 131008, for what a look at the form shows: missing, of a wrong type, none of the choices, too long, too many. */
  formErrorCode: 100,
  /** B2, B3: for what has the form and cannot be meant: no number, no such message, buttons that cannot be told apart. */
  valueErrorCode: 131_009,
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
  /** A11: 512 or 256. */
  maxProfileDescriptionCharacters: 512,
  /** A11: 4 or 3. */
  maxPrompts: 4,
  /** A11: 32 or 30. */
  maxCommandNameCharacters: 32,
  /** A6: statuses of failures name the person too, without a profile. */
  failedStatusesHaveContacts: true,
  /** A15: from this version of a field on, `business_capability_update` names a tier; before it, a number. */
  tiersSinceVersion: 24,
  /** A15: what older versions had for no limit, where a tier had its number. */
  unlimitedTierNumber: -1,
  /** B28: webhooks are written as Meta was seen to write them, with `\/` and `\uXXXX`. */
  escapesWebhooks: true,
  /** B2: the status of code 3. The table of codes says 500, which clients would take for a failure that passes. */
  notBuiltStatus: 400,
  /** A3: 400 or 429, for what is sent too fast. An operator may choose the other one (`throttleStatus`). */
  throttleStatus: 400,
  /** B4: not stated for a portfolio that has reached its messaging limit; older guidance implied this one. */
  messagingLimitCode: 131_048,
  /** Not stated for one that no platform verifies: an administrator made it, and nobody looked at papers. */
  businessVerificationStatus: 'not_verified',
  /** B20: a number that is added though some account has it; nobody has written down with which code. */
  phoneNumberTakenSubcode: 2_388_001,
  /** B15: of the codes of `health_status` (141002 to 141021) hardly any is known; these are ours. */
  notRegisteredHealthCode: 141_002,
  noNumberHealthCode: 141_003,
  messagingLimitHealthCode: 141_004,
  /** B2: a parameter of a named template that has no name: something is missing. */
  missingParameterNameCode: 131_008,
  /** B2: a value with new lines, tabs or many spaces: 132007 by its title, though some report 132018. */
  parameterCharactersCode: 132_007,
  /** B20: a variable or a media header that was declared without an example; reported so from the field. */
  missingExampleSubcode: 2_388_043,
  /** B20: a template of this name and language exists, or was deleted a short while ago. */
  templateExistsSubcode: 2_388_024,
  templateNameLockedSubcode: 2_388_023,
  /** B2: so many words for each variable make a body's ratio (2388293) good enough. */
  minFixedWordsPerVariable: 1,
  /** B2: the source of a template that a business made. */
  templateSource: 'USER_CREATED',
  /** B2: what `/marketing_messages` says of a template of another category: 134100 or 131055. */
  notMarketingCode: 134_100,
  /** B3: with which code a message is refused whose media there are not. Of the wrong kind or size it fails later, by 131053. */
  unknownMediaCode: 131009,
  /** B3: a user id that leads to nobody, or to nobody any more. */
  unknownUserIdCode: 131_009,
  /** B12: how long a resumable upload and its handle are valid. */
  uploadLifeHours: 24,
  /** Contract section 3.3; image/jpg is taken for image/jpeg. */
  uploadTypes: ['application/pdf', 'image/jpeg', 'image/png', 'video/mp4'] as readonly string[],
} as const;

/** A2: any 2xx says that a webhook was taken. */
export function isTaken(status: number): boolean {
  return status >= 200 && status < 300;
}
