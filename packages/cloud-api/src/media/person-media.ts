import type { BlobClient, BlobCredential } from '@postern/client';
import type { Database } from '@postern/postgres';
import type { AccountId, DeviceId } from '@postern/protocol';
import { decryptAttachment } from '@postern/signal';
import { decodeDeviceRecord, devicePlace } from '../numbers/device-record.ts';
import type { SealedStorage } from '../sealed-storage.ts';
import { checkedBytes } from './checked-bytes.ts';
import type { OpenedMedia } from './media-store.ts';

interface PersonMediaOptions {
  readonly db: Database;
  readonly storage: Pick<SealedStorage, 'sealer'>;
  readonly blobs: Pick<BlobClient, 'download'>;
}

/** What people sent: it lies in the transport's blob store and is opened on its way through; nothing is kept of it here. */
export class PersonMedia {
  readonly #options: PersonMediaOptions;

  constructor(options: PersonMediaOptions) {
    this.#options = options;
  }

  /**
   * The bytes of a medium; null when the transport has it no more, or the number cannot ask for it any more. While they are
   * read: @throws AttachmentBrokenError | MediaChangedError; TransportUnavailableError
   */
  async read({ row, record }: OpenedMedia, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | null> {
    const credential = record.blobId && (await this.#findCredential(row.phone_number_id));
    if (!credential || !record.blobId) return null;
    const encrypted = await this.#options.blobs.download(credential, record.blobId, signal);
    return encrypted && checkedBytes(decryptAttachment(record.key, encrypted), record);
  }

  async #findCredential(phoneNumberId: string): Promise<BlobCredential | null> {
    const { db, storage } = this.#options;
    const [row] = await db.query<{ account_id: AccountId; device_id: DeviceId; sealed_device: Buffer }>(
      `SELECT account_id, device_id, sealed_device FROM numbers
       WHERE phone_number_id = $1 AND state = 'registered' AND sealed_device IS NOT NULL`,
      [phoneNumberId],
    );
    const key = row && storage.sealer.findNumberKey(phoneNumberId);
    const device = key && storage.sealer.find(key, devicePlace(phoneNumberId), row.sealed_device);
    return device
      ? { accountId: row.account_id, deviceId: row.device_id, secret: decodeDeviceRecord(device).secret }
      : null;
  }
}
