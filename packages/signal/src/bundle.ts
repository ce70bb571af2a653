import { KEMPublicKey, PreKeyBundle, PublicKey } from '@signalapp/libsignal-client';
import type { DeviceName } from './device-keys.ts';
import type { PublicPrekey, SignedPublicPrekey } from './prekeys.ts';

/** A peer device's public keys, as the key directory hands them out. */
export interface PeerBundle {
  readonly registrationId: number;
  readonly identityKey: Uint8Array;
  readonly signed: SignedPublicPrekey;
  readonly kyber: SignedPublicPrekey;
  readonly oneTime: PublicPrekey | null;
}

/** Reads the bundle's keys; null when one of them is no key. Signatures are checked when the session is opened. */
export function toPreKeyBundle(peer: DeviceName, bundle: PeerBundle): PreKeyBundle | null {
  try {
    return PreKeyBundle.new(
      bundle.registrationId,
      peer.deviceId,
      bundle.oneTime?.id ?? null,
      bundle.oneTime && PublicKey.deserialize(Uint8Array.from(bundle.oneTime.publicKey)),
      bundle.signed.id,
      PublicKey.deserialize(Uint8Array.from(bundle.signed.publicKey)),
      Uint8Array.from(bundle.signed.signature),
      PublicKey.deserialize(Uint8Array.from(bundle.identityKey)),
      bundle.kyber.id,
      KEMPublicKey.deserialize(Uint8Array.from(bundle.kyber.publicKey)),
      Uint8Array.from(bundle.kyber.signature),
    );
  } catch {
    return null;
  }
}
