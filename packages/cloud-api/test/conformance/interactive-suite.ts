import { characters, gone, type Changes, type Refusal, type Suite } from './suite.ts';

/** A suite of one kind of interactive message: paths begin inside `interactive`. */
export function interactiveSuite(
  interactive: Readonly<Record<string, unknown>>,
  { accepts, refuses }: Pick<Suite, 'accepts' | 'refuses'>,
): Suite {
  return {
    valid: { type: 'interactive', interactive },
    accepts: Object.fromEntries(
      Object.entries(accepts).map(([name, accepted]) => [
        name,
        isPair(accepted) ? ([inside(accepted[0]), inside(accepted[1])] as const) : inside(accepted),
      ]),
    ),
    refuses: Object.fromEntries(Object.entries(refuses).map(([name, refused]) => [name, refusalInside(refused)])),
  };
}

function isPair(accepted: Suite['accepts'][string]): accepted is readonly [Changes, Changes] {
  return Array.isArray(accepted);
}

function refusalInside(refused: Refusal): Refusal {
  if (!Array.isArray(refused)) return inside(refused as Changes);
  const [changes, ...rest] = refused as readonly [Changes, number, string?];
  return [inside(changes), ...rest];
}

function inside(changes: Changes): Changes {
  return Object.fromEntries(Object.entries(changes).map(([path, value]) => [`interactive.${path}`, value]));
}

/** What most of them say. */
export const body = { text: 'How was it?' };

export const bodyOf1024: Suite['accepts'] = { 'a body of 1,024 characters': { 'body.text': characters(1_024) } };
export const footerOf60: Suite['accepts'] = { 'a footer of 60 characters': { footer: { text: characters(60) } } };
export const headerOf60: Suite['accepts'] = {
  'a header of 60 characters': { header: { type: 'text', text: characters(60) } },
};
export const longBody: Suite['refuses'] = { 'a body of 1,025 characters': { 'body.text': characters(1_025) } };
export const noBody: Suite['refuses'] = {
  'no body': { body: gone },
  'a body without text': { 'body.text': gone },
  'an empty body': { 'body.text': '' },
};
export const longFooter: Suite['refuses'] = {
  'a footer of 61 characters': [{ footer: { text: characters(61) } }, 100, "interactive['footer']['text']"],
};
export const badHeaders: Suite['refuses'] = {
  'a header of 61 characters': [
    { header: { type: 'text', text: characters(61) } },
    100,
    "interactive['header']['text']",
  ],
  'a header without a type': [{ header: { text: 'Hello' } }, 100, "interactive['header']['type']"],
  'a header without its text': [{ header: { type: 'text' } }, 100, "interactive['header']['text']"],
  'a header that is a sticker': [
    { header: { type: 'sticker', sticker: { id: '1' } } },
    100,
    "interactive['header']['type']",
  ],
};
export const noHeader: Suite['refuses'] = { 'a header': { header: { type: 'text', text: 'Hello' } } };
export const noAction: Suite['refuses'] = { 'no action': { action: gone }, 'an action that is a list': { action: [] } };
export const otherName: Suite['refuses'] = {
  'no name of the action': { 'action.name': gone },
  'another action': { 'action.name': 'another' },
};
export const mediaHeaders: Suite['accepts'] = {
  'an image above': { header: { type: 'image', image: { id: '$image' } } },
  'a film above': { header: { type: 'video', video: { link: 'https://media.example/a.mp4' } } },
  'a document above': { header: { type: 'document', document: { id: '$document', filename: 'a.pdf' } } },
  'a document above that its link names': [
    { header: { type: 'document', document: { link: 'https://media.example/a.pdf' } } },
    { header: { type: 'document', document: { link: 'https://media.example/a.pdf', filename: 'a.pdf' } } },
  ],
};
export const noMedia: Suite['refuses'] = {
  'a header without its medium': [{ header: { type: 'image' } }, 100, "interactive['header']['image']"],
  'a header of no medium': [{ header: { type: 'image', image: {} } }, 100, "interactive['header']['image']['id']"],
};
