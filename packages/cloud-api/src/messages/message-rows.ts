import type { InsertSpec } from '@postern/postgres';

/** Inserts messages of either direction. */
export const insertMessages: InsertSpec = {
  name: 'messages.insert',
  into: 'messages',
  columns: [
    { name: 'phone_number_id', type: 'text' },
    { name: 'message_id', type: 'text' },
    { name: 'sent_by_business', type: 'boolean' },
    { name: 'accepted_s', type: 'bigint' },
    { name: 'state', type: 'text' },
    { name: 'sealed', type: 'bytea' },
    { name: 'retention_hours', type: 'smallint' },
    { name: 'subject_id', type: 'uuid' },
  ],
};
