import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { limits, type Attachment, type Clock, type Message } from '@postern/protocol';
import {
  AttachmentBrokenError,
  decryptAttachment,
  encryptAttachment,
  encryptedAttachmentBytes,
  newAttachmentKey,
} from '@postern/signal';
import type { BlobClient, BlobCredential } from '../blobs.ts';
import { MediaBrokenError, MediaTooLargeError, TooManyTransfersError, TransportUnavailableError } from '../errors.ts';
import { messageIn } from './chats.ts';
import type { PhoneDatabase } from './phone-database.ts';

interface PhoneMediaOptions {
  /** The phone's own folder. */
  readonly dir: string;
  readonly db: PhoneDatabase;
  readonly clock: Clock;
  readonly blobs: BlobClient;
  readonly credential: BlobCredential;
  readonly isOnline: () => boolean;
}

/** A medium that a phone has or can have. */
export interface PhoneMedium {
  /** What a message that says it carries. */
  readonly attachment: Pick<Attachment, 'blobId' | 'key' | 'size' | 'sha256' | 'mimeType'>;
  readonly filename: string;
}

/** A medium whose bytes are at hand. */
export interface OpenMedium extends PhoneMedium {
  readonly bytes: AsyncIterable<Uint8Array>;
}

interface MediumRow {
  media_id: string;
  blob_id: Uint8Array;
  key: Uint8Array;
  size: number;
  sha256: Uint8Array;
  mime_type: string;
  filename: string;
}

/**
 * The media of a phone, as files in its own folder: what its owner wants to send, encrypted into the transport's blob store at
 * once, and what was received, fetched when somebody first looks at it. Bytes are streamed, never whole in memory.
 */
export class PhoneMedia {
  readonly #options: PhoneMediaOptions;
  readonly #dir: string;
  readonly #fetching = new Map<string, Promise<boolean>>();
  #transfers = 0;

