const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * The one table of limits. Every queue, body, batch, retry, cache and wait in Postern is bounded by a
 * number that stands here, with its unit in its name.
 */
export const limits = {
  // The wire
  protocolVersion: 1,
  maxFrameBytes: 4 * 1024 * 1024,
  maxCiphertextBytes: 96 * 1024,
  maxEnvelopesPerBatch: 256,
  maxDeliveriesPerBatch: 128,
  maxDeliveryBatchBytes: 1024 * 1024,
  envelopeOverheadBytes: 160,
  maxWindow: 1024,
  defaultWindow: 256,
  maxAttachmentsPerSocket: 10_000,
  maxPhoneNumbersPerLookup: 256,
  maxBundlesPerFetch: 256,
  maxPrekeysPerUpload: 100,
  maxRequestsInFlightPerSocket: 64,
  maxSocketBufferBytes: 8 * 1024 * 1024,
  helloTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  pingIntervalMs: 30_000,
  reconnectMinMs: 50,
  reconnectMaxMs: 10_000,
  paddingBytes: 160,

  // The transport's mailboxes and key directory
  maxMailboxEnvelopes: 200_000,
  mailboxTtlMs: 30 * dayMs,
  // For how long after its expiry a delivery that is under way may still be acknowledged.
  expiredItemGraceMs: minuteMs,
  maxWritesInBatch: 1024,
  registrationTtlMs: 10 * minuteMs,
  maxRegistrationAttempts: 5,
  maxRegistrationsPerNumberPerHour: 10,
  bundleFetchesPerTargetPerMinute: 600,
  lookupsPerAccountPerMinute: 60_000,

  // Keys of a device
  oneTimePrekeys: 100,
  oneTimePrekeysLow: 20,
  signedPrekeyMaxAgeMs: 2 * dayMs,
  replacedPrekeyKeptMs: 30 * dayMs,
  prekeyUpkeepIntervalMs: hourMs,

  // Sending and receiving
  maxMessagesPerPumpBatch: 128,
  maxPumpBatchesInFlight: 4,
  maxReceiveBatch: 128,
  maxCachedSessions: 5_000,
  maxKnownRecipients: 50_000,
  maxRetriesPerMessage: 5,
  messageTtlMs: 30 * dayMs,
  // Of an attachment, encrypted at once. Part of the format: another number would open nothing that there is.
  attachmentChunkBytes: 64 * 1024,

  // The Cloud API
  maxRequestBodyBytes: 1024 * 1024,
  // Of a body in several parts.
  maxPartHeaderBytes: 4 * 1024,
  maxBodyParts: 32,
  maxTextCharacters: 4_096,
  // What travels inside the ciphertext: room is left for padding, filled-in attachments and the session's own bytes.
  maxContentBytes: 80 * 1024,
  maxJsonDepth: 32,
  maxAcceptBatch: 128,
  maxAcceptsWaiting: 10_000,
  tokenCacheMs: minuteMs,
  maxCachedTokens: 10_000,
  introspectionTimeoutMs: 2_000,
  maxBizOpaqueCallbackDataCharacters: 512,
  // How long an answer that refuses a token or an object is believed.
  refusalCacheMs: 2_000,
  maxIntrospectionsInFlight: 256,
  // Of a body that is too large, what is read and thrown away so that its sender gets to see the answer.
  maxRefusedBodyBytes: 32 * 1024 * 1024,
  maxHttpConnections: 10_000,
  // How often files with a certificate for HTTPS are looked at, which somebody may have renewed.
  certificateLookMs: minuteMs,
  maxBatchRequests: 50,
  maxRequestedFields: 100,
  maxRequestedEdges: 10,
  maxFieldsCharacters: 16 * 1024,
  maxWebhookFields: 64,
  // How long before its effect a new or changed sub-processor is announced.
  subProcessorNoticeMs: 30 * dayMs,
  maxSubProcessors: 200,
  maxSubProcessorCharacters: 200,
  maxSubProcessorsFileBytes: 512 * 1024,
  maxAcceptedTermsListed: 1_000,

  // What a business tells about one of its numbers (contract section 5.4)
  maxPublicKeyCharacters: 2_048,
  businessKeyBits: 2_048,
  maxAboutCharacters: 139,
  maxAddressCharacters: 256,
  maxEmailCharacters: 128,
  maxWebsites: 2,
  maxWebsiteCharacters: 256,
  maxProfilePictureBytes: 5 * 1024 * 1024,
  maxPromptCharacters: 80,
  maxCommands: 30,
  maxCommandDescriptionCharacters: 256,
  maxPrefilledMessageCharacters: 140,
  maxQrCodesPerNumber: 2_000,
  minUsernameCharacters: 3,
  maxUsernameCharacters: 35,
  maxUsernameSuggestions: 3,
  minDisplayNameCharacters: 2,
  maxDisplayNameCharacters: 75,
  maxDisplayNamesPerLook: 100,

  // The rules of the conversation
  // For how long after a person wrote a business may say to them what it likes.
  serviceWindowMs: dayMs,
  // Of one number, sent and received together.
  standardMessagesPerSecond: 80,
  highMessagesPerSecond: 1_000,
  maxTrackedNumbers: 10_000,
  // Management calls of an app for an account without and with a registered number, and for no account.
  accountCallsPerHour: 200,
  registeredAccountCallsPerHour: 5_000,
  appCallsPerHour: 5_000,
  callLimitLookMs: minuteMs,
  maxTrackedCallers: 10_000,
  // From one number to one person.
  pairRateIntervalMs: 6_000,
  pairRateBurst: 45,
  maxTrackedPairs: 100_000,
  maxBlockedPeople: 64_000,
  // For how long after its end a message may still turn out to be delivered.
  unresolvedGraceMs: 2 * minuteMs,
  maxBlockedPerRequest: 1_000,

  claimIntervalMs: 10_000,
  lifeSignRetryMs: 250,
  maxPinFailures: 5,
  // How often a number is registered and deregistered in so long a time.
  maxRegistrationChanges: 10,
  registrationChangesCountedMs: 72 * hourMs,
  pinLockMs: 10 * minuteMs,

  // What a business may send (contract sections 2.3 to 2.5); what the contract is unsure of stands in the Cloud API's gaps.ts
  maxCaptionCharacters: 1_024,
  maxFilenameCharacters: 240,
  maxLinkCharacters: 2_000,
  // Of a text whose length the contract leaves open, and of a list.
  maxFieldCharacters: 1_000,
  maxFieldEntries: 100,
  maxEmojiCharacters: 64,
  maxHeaderTextCharacters: 60,
  maxFooterCharacters: 60,
  maxInteractiveBodyCharacters: 1_024,
  maxReplyButtons: 3,
  maxButtonIdCharacters: 256,
  maxButtonTextCharacters: 20,
  maxListSections: 10,
  maxListRows: 10,
  maxListTitleCharacters: 24,
  maxListRowIdCharacters: 200,
  maxListRowDescriptionCharacters: 72,
  maxProductItems: 30,
  maxCallButtonMinutes: 30 * 24 * 60,
  defaultCallButtonMinutes: 7 * 24 * 60,
  maxCallButtonPayloadCharacters: 512,
  minCarouselCards: 2,
  maxCarouselCards: 10,
  maxCardBodyCharacters: 160,
  maxCardBodyNewlines: 2,
  maxOrderReferenceCharacters: 35,
  // The contract counts money in hundredths.
  orderAmountOffset: 100,
  maxTemplateNameCharacters: 512,
  maxTemplateTextCharacters: 1_024,
  maxTemplateComponents: 20,
  maxTemplateParameters: 100,
  maxTemplateButtons: 10,
  // How long somebody is seen to be writing (contract section 2.8).
  typingShownMs: 25_000,

  // Media of the Cloud API
  maxMediaBytes: 100 * 1024 * 1024,
  // The whole of an upload or a download, and how long nothing may come.
  mediaTransferTimeoutMs: 15 * minuteMs,
  mediaSilenceMs: 30_000,
  sniffedMediaBytes: 64 * 1024,
  maxMediaWrites: 64,
  // How long a file may be there without a row; longer than any upload takes.
  orphanMediaMs: hourMs,
  mediaUrlMs: 5 * minuteMs,
  // Fetching what a message links to.
  maxLinkRedirects: 3,
  linkTimeoutMs: minuteMs,
  linkSilenceMs: 10_000,
  linkCacheMs: 10 * minuteMs,
  maxCachedLinks: 1_000,
  // How long what was fetched lies here: as long as it is cached, and may be on its way from here.
  linkedMediaTtlMs: 20 * minuteMs,
  // Messages that wait for their media: how many are seen to at once, of one number and of all.
  maxMediaJobsPerNumber: 8,
  maxMediaJobs: 32,
  mediaRetryMinMs: 500,
  mediaRetryMaxMs: 30_000,
  mediaLookMs: 10_000,
  // For how long it is known that the transport has a blob.
  blobKnownMs: hourMs,
  maxKnownBlobs: 10_000,
  inboundMediaTtlMs: 7 * dayMs,
  minMediaTtlMinutes: 60,
  maxMediaTtlMinutes: 43_200,

  // Message templates (contract section 5.5)
  maxTemplatesPerBusinessAccount: 6_000,
  maxTemplateCreationsPerHour: 100,
  maxTemplatesPerRemoval: 100,
  maxTemplatesPerUpsert: 100,
  maxTemplatesPerMigration: 500,
  maxTemplateEditsPerDay: 1,
  maxTemplateEditsPerMonth: 10,
  templateEditPauseMs: dayMs,
  templateEditsCountedMs: 30 * dayMs,
  templateNameLockMs: 30 * dayMs,
  templateArchivedMs: 28 * dayMs,
  templateFirstPauseMs: 3 * hourMs,
  templateSecondPauseMs: 6 * hourMs,
  maxTemplateReviewDelaySeconds: 7 * 24 * 60 * 60,
  maxTemplatesPerLook: 500,
  maxTemplateSearchCharacters: 512,
  // How deep texts stand in a template's components: a card's button is the deepest.
  maxTemplateDepth: 8,
  maxTemplateButtonCharacters: 25,
  maxTemplateUrlCharacters: 2_000,
  maxTemplateUrlButtons: 2,
  maxTemplatePhoneNumberCharacters: 20,
  maxOfferTextCharacters: 16,
  maxOfferBodyCharacters: 600,
  maxCardButtons: 2,
  maxOneTimeCodeCharacters: 15,
  maxOneTimeCodeApps: 5,
  maxOneTimeCodeMinutes: 90,
  maxNewlinesInRow: 4,
  maxSpacesInParameter: 4,
  maxHandleCharacters: 4_096,
  maxRejectionNoteCharacters: 1_000,
  // For how long it is tried to deliver what is made of a template (contract section 6.6).
  minTemplateTtlSeconds: 30,
  maxAuthenticationTtlSeconds: 900,
  maxUtilityTtlSeconds: 43_200,
  minMarketingTtlSeconds: 43_200,
  maxMarketingTtlSeconds: 30 * 24 * 60 * 60,
  defaultAuthenticationTtlMs: 10 * minuteMs,

  // Flows (contract section 5.6)
  maxFlowsPerBusinessAccount: 1_000,
  maxFlowNameCharacters: 200,
  maxFlowJsonBytes: 512 * 1024,
  maxFlowJsonDepth: 64,
  maxFlowMistakes: 100,
  maxFlowScreens: 50,
  maxFlowRoutesPerScreen: 10,
  maxFlowComponentsPerScreen: 50,
  maxFlowTextCharacters: 4_096,
  maxFlowsPerMigration: 100,
  flowFileUrlMs: hourMs,
  // What a phone asks about a flow is of use only while its owner looks at it.
  flowRequestTtlMs: minuteMs,
  // Of a flow's file in one answer to a phone.
  maxFlowPieceBytes: 48 * 1024,
  maxFlowRequestsWaitingPerNumber: 1_000,
  maxFlowRequestsUnderWay: 64,
  maxFlowRequestsUnderWayPerNumber: 16,
  flowRequestLookMs: 10_000,
  maxFlowDataBytes: 32 * 1024,
  flowPreviewMs: 30 * dayMs,

  // People's usernames at the transport.
  usernameChangesPerAccountPerMinute: 10,

  // User ids: how many digits are drawn, and how often what leads back from one is sealed anew in the time that a seal lives.
  userIdDigits: 20,
  userIdSealsPerLife: 30,

  // Webhooks
  maxUpdatesPerWebhook: 100,
  // While no more events of a number wait for an app, each is a request of its own.
  maxWebhooksSentSingly: 20,
  maxWebhookBytes: 3 * 1024 * 1024,
  webhookTimeoutMs: 10_000,
  webhookRetryMinMs: 1_000,
  webhookRetryMaxMs: hourMs,
  webhookRetryForMs: 7 * dayMs,
  maxWebhooksInFlight: 64,
  // Of those in flight: to one app, to endpoints that failed last time, and both. What fails never takes every place.
  maxWebhooksInFlightPerApp: 16,
  maxTroubledWebhooksInFlight: 16,
  maxTroubledWebhooksInFlightPerApp: 4,
  // Pairs of a number and an app with events under way; the others wait in the database.
  maxWebhookLanes: 10_000,
  maxWebhookLanesPerLook: 256,
  // How often due retries are looked for, and how seldom while the database or the Business Manager is down.
  webhookLookMs: 1_000,
  webhookLookMaxMs: 8_000,
  maxWebhookEventsPerDelete: 1_000,
  maxWebhookUrlCharacters: 200,
  maxWebhookResponseBytes: 64 * 1024,
  maxIdleWebhookSocketsPerHost: 4,
  maxIdleWebhookHosts: 256,
  // The log of what was sent to an app, and how many of these requests one call has sent again.
  maxWebhookDeliveriesPerApp: 10_000,
  webhookDeliveryKeptMs: 7 * dayMs,
  maxRedeliveriesPerCall: 100,
  webhookSocketIdleMs: 15_000,

  // The Business Manager
  maxNameCharacters: 128,
  maxTokenCharacters: 256,
  maxItemsPerPage: 100,
  defaultItemsPerPage: 25,
  maxPhoneNumbersPerBusinessAccount: 250,
  maxAppsPerBusinessAccount: 50,
  maxUsersPerAccount: 200,
  // Conditions in the parameter filtering of a list.
  maxFilters: 10,
  maxTasksPerUser: 20,
  maxBusinessesPerAccount: 50,
  maxBusinessAccountsPerToken: 100,
  // A code that is exchanged for a token, how long its use is remembered, and the longest life of such a token.
  oauthCodeLifeMs: 10 * minuteMs,
  oauthCodeKeptMs: 24 * hourMs,
  maxTokenLifeSeconds: 315_360_000,
  maxRedirectUriCharacters: 2_048,
  maxGraphIdDraws: 5,

  // Keyring
  hourMs,
  maxRetentionHours: 720,
  // How long before its time is over a key is destroyed, for skewed clocks and a late sweep. The short ones are for
  // numbers that keep their messages for less than a day.
  timeKeyMarginMs: 10 * minuteMs,
  shortTimeKeySlotMs: 5 * minuteMs,
  shortTimeKeyMarginMs: minuteMs,
  rootMaxAgeMs: hourMs,
  // How often a process looks whether another one has changed the keys.
  keyringRereadMs: 5_000,
  clockLookMs: 1_000,
  maxClockJumpMs: hourMs,
  // For how long the machine may have been off without its clock being doubted.
  maxMachineOffMs: 60 * dayMs,
  clockAcceptanceMs: dayMs,

  // Sealing, subjects and retention
  maxCachedSubjects: 100_000,
  maxSubjectsPerShard: 1_000,
  maxSubjectTries: 5,
  maxLookupHoursPerQuery: 48,
  upkeepIntervalMs: 30_000,
  maxRowsPerRetentionSweep: 5_000,
  prekeyResealedAfterMs: 7 * dayMs,
  maxErasuresWaiting: 100,
  leavingGraceMs: dayMs,
  maxExportedMessagesPerPage: 100,

  // Statistics
  // What one person adds to a day at most: messages, and cells in which they are counted as a person.
  statisticsMessagesPerPerson: 10,
  statisticsCellsPerPerson: 4,
  // What a day costs one person's privacy: ε in thousandths.
  statisticsMessagesEpsilonMillis: 500,
  statisticsPeopleEpsilonMillis: 500,
  // With noise. A cell with less in it is not shown.
  statisticsMinPeople: 50,
  statisticsMinMessages: 90,
  statisticsRounding: 10,
  // From the beginning of a day to its release: the day itself, and one more for what comes late.
  statisticsCountedHours: 48,
  maxStatisticsDaysPerLook: 400,
  maxStatisticsDaysPerAnswer: 400,
  defaultStatisticsDaysPerAnswer: 30,

  // The counts of a business's own messages
  halfHourMs: 30 * minuteMs,
  // From then on a day is one cell; later it goes (contract section 5.7).
  halfHourCountsKeptMs: 30 * dayMs,
  messageCountsKeptMs: 90 * dayMs,
  // The last second that has a year of four digits.
  maxUnixSeconds: 253_402_300_799,
  maxSumsPerAnswer: 20_000,
  maxTemplatesPerAnalytics: 10,
  maxAnalyticsFilterWords: 500,
  // Of how many messages on their way a number's pump remembers as what they are counted.
  maxRememberedSeries: 10_000,

  // The audit log
  // The format (C2SP tlog-tiles) gives an entry's length two bytes.
  maxLogEntryBytes: 65_535,
  maxEntriesPerAppend: 512,
  maxLogProblems: 100,
  auditSequenceMs: 1_000,
  maxNotedKeyUses: 10_000,

  // Metrics
  // How old the figures of the database may be that a scrape is answered with.
  figuresMaxAgeMs: 10_000,
  maxFigures: 200,
  minOperatorTokenCharacters: 16,

  // Verification of an installation
  // How late upkeep may be before it counts as not done.
  verifySlackMs: 5 * minuteMs,
  verifySampleRows: 200,
  verifyHttpTimeoutMs: 5_000,
  verifyStatementTimeoutMs: minuteMs,
  canaryTimeoutMs: 20_000,
  maxVerifySearchedBytes: 4 * 1024 * 1024 * 1024,
  maxVerifyFindings: 20,

  // Erasing and exporting a person with the program
  erasureWaitMs: minuteMs,
  maxErasureWaitMs: hourMs,
  erasureLookMs: 250,
  personDataTimeoutMs: minuteMs,
  maxPersonDataAnswerBytes: 64 * 1024 * 1024,

  // Blobs: encrypted attachments at the transport
  // A document of 100 MiB and what encrypting adds to it.
  maxBlobBytes: 100 * 1024 * 1024 + 64 * 1024,
  blobTtlMs: 30 * dayMs,
  blobUploadBytesPerAccountPerMinute: 1024 * 1024 * 1024,
  blobDownloadBytesPerAccountPerMinute: 4 * 1024 * 1024 * 1024,
  maxBlobTransfers: 512,
  maxBlobTransfersPerAccount: 64,
  // How long a transfer may stand still, and how long it may take.
  blobSilenceMs: 20_000,
  maxBlobTransferMs: 30 * minuteMs,
  // How long a sender waits to be asked for a body.
  blobContinueMs: 2_000,
  maxBlobRefusalBytes: 64 * 1024,
  // What is left free on the disk of the blobs.
  minFreeBlobDiskBytes: 512 * 1024 * 1024,
  blobOrphanLookMs: dayMs,

  // The transport's own bounds
  maxSockets: 20_000,
  maxAttachFailuresPerSocket: 10,
  maxWritesWaiting: 65_536,
  maxWriteBatchBytes: 8 * 1024 * 1024,
  maxWriteBytesWaiting: 128 * 1024 * 1024,
  maxCachedMailboxes: 100_000,
  maxCachedPhoneNumbers: 100_000,
  maxTrackedBudgets: 100_000,
  maxClosedAccountsRemembered: 10_000,
  maxOneTimePrekeysPerDevice: 200,
  bundleFetchesPerAccountPerMinute: 60_000,
  registrationsPerMinute: 6_000,
  handedOutPrekeyKeptMs: 7 * dayMs,
  registrationKeptMs: hourMs,
  verifierTimeoutMs: 10_000,
  storeRetryMs: 250,
  storeRetryMaxMs: 2_000,
  sweepIntervalMs: 10_000,
  maxRowsPerSweep: 1_000,
  maxInspectRows: 1_000,

  // The sandbox and the program that runs all systems
  maxSandboxPeople: 100,
  maxSandboxCodes: 200,
  maxSandboxWebhooks: 1_000,
  maxSandboxInboxMessages: 10_000,
  // Files that one phone sends or fetches at once.
  maxPhoneTransfers: 16,
  // Of the answer of a form.
  maxSaidJsonCharacters: 32 * 1024,
  sandboxStartTimeoutMs: minuteMs,
  sandboxSubscriptionRetryMs: 3_000,
  sandboxGreetingTimeoutMs: 10_000,
  maxClockAdvanceMs: 400 * dayMs,
  clockMoveTimeoutMs: 5_000,
  maxSystemLogBytes: 10 * 1024 * 1024,
  systemRestartMinMs: 50,
  systemRestartMaxMs: 5_000,
  systemRestartForgivenMs: 30_000,
  maxFailedSystemStarts: 5,
  systemStopTimeoutMs: 12_000,
  // The local authority, and its certificates; no client takes those that are valid for longer than 398 days.
  authorityValidMs: 3_650 * dayMs,
  certificateValidMs: 397 * dayMs,
  certificateRenewalMs: 30 * dayMs,
  certificateRenewalLookMs: hourMs,
  maxCertificateNames: 20,
} as const;
