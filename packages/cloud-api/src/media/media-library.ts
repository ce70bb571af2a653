import { isGraphId } from '../local-nodes/graph-id.ts';
import type { MediaNode } from '../local-nodes/local-nodes.ts';
import { cleanFilename } from './filename.ts';
import { checkForm } from './media-form.ts';
import type { MediaKindName } from './media-kinds.ts';
import type { MediaDraft, MediaStore, OpenedMedia } from './media-store.ts';
import type { PersonMedia } from './person-media.ts';
import type { MediaUrlClaims, MediaUrls } from './media-urls.ts';

/** What a business says of a file that it uploads. */
export interface UploadedFile {
  readonly wabaId: string;
  /** The media type that it is said to have. */
  readonly type: string | null;
  /** The kind, where only that is said. */
  readonly kind: MediaKindName | null;
  readonly filename: string | null;
  readonly retentionHours: number;
  readonly ttlMs: number | null;
}

/** A medium as its business may see it, and where it can be had for five minutes. */
export interface DescribedMedia extends OpenedMedia {
  readonly url: MediaUrlClaims;
}

/** A medium on its way out. */
export interface Download extends OpenedMedia {
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Nobody has the bytes of a medium any more. */
export class MediaGoneError extends Error {
  override readonly name = 'MediaGoneError';
  readonly retryable = false;
}

interface MediaLibraryOptions {
  readonly store: MediaStore;
  readonly personMedia: Pick<PersonMedia, 'read'>;
  readonly urls: MediaUrls;
}

/** What a business can do with media. */
export class MediaLibrary {
  readonly #store: MediaStore;
  readonly #personMedia: Pick<PersonMedia, 'read'>;
  readonly #urls: MediaUrls;

  constructor({ store, personMedia, urls }: MediaLibraryOptions) {
    this.#store = store;
    this.#personMedia = personMedia;
    this.#urls = urls;
  }

  /** Takes a file while it comes in. @throws MediaTooLargeError | OverloadedError; what the source throws */
  take(phoneNumberId: string, bytes: AsyncIterable<Uint8Array>): Promise<MediaDraft> {
    return this.#store.write(phoneNumberId, bytes);
  }

  /** Throws away what was taken. */
  drop(draft: MediaDraft): Promise<void> {
    return this.#store.discard(draft);
  }

  /** Makes what was taken a medium, if it is what it is said to be; else it is thrown away. @throws MediaRefusedError | NumberGoneError */
  async add(draft: MediaDraft, { type, kind, filename, ...told }: UploadedFile): Promise<string> {
    try {
      const { form, isAnimated } = await checkForm(draft, { type, kind });
      const named = { mimeType: form.mimeType, filename: filename && cleanFilename(filename), isAnimated };
      const { row } = await this.#store.add(draft, { ...told, ...named, origin: 'upload' });
      return row.media_id;
    } catch (error) {
      await this.drop(draft);
      throw error;
    }
  }

  /** Whether there is such a medium that a message may carry, of one of these business accounts. */
  async isSendable(mediaId: string, wabaIds: readonly string[]): Promise<boolean> {
    if (!isGraphId(mediaId)) return false;
    return (await this.#store.find(mediaId, wabaIds))?.origin === 'upload';
  }

  /** Null when it is past its time or cannot be read. */
  async describe({ id, wabaId }: MediaNode): Promise<DescribedMedia | null> {
    const opened = await this.#open(id, [wabaId]);
    const url = opened && this.#urls.sign(opened.row);
    return url && { ...opened, url };
  }

  /**
   * Opens the medium of a URL for who may act on these accounts; null when the URL is not valid any more, or never was.
   * @throws MediaGoneError when there are no bytes behind it any more; what the transport throws
   */
  async download(claims: MediaUrlClaims, wabaIds: readonly string[]): Promise<Download | null> {
    const opened = await this.#open(claims.mediaId, wabaIds);
    if (!opened || !this.#urls.isValid(opened.row, claims)) return null;
    const isOwn = opened.row.origin !== 'person';
    const bytes = await (isOwn ? this.#store : this.#personMedia).read(opened);
    if (!bytes) throw new MediaGoneError('The bytes of a medium are gone.');
    return { ...opened, bytes };
  }

  /** False when it is gone already. */
  remove({ id, phoneNumberId }: MediaNode): Promise<boolean> {
    return this.#store.remove({ phoneNumberId, mediaId: id });
  }

  async #open(mediaId: string, wabaIds: readonly string[]): Promise<OpenedMedia | null> {
    const row = await this.#store.find(mediaId, wabaIds);
    return row && this.#store.open(row, 'api');
  }
}
