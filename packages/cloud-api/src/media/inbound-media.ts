import { limits, type Attachment, type Message } from '@postern/protocol';
import { newGraphId } from '../local-nodes/graph-id.ts';
import type { SealedStorage } from '../sealed-storage.ts';
import { deadlineMs, type Lifetime } from '../sealing/sealer.ts';
import type { Subject } from '../subjects/subject.ts';
import { cleanFilename } from './filename.ts';
import type { MediaRecord } from './media-record.ts';
import type { MediaRow } from './media-rows.ts';
import { StoredMedia } from './stored-media.ts';

/** By whom and with what something came in. */
export interface InboundMessage {
  readonly phoneNumberId: string;
  readonly wabaId: string;
  readonly subject: Subject;
  readonly message: Message;
  /** The life of the message. */
  readonly lifetime: Lifetime;
}

/**
 * The medium that a person's message brings, under an id of its own: where it lies and how it is opened is sealed as the
 * message is. Its id is valid for a week (contract section 3.1), and never longer than the message. Null when it brings none,
 * or one that nobody could fetch.
 */
export async function inboundMedia(
  storage: Pick<SealedStorage, 'sealer' | 'subjects' | 'clock' | 'keyUse'>,
  { phoneNumberId, wabaId, subject, message, lifetime }: InboundMessage,
): Promise<MediaRow | null> {
  const record = findRecord(message);
  if (!record) return null;
  const mediaId = newGraphId();
  const stored = new StoredMedia(storage);
  return {
    phone_number_id: phoneNumberId,
    media_id: mediaId,
    waba_id: wabaId,
    origin: 'person',
    created_s: lifetime.sinceMs / 1000,
    retention_hours: lifetime.retentionHours,
    expires_at_ms: Math.min(deadlineMs(lifetime), lifetime.sinceMs + limits.inboundMediaTtlMs),
    subject_id: subject.id,
    sealed: await stored.seal({ phoneNumberId, mediaId }, record, { lifetime, subject }),
  };
}

/** What a person's client says is looked at before it is used: the type becomes a header, the name a file. */
function findRecord({ body }: Message): MediaRecord | null {
  if (body.case !== 'media' || !body.value.attachment) return null;
  const { attachment, filename, animated: isAnimated } = body.value;
  if (!isFetchable(attachment)) return null;
  const { blobId, key, size, sha256, mimeType } = attachment;
  return {
    key,
    blobId,
    size: Number(size),
    sha256,
    mimeType: mimeTypePattern.test(mimeType) ? mimeType : 'application/octet-stream',
    filename: cleanFilename(filename),
    isAnimated,
  };
}

const mimeTypePattern = /^[a-z]{1,32}\/[A-Za-z0-9.+_-]{1,100}(; ?[a-z]{1,32}=[A-Za-z0-9._-]{1,64})?$/;

function isFetchable({ blobId, key, size, sha256 }: Attachment): boolean {
  return blobId.length === 16 && key.length === 32 && sha256.length === 32 && size <= BigInt(limits.maxMediaBytes);
}
