import { createHmac } from 'node:crypto';
import type { BlobClient, BlobCredential } from '@postern/client';
import { create, AttachmentSchema, limits, type Clock } from '@postern/protocol';
import { encryptedAttachmentBytes } from '@postern/signal';
import type { MediaSource } from '../messages/message-record.ts';
import type { LinkedMedia, LinkOwner } from '../media/linked-media.ts';
import type { MediaStore, OpenedMedia } from '../media/media-store.ts';
import { MediaRefusedError } from '../media/media-refused.ts';
import { checkUploaded } from '../media/media-use.ts';
import type { MadeAttachment } from './filled-content.ts';

/** For which number attachments are made, and how it shows itself to the transport. */
export interface Maker extends LinkOwner {
  readonly credential: BlobCredential;
}

interface AttachmentMakerOptions {
  readonly store: Pick<MediaStore, 'findSent' | 'readEncrypted'>;
  readonly links: Pick<LinkedMedia, 'get'>;
  readonly blobs: Pick<BlobClient, 'upload'>;
  readonly clock: Clock;
}

/**
 * Makes attachments of what messages are to carry: the encrypted file goes to the transport's blob store as it lies here,
 * once for all who get it from this number.
 */
export class AttachmentMaker {
  readonly #options: AttachmentMakerOptions;
  /** Blobs that the transport has, and until when that is believed; or that are on their way. */
  readonly #known = new Map<string, { readonly untilMs: number; readonly stored: Promise<void> }>();

  constructor(options: AttachmentMakerOptions) {
    this.#options = options;
  }

  /**
   * @throws MediaRefusedError | MediaTooLargeError | LinkFailedError | ForbiddenUrlError, when the message cannot carry it;
   * what the transport and the store throw
   */
  async make(maker: Maker, source: MediaSource, signal: AbortSignal): Promise<MadeAttachment> {
    const media = await this.#find(maker, source, signal);
    const { key, size, sha256, mimeType, filename, isAnimated } = media.record;
    const blobId = blobIdOf(key, maker.credential.accountId);
    await this.#store(maker, { blobId, media }, signal);
    return {
      attachment: create(AttachmentSchema, { blobId, key, size: BigInt(size), sha256, mimeType }),
      filename,
      isAnimated,
    };
  }

  async #find(maker: Maker, source: MediaSource, signal: AbortSignal): Promise<OpenedMedia> {
    const { kind: use = 'document' } = source;
    if ('link' in source) return this.#options.links.get(maker, { link: source.link, use }, signal);
    const media = await this.#options.store.findSent(source.id);
    if (!media) throw gone();
    checkUploaded(media.record, use);
    return media;
  }

  /** Sees that the transport has it, and goes on having it. Those who want the same at once share one upload. */
  #store(
    maker: Maker,
    { blobId, media }: { blobId: Uint8Array; media: OpenedMedia },
    signal: AbortSignal,
  ): Promise<void> {
    const name = Buffer.from(blobId).toString('hex');
    const nowMs = this.#options.clock.now();
    const known = this.#known.get(name);
    if (known && nowMs < known.untilMs) return known.stored;
    const stored = this.#upload(maker, { blobId, media }, signal);
    this.#known.delete(name);
    this.#known.set(name, { untilMs: nowMs + limits.blobKnownMs, stored });
    stored.catch(() => this.#known.delete(name));
    const [oldest] = this.#known.keys();
    if (this.#known.size > limits.maxKnownBlobs && oldest !== undefined) this.#known.delete(oldest);
    return stored;
  }

  async #upload(
    { credential }: Maker,
    { blobId, media }: { blobId: Uint8Array; media: OpenedMedia },
    signal: AbortSignal,
  ): Promise<void> {
    const source = await this.#options.store.readEncrypted(media);
    if (!source) throw gone();
    const bytes = encryptedAttachmentBytes(media.record.size);
    await this.#options.blobs.upload(credential, { blobId, bytes, source, signal });
  }
}

/**
 * The blob's name for one account: nobody tells by it what else is made of the same medium. A number that is registered
 * again has another account, and what the one before it has put is not its own.
 */
function blobIdOf(key: Uint8Array, accountId: string): Uint8Array {
  const name = createHmac('sha256', key).update(`postern blob v1\0${accountId}`).digest();
  return Uint8Array.from(name.subarray(0, 16));
}

function gone(): MediaRefusedError {
  return new MediaRefusedError('type', 'The media of the message are gone.');
}
