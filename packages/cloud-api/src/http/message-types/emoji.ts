import { limits } from '@postern/protocol';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const pictogram = /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3/u;

/** Whether this is exactly one emoji. */
export function isEmoji(text: string): boolean {
  if (text.length > limits.maxEmojiCharacters || !pictogram.test(text)) return false;
  return Array.from(graphemes.segment(text)).length === 1;
}

/** Whether there is an emoji anywhere in it. */
export function hasEmoji(text: string): boolean {
  return pictogram.test(text);
}
