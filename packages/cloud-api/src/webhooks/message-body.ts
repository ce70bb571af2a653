import {
  contextWords,
  encodeWamid,
  inboundWords,
  type MarketingPreference,
  type Message,
  type WordsOptions,
} from '@postern/protocol';
import { lostMediaCode, messageError, unsupportedTypeCode } from '../errors/message-errors.ts';
import type { MediaSource } from '../messages/message-record.ts';
import type { OpenedMessage } from './message-opener.ts';
import { unixSeconds } from './status-body.ts';
import type { MessageEvent, PreferenceEvent, WebhookNumber } from './webhook-event.ts';

/** A person's message that came in. */
export interface InboundUpdate {
  readonly says: 'message';
  readonly event: MessageEvent;
  readonly message: OpenedMessage;
  readonly inbound: Message;
}

/** What a person wishes to get. */
export interface PreferenceUpdate {
  readonly says: 'preference';
  readonly event: PreferenceEvent;
  readonly message: OpenedMessage;
  readonly preference: MarketingPreference;
}

/** The parts of a `messages` value that tell one inbound message (contract section 4.4). */
export function messageValue(number: WebhookNumber, update: InboundUpdate): object {
  const { event, message, inbound } = update;
  const { person } = message;
  // What a person's message speaks of is theirs when it is "from me".
  const wamid: WordsOptions['wamid'] = ({ messageId, fromMe }) =>
    encodeWamid({ phoneNumber: person, sentByBusiness: !fromMe, messageId });
  const numberOf = (fromMe: boolean) => (fromMe ? person : number.phoneNumber);
  const context = contextWords(inbound, { wamid, numberOf });
  return {
    // Receivers read the name without looking whether there is one.
    contacts: [
      {
        profile: { name: inbound.senderName || person },
        wa_id: person,
        ...(message.identityKeyHash !== null && { identity_key_hash: message.identityKeyHash }),
      },
    ],
    messages: [
      {
        ...(context && { context }),
        from: person,
        id: encodeWamid({ phoneNumber: person, sentByBusiness: false, messageId: event.messageId }),
        timestamp: unixSeconds(event.happenedAtMs),
        ...wordsOf(update, { wamid }),
      },
    ],
  };
}

/** The parts of a `user_preferences` value. */
export function preferenceValue({ event, message: { person }, preference: { isStopped } }: PreferenceUpdate): object {
  return {
    contacts: [{ profile: { name: person }, wa_id: person }],
    user_preferences: [
      {
        wa_id: person,
        detail: `User requested to ${isStopped ? 'stop' : 'resume'} marketing messages`,
        category: 'marketing_messages',
        value: isStopped ? 'stop' : 'resume',
        timestamp: Math.floor(event.happenedAtMs / 1000),
      },
    ],
  };
}

/** What a message says. Its attachments are fetched under the ids that they were given when it came in. */
function wordsOf({ message, inbound }: InboundUpdate, options: Pick<WordsOptions, 'wamid'>): object {
  const words = inboundWords(inbound, { ...options, attachment: (_, index) => idOf(message.media[index]) });
  if (words.type === 'unsupported') return { errors: [messageError(unsupportedTypeCode)], ...words };
  // What cannot be fetched by anybody has no id.
  const isLost = inbound.body.case === 'media' && message.media.length === 0;
  return isLost ? { errors: [messageError(lostMediaCode)], ...words } : words;
}

function idOf(source: MediaSource | undefined): object {
  return source && 'id' in source ? { id: source.id } : {};
}
