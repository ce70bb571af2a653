/** What each figure of `operator.figures` means, for the metrics. */
export const gauges: Readonly<Record<string, string>> = {
  businesses: 'Businesses.',
  whatsapp_business_accounts: 'WhatsApp Business Accounts.',
  phone_numbers: "Businesses' phone numbers, by status.",
  apps: 'Apps.',
  access_tokens: 'Access tokens, kept and revoked.',
};
