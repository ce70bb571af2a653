import type { DeviceKeys } from '@postern/signal';
import type { SealPlace } from '../sealing/sealer.ts';

/** What is sealed of a number's device. */
export interface DeviceRecord {
  readonly keys: DeviceKeys;
  /** 32 bytes, shown to the transport. */
  readonly secret: Uint8Array;
}

/** Registration id (2 bytes), secret (32 bytes), identity key pair (the rest). */
export function encodeDeviceRecord({ keys, secret }: DeviceRecord): Buffer {
  const registrationId = Buffer.alloc(2);
  registrationId.writeUInt16BE(keys.registrationId);
  return Buffer.concat([registrationId, secret, keys.identityKeyPair]);
}

/** Reads {@link encodeDeviceRecord} back. */
export function decodeDeviceRecord(bytes: Buffer): DeviceRecord {
  return {
    secret: Uint8Array.from(bytes.subarray(2, 34)),
    keys: { registrationId: bytes.readUInt16BE(), identityKeyPair: Uint8Array.from(bytes.subarray(34)) },
  };
}

/** Where a number's device record is sealed, under the number's key alone. */
export function devicePlace(phoneNumberId: string): SealPlace {
  return { table: 'numbers', column: 'sealed_device', phoneNumberId, row: 'device', epoch: '1' };
}
