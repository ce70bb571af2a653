import { randomBytes } from 'node:crypto';
import { IdentityKeyPair } from '@signalapp/libsignal-client';
import type { AccountId, DeviceId } from '@postern/protocol';

/** One device of one account, as Signal addresses it. */
export interface DeviceName {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
}

/** A text that names a device, fit for a map's key. */
export function deviceKey({ accountId, deviceId }: DeviceName): string {
  return `${accountId}.${deviceId}`;
}

/** What makes a device itself: made once, before it registers. */
export interface DeviceKeys {
  /** libsignal's serialized identity key pair. */
  readonly identityKeyPair: Uint8Array;
  /** 14 bits, tells a device that was set up anew from its former self. */
  readonly registrationId: number;
}

/** Draws a fresh identity key pair and registration id. */
export function generateDeviceKeys(): DeviceKeys {
  const identityKeyPair = IdentityKeyPair.generate().serialize();
  return { identityKeyPair, registrationId: randomBytes(2).readUInt16BE() & 0x3fff || 1 };
}

/** The public half of a serialized identity key pair: 33 bytes. */
export function publicIdentityKey(keys: DeviceKeys): Uint8Array<ArrayBuffer> {
  return identityKeyPairOf(keys).publicKey.serialize();
}

export function identityKeyPairOf(keys: DeviceKeys): IdentityKeyPair {
  return IdentityKeyPair.deserialize(Uint8Array.from(keys.identityKeyPair));
}
