import type { MessageCategory, MessageRecord } from '../messages/message-record.ts';
import { countryOf } from './country.ts';

/** What messages have in common that are counted together: nothing that tells one person from another. */
export interface MessageSeries {
  readonly category: MessageCategory;
  /** Two letters. */
  readonly country: string;
  /** Null for messages that were made of no template. */
  readonly templateId: string | null;
}

/** The series in which a message of the business's is counted; null for what a person said. */
export function seriesOf({
  person,
  category,
  templateId,
}: Pick<MessageRecord, 'person' | 'category' | 'templateId'>): MessageSeries | null {
  return category && { category, country: countryOf(person), templateId };
}
