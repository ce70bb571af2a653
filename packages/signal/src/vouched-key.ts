import { PublicKey } from '@signalapp/libsignal-client';
import { identityKeyPairOf, publicIdentityKey, type DeviceKeys } from './device-keys.ts';

const label = Buffer.from('postern vouched key v1\0');

/** Signs a key of another kind with the device's identity key: whoever knows the device knows whose key that is. */
export function vouchForKey(keys: DeviceKeys, key: Uint8Array): Uint8Array {
  return identityKeyPairOf(keys).privateKey.sign(statement(key));
}

/** Whether this device, as it is set up now, vouched for the key. */
export function isVouchedFor(keys: DeviceKeys, key: Uint8Array, signature: Uint8Array): boolean {
  try {
    return PublicKey.deserialize(publicIdentityKey(keys)).verify(statement(key), Uint8Array.from(signature));
  } catch {
    return false;
  }
}

function statement(key: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat([label, key]));
}
