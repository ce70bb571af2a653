import { characters, gone, type Suite } from '../suite.ts';

const link = 'https://media.example/a/picture.png?size=2';
/** A link of so many characters. */
const linkOf = (length: number) => `https://media.example/${characters(length - 22)}`;

/** What every medium is refused for. */
function sourceRefusals(type: string): Suite['refuses'] {
  return {
    'no object': { [type]: gone },
    'a string': { [type]: '1' },
    'a list': { [type]: [{ id: '1' }] },
    'neither id nor link': [{ [`${type}.id`]: gone }, 100, `${type}['id'] and ${type}['link']`],
    'an empty id': [{ [`${type}.id`]: '' }, 100, `${type}['id'] and ${type}['link']`],
    'both id and link': [{ [`${type}.link`]: link }, 100, `${type}['id'] and ${type}['link']`],
    'an id that is no id': [{ [`${type}.id`]: 'picture' }, 131009],
    'an id with a sign': [{ [`${type}.id`]: '-5' }, 131009],
    'an id of 21 digits': [{ [`${type}.id`]: characters(21, '1') }, 131009],
    'the id of nothing': [{ [`${type}.id`]: '1' }, 131009],
    'an id that is an object': { [`${type}.id`]: {} },
    'a link that is none': [{ [`${type}.link`]: 'picture.png', [`${type}.id`]: gone }, 131009],
    'a link to a file': [{ [`${type}.link`]: 'file:///etc/passwd', [`${type}.id`]: gone }, 131009],
    'a link by another protocol': [{ [`${type}.link`]: 'ftp://media.example/a.png', [`${type}.id`]: gone }, 131009],
    'a link with its data in it': [{ [`${type}.link`]: 'data:image/png;base64,AA', [`${type}.id`]: gone }, 131009],
    'a link of 2,001 characters': { [`${type}.link`]: linkOf(2_001), [`${type}.id`]: gone },
  };
}

/** What every medium is accepted with. */
function sources(type: string): Suite['accepts'] {
  return {
    'an id': {},
    'an http link of 2,000 characters': { [`${type}.id`]: gone, [`${type}.link`]: linkOf(2_000) },
  };
}

const captions: Suite['accepts'] = {
  'a caption of 1,024 characters': { 'image.caption': characters(1_024) },
  'an empty caption': [{ 'image.caption': '' }, { 'image.caption': gone }],
};

/** Contract section 2.3. */
export const image: Suite = {
  valid: { type: 'image', image: { id: '$image' } },
  accepts: { ...sources('image'), ...captions },
  refuses: {
    ...sourceRefusals('image'),
    'a caption of 1,025 characters': { 'image.caption': characters(1_025) },
    'a caption that is an object': { 'image.caption': {} },
  },
};

export const video: Suite = {
  valid: { type: 'video', video: { id: '$video', caption: 'A film' } },
  accepts: sources('video'),
  refuses: { ...sourceRefusals('video'), 'a caption of 1,025 characters': { 'video.caption': characters(1_025) } },
};

export const audio: Suite = {
  valid: { type: 'audio', audio: { id: '$audio', voice: false } },
  accepts: {
    ...sources('audio'),
    'a voice note': { 'audio.voice': true },
    'a voice note in words': [{ 'audio.voice': 'true' }, { 'audio.voice': true }],
    'no word of voice': [{ 'audio.voice': gone }, { 'audio.voice': false }],
    'a caption, which audio does not have': [{ 'audio.caption': 'A song' }, { 'audio.caption': gone }],
  },
  refuses: { ...sourceRefusals('audio'), 'a voice that is no flag': { 'audio.voice': 'loud' } },
};

export const document: Suite = {
  valid: { type: 'document', document: { id: '$document', caption: 'The contract', filename: 'contract.pdf' } },
  accepts: {
    'an id': {},
    'a name of 240 characters': { 'document.filename': characters(240) },
    'no name': { 'document.filename': gone },
    'a link with a name': { 'document.id': gone, 'document.link': link },
    'a link that names it': [
      { 'document.id': gone, 'document.link': link, 'document.filename': gone },
      { 'document.id': gone, 'document.link': link, 'document.filename': 'picture.png' },
    ],
    'a link with a coded name': [
      { document: { link: 'http://media.example/Gr%C3%BC%C3%9Fe.pdf' } },
      { document: { link: 'http://media.example/Gr%C3%BC%C3%9Fe.pdf', filename: 'Grüße.pdf' } },
    ],
    'a link with a badly coded name': [
      { document: { link: 'http://media.example/%FF.pdf' } },
      { document: { link: 'http://media.example/%FF.pdf', filename: '%FF.pdf' } },
    ],
    'a link that names nothing': { document: { link: 'http://media.example/' } },
  },
  refuses: {
    ...sourceRefusals('document'),
    'a name of 241 characters': { 'document.filename': characters(241) },
    'a name that is a list': { 'document.filename': ['a'] },
    'a caption of 1,025 characters': { 'document.caption': characters(1_025) },
  },
};

export const sticker: Suite = {
  valid: { type: 'sticker', sticker: { id: '$sticker' } },
  accepts: {
    'an id': [{}, { 'sticker.animated': false }],
    'a link': [{ 'sticker.id': gone, 'sticker.link': link }, { sticker: { link, animated: false } }],
    'a caption, which a sticker does not have': [
      { 'sticker.caption': 'x' },
      { sticker: { id: '$sticker', animated: false } },
    ],
  },
  refuses: sourceRefusals('sticker'),
};
