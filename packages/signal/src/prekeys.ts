import {
  KEMKeyPair,
  KyberPreKeyRecord,
  PreKeyRecord,
  PrivateKey,
  SignedPreKeyRecord,
} from '@signalapp/libsignal-client';
import { identityKeyPairOf, type DeviceKeys } from './device-keys.ts';

/** The four kinds of prekey a device publishes. */
export type PrekeyKind = 'one-time' | 'signed' | 'kyber-one-time' | 'kyber-last-resort';

/** A prekey as its device keeps it. */
export interface StoredPrekey {
  readonly kind: PrekeyKind;
  readonly id: number;
  /** libsignal's serialized record, private half included. */
  readonly record: Uint8Array;
}

/** A prekey as the transport gets it. */
export interface PublicPrekey {
  readonly id: number;
  readonly publicKey: Uint8Array;
  /** Missing on one-time EC prekeys, which are not signed. */
  readonly signature?: Uint8Array;
}

/** A prekey just made: the private half to store first, the public half to publish after. */
export interface NewPrekey {
  readonly stored: StoredPrekey;
  readonly published: PublicPrekey;
}

/** A prekey with its signature by the identity key. */
export type SignedPublicPrekey = PublicPrekey & { readonly signature: Uint8Array };

export function generateOneTimePrekey(id: number): NewPrekey {
  const privateKey = PrivateKey.generate();
  const publicKey = privateKey.getPublicKey();
  const record = PreKeyRecord.new(id, publicKey, privateKey).serialize();
  return { stored: { kind: 'one-time', id, record }, published: { id, publicKey: publicKey.serialize() } };
}

export function generateSignedPrekey(keys: DeviceKeys, id: number, nowMs: number): NewPrekey {
  const privateKey = PrivateKey.generate();
  const publicKey = privateKey.getPublicKey();
  const bytes = publicKey.serialize();
  const signature = identityKeyPairOf(keys).privateKey.sign(bytes);
  const record = SignedPreKeyRecord.new(id, nowMs, publicKey, privateKey, signature).serialize();
  return { stored: { kind: 'signed', id, record }, published: { id, publicKey: bytes, signature } };
}

export function generateKyberPrekey(
  keys: DeviceKeys,
  kind: 'kyber-one-time' | 'kyber-last-resort',
  { id, nowMs }: { id: number; nowMs: number },
): NewPrekey {
  const pair = KEMKeyPair.generate();
  const bytes = pair.getPublicKey().serialize();
  const signature = identityKeyPairOf(keys).privateKey.sign(bytes);
  const record = KyberPreKeyRecord.new(id, nowMs, pair, signature).serialize();
  return { stored: { kind, id, record }, published: { id, publicKey: bytes, signature } };
}

/** The published half with its signature. @throws when the prekey is of the kind that has none */
export function signedHalf({ published }: NewPrekey): SignedPublicPrekey {
  if (!published.signature) throw new Error('A one-time EC prekey carries no signature.');
  return { ...published, signature: published.signature };
}

/** The published half of a stored signed or Kyber prekey, as it was when it was made. */
export function publishedHalfOf({ kind, record }: StoredPrekey): SignedPublicPrekey {
  const bytes = Uint8Array.from(record);
  const opened = kind === 'signed' ? SignedPreKeyRecord.deserialize(bytes) : KyberPreKeyRecord.deserialize(bytes);
  return { id: opened.id(), publicKey: opened.publicKey().serialize(), signature: opened.signature() };
}
