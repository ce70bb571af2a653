import type { MessageCategory } from '../messages/message-record.ts';

/** What messages have in common that are counted together: nothing that tells one person from another. */
export interface MessageSeries {
  readonly category: MessageCategory;
  /** Two letters. */
  readonly country: string;
  /** Null for messages that were made of no template. */
  readonly templateId: string | null;
}
