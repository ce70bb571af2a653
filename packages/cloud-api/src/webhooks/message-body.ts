import {
  contextWords,
  inboundWords,
  type MarketingPreference,
  type Message,
  type WordsOptions,
} from '@postern/protocol';
import { lostMediaCode, messageError, unsupportedTypeCode } from '../errors/message-errors.ts';
import type { MediaSource } from '../messages/message-record.ts';
import type { OpenedMessage } from './message-opener.ts';
import { contactNames, namesOf, wamidIn } from './person-words.ts';
import { unixSeconds } from './status-body.ts';
import type { MessageEvent, PreferenceEvent, WebhookNumber } from './webhook-event.ts';

/** A person's message that came in. */
export interface InboundUpdate {
  readonly says: 'message';
  readonly event: MessageEvent;
  readonly message: OpenedMessage;
  readonly inbound: Message;
}

/** A person has another user id than before. */
export interface SystemUpdate {
  readonly says: 'system';
  readonly event: MessageEvent;
  readonly message: OpenedMessage;
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
  const { number: shown } = namesOf(message);
  // What a person's message speaks of is theirs when it is "from me".
  const wamid: WordsOptions['wamid'] = ({ messageId, fromMe }) =>
    wamidIn(message, { sentByBusiness: !fromMe, messageId });
  const numberOf = (fromMe: boolean) => (fromMe ? shown : number.phoneNumber);
  const context = contextWords(inbound, { wamid, numberOf });
  return {
    contacts: [
      {
        profile: profileOf(message, inbound.senderName),
        ...contactNames(message),
        ...(message.identityKeyHash !== null && { identity_key_hash: message.identityKeyHash }),
      },
    ],
    messages: [
      {
        ...(context && { context }),
        ...sender(message),
        id: wamidIn(message, { sentByBusiness: false, messageId: event.messageId }),
        timestamp: unixSeconds(event.happenedAtMs),
        ...wordsOf(update, { wamid }),
      },
    ],
  };
}

/** Receivers read the name without looking whether there is one. */
function profileOf(message: OpenedMessage, senderName = ''): object {
  const { number, userId } = namesOf(message);
  const username = message.user?.username && `@${message.user.username}`;
  return { name: senderName || username || number || userId || '', ...(username && { username }) };
}

/** The members of a message that say who it is from. */
function sender(message: OpenedMessage): object {
  const { number, userId } = namesOf(message);
  return { ...(number !== null && { from: number }), ...(userId !== null && { from_user_id: userId }) };
}

/** The parts of a `messages` value that tell that a person has another user id than before (contract section 4.4). */
export function systemValue({ event, message }: SystemUpdate): object {
  const { number, userId } = namesOf(message);
  return {
    messages: [
      {
        ...sender(message),
        id: wamidIn(message, { sentByBusiness: false, messageId: event.messageId }),
        timestamp: unixSeconds(event.happenedAtMs),
        type: 'system',
        system: {
          body: `The user id of a user has changed from ${message.user?.previousId} to ${userId}`,
          ...(number !== null && { wa_id: number }),
          user_id: userId,
          previous_user_id: message.user?.previousId,
          type: 'user_changed_user_id',
        },
      },
    ],
  };
}

/** The parts of a `user_preferences` value. */
export function preferenceValue({ event, message, preference: { isStopped } }: PreferenceUpdate): object {
  return {
    contacts: [{ profile: profileOf(message), ...contactNames(message) }],
    user_preferences: [
      {
        ...contactNames(message),
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
