import type { KeyObject } from 'node:crypto';
import type { Clock } from '@postern/protocol';
import type { ContentPurpose, KeyUseLog } from '../audit/key-use-log.ts';
import { deadlineMs, epochOf, type Lifetime, type Sealer, type SealPlace } from '../sealing/sealer.ts';
import type { Subject } from '../subjects/subject.ts';
import type { Subjects } from '../subjects/subjects.ts';
import { decodeMediaRecord, encodeMediaRecord, type MediaRecord } from './media-record.ts';
import type { MediaName, MediaRow } from './media-rows.ts';

interface StoredMediaOptions {
  readonly sealer: Sealer;
  readonly subjects: Subjects;
  readonly clock: Clock;
  readonly keyUse: KeyUseLog;
}

/** A number's keys are gone: nothing can be kept for it. */
export class MediaKeyGoneError extends Error {
  override readonly name = 'MediaKeyGoneError';
  readonly retryable = false;
}

/**
 * Seals and opens what is kept of media: the one way to it. What a business brings is sealed by number and time, what a
 * person sent by the person too. From its deadline on a record is refused, whether the sweep has come by or not.
 */
export class StoredMedia {
  readonly #options: StoredMediaOptions;

  constructor(options: StoredMediaOptions) {
    this.#options = options;
  }

  /** @throws ClockSuspectError | MediaKeyGoneError */
  async seal(
    name: MediaName,
    record: MediaRecord,
    { lifetime, subject }: { lifetime: Lifetime; subject: Subject | null },
  ): Promise<Buffer> {
    const { sealer } = this.#options;
    const timeKey = await sealer.timeKey(lifetime);
    const key = this.#keyOf(name.phoneNumberId, timeKey, subject);
    if (!key) throw new MediaKeyGoneError('A number has no key to seal media with.');
    return sealer.seal(key, placeOf(name, lifetime), encodeMediaRecord(record));
  }

  /** Null when it is past its time, its number or its person is gone, or it was tampered with. */
  async open(row: MediaRow, purpose: ContentPurpose): Promise<MediaRecord | null> {
    const { sealer, clock, keyUse, subjects } = this.#options;
    const { phone_number_id: phoneNumberId, media_id: mediaId, subject_id: subjectId } = row;
    sealer.checkClock();
    const lifetime = lifetimeOfMedia(row);
    if (clock.now() >= Math.min(row.expires_at_ms, deadlineMs(lifetime))) return null;
    await keyUse.note(purpose, [phoneNumberId]);
    const subject = subjectId && (await subjects.load(phoneNumberId, [subjectId])).get(subjectId);
    const timeKey = sealer.findRecordTimeKey('media', lifetime);
    if (!timeKey || subject === undefined) return null;
    const key = this.#keyOf(phoneNumberId, timeKey, subject);
    const opened = key && sealer.find(key, placeOf({ phoneNumberId, mediaId }, lifetime), row.sealed);
    return opened && decodeMediaRecord(opened);
  }

  #keyOf(phoneNumberId: string, timeKey: KeyObject, subject: Subject | null): KeyObject | null {
    const numberKey = this.#options.sealer.findNumberKey(phoneNumberId);
    if (!numberKey) return null;
    return subject ? subject.sealKey(timeKey, numberKey) : this.#options.sealer.numberKeyAt(timeKey, phoneNumberId);
  }
}

function lifetimeOfMedia({ created_s: createdS, retention_hours: retentionHours }: MediaRow): Lifetime {
  return { sinceMs: createdS * 1000, retentionHours };
}

function placeOf({ phoneNumberId, mediaId }: MediaName, lifetime: Lifetime): SealPlace {
  return { table: 'media', column: 'sealed', phoneNumberId, row: mediaId, epoch: epochOf(lifetime) };
}
