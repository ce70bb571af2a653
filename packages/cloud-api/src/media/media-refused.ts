import { bareType, mediaTypes, type MediaForm } from './media-kinds.ts';

/** Media are not taken; the reason says what is wrong with them, the sentence says it to whoever brought them. */
export class MediaRefusedError extends Error {
  override readonly name = 'MediaRefusedError';
  readonly retryable = false;
  readonly reason: 'type' | 'size';
  readonly sentence: string;

  constructor(reason: 'type' | 'size', sentence: string) {
    super(`Media are refused for their ${reason}.`);
    this.reason = reason;
    this.sentence = sentence;
  }
}

/** Of what types an upload may be. */
export function unknownType(): MediaRefusedError {
  const sentence = `Param file must be a file with one of the following types: ${mediaTypes.join(', ')}.`;
  return new MediaRefusedError('type', sentence);
}

export function notOfItsType(): MediaRefusedError {
  return new MediaRefusedError('type', 'Param file must be a file of the type that it is said to be.');
}

export function tooLarge({ kind }: Pick<MediaForm, 'kind'>, maxBytes: number): MediaRefusedError {
  const most = maxBytes < 1024 * 1024 ? `${maxBytes / 1024} KB` : `${maxBytes / 1024 / 1024} MB`;
  return new MediaRefusedError('size', `Param file must be at most ${most} large for media of the kind ${kind}.`);
}

/** The media type that a file is said to have; null when it is only said to be bytes. */
export function declaredType(...types: readonly (string | null)[]): string | null {
  const said = types.find((type) => type?.includes('/') && bareType(type) !== 'application/octet-stream');
  return said ?? null;
}
