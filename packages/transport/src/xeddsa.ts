import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';

/** Tells whether a signature over a message was made by one identity key. */
export type SignatureVerifier = (message: Uint8Array, signature: Uint8Array) => boolean;

/** How libsignal writes a Curve25519 public key: this type byte, then the u coordinate, little-endian. */
const curve25519Type = 0x05;
const publicKeyBytes = 33;
const signatureBytes = 64;
const signBit = 0x80;

// The fixed start of an Ed25519 SubjectPublicKeyInfo (RFC 8410); the 32 bytes of the key follow.
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

const { Point } = ed25519;
const { Fp } = Point;

/** True when the bytes look like a Curve25519 public key as libsignal writes it. */
export function isCurve25519PublicKey(key: Uint8Array): boolean {
  return key.length === publicKeyBytes && key[0] === curve25519Type;
}

function readU(key: Uint8Array): bigint {
  const bytes = Uint8Array.from(key.subarray(1));
  // RFC 7748: the unused top bit is ignored.
  bytes[31] = (bytes[31] ?? 0) & ~signBit;
  return Fp.create(bytesToNumberLE(bytes));
}

/** The Edwards form of a key with sign bit 0: y = (u - 1) / (u + 1). Null for what is no usable public key. */
function toEdwards(key: Uint8Array): Buffer | null {
  const u = readU(key);
  const divisor = Fp.add(u, Fp.ONE);
  if (Fp.is0(divisor)) return null;
  const edwards = Buffer.from(Fp.toBytes(Fp.mul(Fp.sub(u, Fp.ONE), Fp.inv(divisor))));
  try {
    return Point.fromBytes(edwards).isSmallOrder() ? null : edwards;
  } catch {
    return null; // on the twist, not on the curve
  }
}

function toKeyObject(edwards: Buffer, sign: number): KeyObject {
  const key = Buffer.concat([spkiPrefix, edwards]);
  key.writeUInt8(key.readUInt8(key.length - 1) | sign, key.length - 1);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

/**
 * Prepares to check XEdDSA signatures by one identity key (https://signal.org/docs/specifications/xeddsa/), with the
 * sign of the Edwards point in the top bit of the signature, as libsignal makes them.
 * @param identityKey 33 bytes: 0x05 and the u coordinate
 * @returns null when the key is malformed, not on the curve, or of small order (anything would verify under it)
 */
export function createSignatureVerifier(identityKey: Uint8Array): SignatureVerifier | null {
  if (!isCurve25519PublicKey(identityKey)) return null;
  const edwards = toEdwards(identityKey);
  if (edwards === null) return null;
  const keys = [toKeyObject(edwards, 0), toKeyObject(edwards, signBit)] as const;
  return (message, signature) => {
    if (signature.length !== signatureBytes) return false;
    const plain = Buffer.from(signature);
    const last = plain.readUInt8(signatureBytes - 1);
    plain.writeUInt8(last & ~signBit, signatureBytes - 1);
    return verify(null, message, (last & signBit) === 0 ? keys[0] : keys[1], plain);
  };
}
