/** Objects that the contract has and that cannot exist here: an id of one is answered as that of an unknown object (100/33). */
export const absentObjects: Readonly<Record<string, string>> = {
  '{group}': 'Messaging in groups is not built.',
  '{message_history}': "The history of a message's webhooks is not built; a log of all webhooks is.",
  '{migration_intent}': 'Multi-partner solutions are not built.',
  '{solution}': 'Multi-partner solutions are not built.',
  '{preverified}': 'Lending pre-verified numbers is not built.',
  '{mobility_intent}': 'Moving accounts between partners is not built.',
  '{account_number}': 'There is no second id of a number: use that of the number.',
  '{profile}': 'A profile has no id of its own: use the edge `whatsapp_business_profile` of its number.',
  '{bot}': 'Bots are not objects here: use the edge `conversational_automation` of the number.',
  '{template_group}': 'Grouping templates is not built.',
  '{signup}': 'In-app signup is not built.',
  '{catalog}': 'The Commerce API is not built.',
};
