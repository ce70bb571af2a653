import { createSignatureVerifier, isCurve25519PublicKey, type SignatureVerifier } from '../xeddsa.ts';

/** A public prekey with an id. */
export interface PublicPrekey {
  readonly id: number;
  readonly publicKey: Uint8Array;
}

/** A public prekey that the device's identity key has signed. */
export interface SignedPublicPrekey extends PublicPrekey {
  readonly signature: Uint8Array;
}

/** The keys that every device has from its first moment. */
export interface DeviceKeys {
  readonly identityKey: Uint8Array;
  readonly signedPrekey: SignedPublicPrekey;
  readonly kyberLastResort: SignedPublicPrekey;
}

/** How libsignal writes a Kyber-1024 public key: this type byte, then the key. */
const kyber1024Type = 0x08;
const kyberPublicKeyBytes = 1569;

/** A signature is not by the identity key, or a key is not what it should be. */
export class BadKeyError extends Error {
  override readonly name = 'BadKeyError';
  readonly retryable = false;
}

function isKyberPublicKey(key: Uint8Array): boolean {
  return key.length === kyberPublicKeyBytes && key[0] === kyber1024Type;
}

/**
 * Prepares to check what an identity key has signed.
 * @throws BadKeyError when it is no usable identity key
 */
export function createKeyChecker(identityKey: Uint8Array): KeyChecker {
  const verify = createSignatureVerifier(identityKey);
  if (verify === null) throw new BadKeyError('The identity key is not a usable Curve25519 public key.');
  return new KeyChecker(verify);
}

/** Checks the prekeys of one device; every method throws BadKeyError. */
export class KeyChecker {
  readonly #verify: SignatureVerifier;

  constructor(verify: SignatureVerifier) {
    this.#verify = verify;
  }

  checkOneTime({ publicKey }: PublicPrekey): void {
    if (!isCurve25519PublicKey(publicKey)) throw new BadKeyError('A one-time prekey is not a Curve25519 public key.');
  }

  checkSigned({ publicKey, signature }: SignedPublicPrekey): void {
    if (!isCurve25519PublicKey(publicKey)) throw new BadKeyError('The signed prekey is not a Curve25519 public key.');
    if (!this.#verify(publicKey, signature)) throw new BadKeyError('The signature of the signed prekey is wrong.');
  }

  checkKyber({ publicKey, signature }: SignedPublicPrekey): void {
    if (!isKyberPublicKey(publicKey)) throw new BadKeyError('A Kyber prekey is not a Kyber-1024 public key.');
    if (!this.#verify(publicKey, signature)) throw new BadKeyError('The signature of a Kyber prekey is wrong.');
  }
}

/**
 * Checks the keys of a new device.
 * @throws BadKeyError
 */
export function checkDeviceKeys({ identityKey, signedPrekey, kyberLastResort }: DeviceKeys): void {
  const checker = createKeyChecker(identityKey);
  checker.checkSigned(signedPrekey);
  checker.checkKyber(kyberLastResort);
}
