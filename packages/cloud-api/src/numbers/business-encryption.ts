import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Database, Queryable } from '@postern/postgres';
import { limits } from '@postern/protocol';
import { isVouchedFor, vouchForKey, type DeviceKeys } from '@postern/signal';
import type { SealedStorage } from '../sealed-storage.ts';
import { decodeDeviceRecord, devicePlace } from './device-record.ts';

/** The key that a business has uploaded for one of its numbers. */
export interface BusinessKey {
  readonly publicKey: KeyObject;
  /** As it was uploaded: a SubjectPublicKeyInfo in PEM. */
  readonly pem: string;
  /** Whether the number's device, as it is set up now, vouched for it. False after the number was registered anew. */
  readonly isVouchedFor: boolean;
}

interface BusinessEncryptionOptions {
  readonly db: Database;
  readonly storage: Pick<SealedStorage, 'clock' | 'sealer' | 'keyUse' | 'audit'>;
}

/** The keys by which the endpoints of businesses read what people enter into flows: one for each number. */
export class BusinessEncryption {
  readonly #options: BusinessEncryptionOptions;

  constructor(options: BusinessEncryptionOptions) {
    this.#options = options;
  }

  /** Null when none was uploaded since the number was set up. Encrypt with one only that is vouched for. */
  async find(phoneNumberId: string): Promise<BusinessKey | null> {
    const { db } = this.#options;
    const [row] = await db.query<{ public_key: string; signature: Buffer }>(
      'SELECT public_key, signature FROM business_encryption_keys WHERE phone_number_id = $1',
      [phoneNumberId],
    );
    if (!row) return null;
    const publicKey = createPublicKey(row.public_key);
    const device = await this.#findDevice(db, phoneNumberId);
    const isKnown = device !== null && isVouchedFor(device, derOf(publicKey), row.signature);
    return { publicKey, pem: row.public_key, isVouchedFor: isKnown };
  }

  /** Has the number's device vouch for a key from now on. False when the number is not registered. The app is who asks. */
  async set(phoneNumberId: string, publicKey: KeyObject, appId: string): Promise<boolean> {
    const { db, storage } = this.#options;
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    return db.transaction(async (tx) => {
      const device = await this.#findDevice(tx, phoneNumberId);
      if (!device) return false;
      const details = { setting: 'business_encryption_key', app_id: appId } as const;
      await storage.audit.record(tx, { kind: 'settings', phoneNumberId, details });
      await tx.query(
        `INSERT INTO business_encryption_keys (phone_number_id, public_key, signature, uploaded_at_ms)
         VALUES ($1, $2, $3, $4) ON CONFLICT (phone_number_id)
         DO UPDATE SET public_key = $2, signature = $3, uploaded_at_ms = $4`,
        [phoneNumberId, pem, Buffer.from(vouchForKey(device, derOf(publicKey))), storage.clock.now()],
      );
      return true;
    });
  }

  /** The keys of a registered number's device. */
  async #findDevice(db: Queryable, phoneNumberId: string): Promise<DeviceKeys | null> {
    const { sealer, keyUse } = this.#options.storage;
    const [row] = await db.query<{ sealed_device: Buffer | null }>(
      "SELECT sealed_device FROM numbers WHERE phone_number_id = $1 AND state = 'registered' FOR SHARE",
      [phoneNumberId],
    );
    const key = row?.sealed_device ? sealer.findNumberKey(phoneNumberId) : null;
    if (!key || !row?.sealed_device) return null;
    await keyUse.note('device', [phoneNumberId]);
    return decodeDeviceRecord(sealer.open(key, devicePlace(phoneNumberId), row.sealed_device)).keys;
  }
}

/** Reads an RSA public key of 2,048 bits in PEM; null when it is anything else, a private key above all. */
export function parseBusinessKey(pem: string): KeyObject | null {
  if (!/^\s*-----BEGIN (RSA )?PUBLIC KEY-----\s/.test(pem)) return null;
  try {
    const key = createPublicKey(pem);
    const { modulusLength } = key.asymmetricKeyDetails ?? {};
    return key.asymmetricKeyType === 'rsa' && modulusLength === limits.businessKeyBits ? key : null;
  } catch {
    return null;
  }
}

function derOf(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' });
}
