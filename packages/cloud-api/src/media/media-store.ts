import { insertRows, type Database } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { decryptAttachment, encryptAttachment, newAttachmentKey } from '@postern/signal';
import type { ContentPurpose } from '../audit/key-use-log.ts';
import { newGraphId } from '../local-nodes/graph-id.ts';
import { OverloadedError } from '../messages/accept-queue.ts';
import { holdNumbers } from '../messages/held-numbers.ts';
import type { SealedStorage } from '../sealed-storage.ts';
import { deadlineMs } from '../sealing/sealer.ts';
import { Measured, type Measures } from './measured.ts';
import type { MediaFolder } from './media-folder.ts';
import type { MediaRecord } from './media-record.ts';
import {
  deleteMediaRow,
  fileOf,
  findMediaRow,
  findSentMediaRow,
  insertMedia,
  mediaValues,
  type MediaName,
  type MediaOrigin,
  type MediaRow,
} from './media-rows.ts';
import { StoredMedia } from './stored-media.ts';

/** A medium whose bytes are on the disk and which nobody knows of yet: it is added, or thrown away. */
export interface MediaDraft extends MediaName, Measures {
  readonly key: Uint8Array;
}

/** What is told of a draft when it is added. */
export interface NewMedia {
  readonly wabaId: string;
  readonly origin: Exclude<MediaOrigin, 'person'>;
  readonly mimeType: string;
  readonly filename: string | null;
  readonly isAnimated: boolean;
  /** How long the number's messages are kept. */
  readonly retentionHours: number;
  /** For how long it is wanted; as long as it may be kept when null. */
  readonly ttlMs: number | null;
}

/** A medium and what is sealed of it. */
export interface OpenedMedia {
  readonly row: MediaRow;
  readonly record: MediaRecord;
}

interface MediaStoreOptions {
  readonly db: Database;
  readonly storage: Pick<SealedStorage, 'sealer' | 'subjects' | 'clock' | 'keyUse'>;
  readonly folder: MediaFolder;
}

/** The media of businesses: encrypted once when they come in, and in that form kept, read and handed to the transport. */
export class MediaStore {
  readonly #options: MediaStoreOptions;
  readonly #stored: StoredMedia;
  #writing = 0;

  constructor(options: MediaStoreOptions) {
    this.#options = options;
    this.#stored = new StoredMedia(options.storage);
  }

  /**
   * Encrypts a stream into a file of the number's. @throws MediaTooLargeError | OverloadedError; what the source throws;
   * and then nothing is left of it
   */
  async write(
    phoneNumberId: string,
    source: AsyncIterable<Uint8Array>,
    maxBytes = limits.maxMediaBytes,
  ): Promise<MediaDraft> {
    if (this.#writing >= limits.maxMediaWrites) throw new OverloadedError('Too many media are being written.');
    this.#writing += 1;
    try {
      const name = { phoneNumberId, mediaId: newGraphId() };
      const key = newAttachmentKey();
      const measured = new Measured(source, maxBytes);
      await this.#options.folder.write(fileOf(name), encryptAttachment(key, measured.bytes()));
      return { ...name, key, ...measured.measures() };
    } finally {
      this.#writing -= 1;
    }
  }

  /** Makes a draft a medium; durable when it resolves. @throws NumberGoneError | ClockSuspectError | DatabaseUnavailableError */
  async add(draft: MediaDraft, told: NewMedia): Promise<OpenedMedia> {
    const { db, storage } = this.#options;
    const { phoneNumberId, key, size, sha256 } = draft;
    const { mimeType, filename, isAnimated } = told;
    const record = { key, blobId: null, size, sha256, mimeType, filename, isAnimated };
    await storage.keyUse.note('accepting', [phoneNumberId]);
    const row = await this.#seal(draft, record, told);
    await db.transaction(async (tx) => {
      await holdNumbers(tx, [phoneNumberId]);
      await insertRows(tx, insertMedia, [mediaValues(row)]);
    });
    // crash point: media.added
    return { row, record };
  }

  async #seal({ phoneNumberId, mediaId }: MediaName, record: MediaRecord, told: NewMedia): Promise<MediaRow> {
    const { wabaId, origin, ttlMs } = told;
    const nowMs = this.#options.storage.clock.now();
    const createdS = Math.floor(nowMs / 1000);
    const lifetime = { sinceMs: createdS * 1000, retentionHours: hoursOf(told) };
    return {
      phone_number_id: phoneNumberId,
      media_id: mediaId,
      waba_id: wabaId,
      origin,
      created_s: createdS,
      retention_hours: lifetime.retentionHours,
      expires_at_ms: Math.min(deadlineMs(lifetime), ttlMs === null ? Infinity : nowMs + ttlMs),
      subject_id: null,
      sealed: await this.#stored.seal({ phoneNumberId, mediaId }, record, { lifetime, subject: null }),
    };
  }

  /** Throws a draft away. */
  async discard(draft: MediaDraft): Promise<void> {
    await this.#options.folder.remove([fileOf(draft)]);
  }

  /** The medium of this id of one of these business accounts, as long as its time is not over. */
  async find(mediaId: string, wabaIds: readonly string[]): Promise<MediaRow | null> {
    return findMediaRow(this.#options.db, mediaId, { wabaIds, nowMs: this.#options.storage.clock.now() });
  }

  /** The medium of this id that a message is to carry, whoever's it is: that was looked at when the message was accepted. */
  async findSent(mediaId: string): Promise<OpenedMedia | null> {
    const row = await findSentMediaRow(this.#options.db, mediaId, this.#options.storage.clock.now());
    return row && this.open(row, 'sending');
  }

  /** What is sealed of a medium; null when it may not or cannot be read. @throws ClockSuspectError */
  async open(row: MediaRow, purpose: ContentPurpose): Promise<OpenedMedia | null> {
    const record = await this.#stored.open(row, purpose);
    return record && { row, record };
  }

  /** The bytes of a medium that lies here; null when it does not. @throws AttachmentBrokenError while it is read */
  async read({ row, record }: OpenedMedia): Promise<AsyncIterable<Buffer> | null> {
    const encrypted = await this.#options.folder.read(fileOf(nameOf(row)));
    return encrypted && decryptAttachment(record.key, encrypted);
  }

  /** The same bytes as they lie here. */
  readEncrypted({ row }: OpenedMedia): Promise<AsyncIterable<Buffer> | null> {
    return this.#options.folder.read(fileOf(nameOf(row)));
  }

  /** Removes a medium; false when it is gone already. */
  async remove(name: MediaName): Promise<boolean> {
    const removed = await deleteMediaRow(this.#options.db, name);
    // crash point: media.row-removed
    await this.#options.folder.remove([fileOf(name)]);
    return removed;
  }
}

function nameOf({ phone_number_id: phoneNumberId, media_id: mediaId }: MediaRow): MediaName {
  return { phoneNumberId, mediaId };
}

/**
 * Its keys live two hours longer than it is wanted, since an hour's key is counted from where the hour began, and goes a
 * little before its end.
 */
function hoursOf({ retentionHours, ttlMs }: NewMedia): number {
  return ttlMs === null ? retentionHours : Math.min(retentionHours, Math.ceil(ttlMs / limits.hourMs) + 2);
}
