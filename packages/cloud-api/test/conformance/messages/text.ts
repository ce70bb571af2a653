import { characters, gone, type Suite } from '../suite.ts';

/** Contract section 2.3. */
export const text: Suite = {
  valid: { type: 'text', text: { body: 'Hello' } },
  accepts: {
    'one character': { 'text.body': 'x' },
    '4,096 characters': { 'text.body': characters(4_096) },
    '4,096 emoji': { 'text.body': characters(4_096, '🙂') },
    'a number': [{ 'text.body': 42 }, { 'text.body': '42' }],
    'control characters and every script': { 'text.body': '\u0000\n\t\\"/ Grüße 你好 שלום 🇩🇪' },
    'a preview': { 'text.preview_url': true },
    'a preview in words': [{ 'text.preview_url': 'true' }, { 'text.preview_url': true }],
    'a preview as a number': [{ 'text.preview_url': 1 }, { 'text.preview_url': true }],
    'no preview': [{ 'text.preview_url': false }, { 'text.preview_url': gone }],
    'JSON text for an object': [{ text: '{"body":"Hello"}' }, { text: { body: 'Hello' } }],
    'a member that nobody knows': [{ 'text.colour': 'red' }, { 'text.colour': gone }],
  },
  refuses: {
    'no text': [{ text: gone }, 100, "text['body']"],
    'no body': { 'text.body': gone },
    'an empty body': { 'text.body': '' },
    'a body that is null': { 'text.body': null },
    'a body that is a list': { 'text.body': ['Hello'] },
    'a body that is a flag': { 'text.body': true },
    'a text that is a string': { text: 'Hello' },
    'a text that is a list': { text: [{ body: 'Hello' }] },
    '4,097 characters': { 'text.body': characters(4_097) },
    '4,097 emoji': { 'text.body': characters(4_097, '🙂') },
    'a preview that is no flag': { 'text.preview_url': 'perhaps' },
    'a preview that is an object': { 'text.preview_url': {} },
  },
};
