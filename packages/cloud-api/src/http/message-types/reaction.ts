import { decodeWamid, limits } from '@postern/protocol';
import { isNamedBy } from '../../messages/message-reader.ts';
import { parameterError, valueError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';
import { isEmoji } from './emoji.ts';
import { freeForm, type Chat, type OutgoingMessage } from './message-type.ts';

/** An emoji on a message of the same chat; an empty one takes it back. */
export async function parseReaction(parameters: Parameters, { services, node, to }: Chat): Promise<OutgoingMessage> {
  const reaction = parameters.getObject('reaction');
  const emoji = getEmoji(reaction);
  const target = getTarget(reaction);
  const found = await services.messages.findMessage(node.id, target);
  if (found?.person !== to || !isNamedBy(found, target) || found.body === 'reaction') throw targetError(reaction);
  return freeForm({
    case: 'reaction',
    value: { messageId: target.messageId, fromMe: target.sentByBusiness, emoji },
  });
}

function getEmoji(reaction: Parameters): string {
  const emoji = reaction.findAnyText('emoji', limits.maxEmojiCharacters);
  if (emoji === null) throw parameterError(`The parameter ${reaction.label('emoji')} is required.`);
  if (emoji === '' || isEmoji(emoji)) return emoji;
  throw valueError(`Param ${reaction.label('emoji')} must be one emoji, or empty.`);
}

function getTarget(reaction: Parameters) {
  const target = decodeWamid(reaction.getText('message_id'));
  if (target) return target;
  throw targetError(reaction);
}

function targetError(reaction: Parameters) {
  return valueError(
    `Param ${reaction.label('message_id')} must be the id of a message of this chat that is kept and is no reaction.`,
  );
}