  constructor(options: PhoneMediaOptions) {
    this.#options = options;
    this.#dir = join(options.dir, 'media');
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(this.#dir)) if (name.endsWith(unfinished)) rmSync(join(this.#dir, name));
  }

  /**
   * Takes a medium that the owner wants to send. Returns its id.
   * @throws MediaTooLargeError; TooManyTransfersError; what the blob client and the source throw
   */
  async add(source: AsyncIterable<Uint8Array>, about: { mimeType: string; filename: string }): Promise<string> {
    const { blobs, credential, db, clock } = this.#options;
    const mediaId = randomBytes(16).toString('hex');
    const [blobId, key] = [randomBytes(16), newAttachmentKey()];
    return this.#transfer(async () => {
      const { size, sha256 } = await this.#write(mediaId, source);
      try {
        const encrypted = encryptFile(this.#pathOf(mediaId), key);
        await blobs.upload(credential, { blobId, bytes: encryptedAttachmentBytes(size), source: encrypted });
      } catch (error) {
        await rm(this.#pathOf(mediaId), { force: true });
        throw error;
      }
      const sql = 'INSERT INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
      db.run(sql, mediaId, blobId, key, size, sha256, about.mimeType, about.filename, clock.now());
      return mediaId;
    });
  }

  /** A medium that was added, or that is in a message on the phone; null when there is none with this id. */
  find(mediaId: string): PhoneMedium | null {
    const row = this.#options.db.get<MediumRow>('SELECT * FROM media WHERE media_id = ?', mediaId);
    return row ? mediumOf(row) : this.#findInMessage(mediaId);
  }

  /**
   * A medium with its bytes; null when there is none with this id, or the transport has it no longer.
   * @throws MediaBrokenError; TooManyTransfersError; what the blob client throws
   */
  async open(mediaId: string): Promise<OpenMedium | null> {
    const medium = this.find(mediaId);
    if (!medium) return null;
    const own = this.#options.db.get<MediumRow>('SELECT * FROM media WHERE blob_id = ?', medium.attachment.blobId);
    const name = own?.media_id ?? mediaId;
    const isThere = (await this.#isThere(name)) || (await this.#fetch(name, medium));
    return isThere ? { ...medium, bytes: createReadStream(this.#pathOf(name)) as AsyncIterable<Buffer> } : null;
  }

  #findInMessage(mediaId: string): PhoneMedium | null {
    const [, position, index] = /^(\d{1,15})-(\d{1,3})$/.exec(mediaId) ?? [];
    const sql = 'SELECT content FROM messages WHERE position = ?';
    const row = position && this.#options.db.get<{ content: Uint8Array }>(sql, Number(position));
    const message = row ? messageIn(row.content) : null;
    const attachment = message && attachmentsOf(message)[Number(index)];
    const filename = message?.body.case === 'media' ? message.body.value.filename : '';
    return attachment ? { attachment, filename } : null;
  }

  async #isThere(name: string): Promise<boolean> {
    return stat(this.#pathOf(name)).then(
      () => true,
      () => false,
    );
  }

  /** Fetches a medium once, however many ask for it; false when it is gone. */
  #fetch(name: string, medium: PhoneMedium): Promise<boolean> {
    const known = this.#fetching.get(name);
    if (known) return known;
    const fetching = this.#transfer(() => this.#download(name, medium)).finally(() => this.#fetching.delete(name));
    this.#fetching.set(name, fetching);
    return fetching;
  }

  async #download(name: string, { attachment: { blobId, key, size, sha256 } }: PhoneMedium): Promise<boolean> {
    const { blobs, credential } = this.#options;
    const encrypted = await blobs.download(credential, blobId);
    if (!encrypted) return false;
    const isTold = (told: Written) => told.size === Number(size) && Buffer.compare(told.sha256, sha256) === 0;
    await this.#write(name, decryptAttachment(key, encrypted), isTold).catch((error: unknown) => {
      if (!(error instanceof AttachmentBrokenError)) throw error;
      throw new MediaBrokenError('A medium does not open with the key of its message.', { cause: error });
    });
    return true;
  }

  /** Writes a file as a whole or not at all. */
  async #write(
    name: string,
    source: AsyncIterable<Uint8Array>,
    isRight: (written: Written) => boolean = () => true,
  ): Promise<Written> {
    const path = `${this.#pathOf(name)}${unfinished}`;
    const hash = createHash('sha256');
    let size = 0;
    const measured = async function* measure(): AsyncGenerator<Uint8Array, void> {
      for await (const piece of source) {
        size += piece.length;
        if (size > limits.maxMediaBytes) throw new MediaTooLargeError('A medium has more than 100 MiB.');
        hash.update(piece);
        yield piece;
      }
    };
    try {
      await pipeline(measured(), createWriteStream(path, { mode: 0o600, flush: true }));
      const written = { size, sha256: hash.digest() };
      if (!isRight(written)) throw new MediaBrokenError('A medium is not what its message says.');
      await rename(path, this.#pathOf(name));
      return written;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  async #transfer<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#options.isOnline()) throw new TransportUnavailableError('The phone is offline.');
    if (this.#transfers >= limits.maxPhoneTransfers)
      throw new TooManyTransfersError('The phone has enough to transfer.');
    this.#transfers += 1;
    try {
      return await work();
    } finally {
      this.#transfers -= 1;
    }
  }

  #pathOf(name: string): string {
    return join(this.#dir, name);
  }
}

/** A file encrypted while it is read; it is opened when somebody begins to. */
async function* encryptFile(path: string, key: Uint8Array): AsyncGenerator<Buffer, void> {
  yield* encryptAttachment(key, createReadStream(path) as AsyncIterable<Buffer>);
}

const unfinished = '.part';

interface Written {
  readonly size: number;
  readonly sha256: Buffer;
}

function mediumOf(row: MediumRow): PhoneMedium {
  const { blob_id: blobId, key, size, sha256, mime_type: mimeType, filename } = row;
  return { attachment: { blobId, key, size: BigInt(size), sha256, mimeType }, filename };
}

function attachmentsOf({ body }: Message): readonly Attachment[] {
  if (body.case === 'media') return body.value.attachment ? [body.value.attachment] : [];
  return body.case === 'interactive' || body.case === 'template' ? body.value.attachments : [];
}
