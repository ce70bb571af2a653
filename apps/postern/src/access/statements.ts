/**
 * What Postern states about privacy. The access table names the statements that a line follows from, `postern verify`
 * says how each stands, and `docs/guarantees.md` how each is held.
 */
export const statements = {
  S1: 'A message from a person to a business is encrypted all the way from the phone to the Cloud API.',
  S2: 'A person and the Cloud API, for the business, agree on keys by the Signal protocol.',
  S3: 'The transport cannot read anything that people and businesses say to each other.',
  S4: 'What the Cloud API receives it decrypts and hands on to the business.',
  S5: 'Messages stay in the Cloud API only as long as its work needs them.',
  S6: 'What a business sends waits in the Cloud API only until it is sent, or its time is over.',
  S7: 'As long as a message is kept, it can be sent again when a phone could not read it.',
  S8: 'Every message is encrypted by the Cloud API before it goes to the transport.',
  S9: 'The transport forwards; it has no view of the content.',
  S10: 'The transport notices unusual patterns and takes reports of spam.',
  S11: 'The Cloud API stands in for the business: all messages of its numbers go through it, as one client of the transport.',
  S12: 'Who runs the Cloud API processes data for the business, on its behalf.',
  S13: 'Other parts of the organisation that runs it have no access to the communications.',
  S14: 'All access to what is kept is controlled and monitored.',
  S15: 'Information about businesses is kept by the Business Manager, which says who acts for a business.',
  S16: 'Messages are accessed by the Cloud API alone.',
  S17: 'A message is kept for 30 days at most; after that it can be neither read nor sent again.',
  S18: 'The Cloud API keeps nothing about a person but the phone number, to deliver, for as long as the messages.',
  S19: 'No content is ever sent to, or readable by, the transport or its staff.',
  S20: 'Message content: the Cloud API; not the transport, not the rest.',
  S21: "A person's phone number: the Cloud API and the transport; not the rest.",
  S22: 'Statistics in which nobody can be found: all.',
  S23: 'Integrity signals: the transport; not the rest.',
  S24: 'Business information: all, from the Business Manager.',
  S25: 'Bills per business: the transport and the rest.',
  S26: 'Messages choose no advertising; the business may use what it received as it sees fit.',
  S27: 'Data stays in the region that was chosen.',
  S28: 'Stored messages are encrypted, and destroyed after 30 days.',
  S29: 'Keys are managed for the business; the transport has no access to them.',
  S30: 'Businesses can show that data protection law is met.',
  S31: 'Optional services are chosen by the business, under terms of their own.',
} as const;

export type Statement = keyof typeof statements;
