import { gone, type Suite } from '../suite.ts';

/** Contract section 2.3. */
export const reaction: Suite = {
  valid: { type: 'reaction', reaction: { message_id: '$inbound', emoji: '👍' } },
  accepts: {
    'to what came in': {},
    'to what went out': { 'reaction.message_id': '$outbound' },
    'taken back': { 'reaction.emoji': '' },
    'a skin tone': { 'reaction.emoji': '👍🏽' },
    'a family': { 'reaction.emoji': '👨‍👩‍👧‍👦' },
    'a flag': { 'reaction.emoji': '🇩🇪' },
    'a keycap': { 'reaction.emoji': '1️⃣' },
    'a heart without its variation': { 'reaction.emoji': '❤' },
  },
  refuses: {
    'no reaction': { reaction: gone },
    'no emoji': { 'reaction.emoji': gone },
    'an emoji that is null': { 'reaction.emoji': null },
    'an emoji that is a list': { 'reaction.emoji': ['👍'] },
    'a letter': [{ 'reaction.emoji': 'x' }, 131009],
    'a digit': [{ 'reaction.emoji': 1 }, 131009],
    'two emoji': [{ 'reaction.emoji': '👍👍' }, 131009],
    'an emoji with a letter': [{ 'reaction.emoji': '👍x' }, 131009],
    'no target': { 'reaction.message_id': gone },
    'a target that is no id': [{ 'reaction.message_id': 'wamid.nonsense' }, 131009],
    'a target that is unknown': [{ 'reaction.message_id': '$unknown' }, 131009],
    'a target in another chat': [{ 'reaction.message_id': '$elsewhere' }, 131009],
    'a target that is a reaction': [{ 'reaction.message_id': '$reaction' }, 131009],
  },
};
