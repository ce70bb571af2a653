import type { MediaSource, MediaUseKind } from './message-record.ts';

/** A medium in a message that a business sends, before anybody has looked at it. */
export interface MediaUse {
  readonly source: MediaSource;
  /** As what it is shown, which says of which types and sizes it may be. */
  readonly kind: MediaUseKind;
  /** How an error names the parameter that it came in. */
  readonly label: string;
}

/** Stands in a message's JSON for a medium: the place of its attachment in the list. */
export interface AttachmentPlace {
  readonly attachment: number;
}

/** The media of one message, in the order of its attachments. */
export class MediaList {
  readonly #uses: MediaUse[] = [];

  get uses(): readonly MediaUse[] {
    return this.#uses;
  }

  add(use: MediaUse): AttachmentPlace {
    return { attachment: this.#uses.push(use) - 1 };
  }
}
