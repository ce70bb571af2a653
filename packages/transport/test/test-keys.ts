import { createHash, randomBytes } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import type { PublicPrekey, SignedPublicPrekey } from '../src/keys/device-keys.ts';

const { Point } = ed25519;
const { Fn, Fp } = Point;

const hashToScalar = (...parts: Uint8Array[]) =>
  Fn.create(bytesToNumberLE(createHash('sha512').update(Buffer.concat(parts)).digest()));

/** An identity key that signs as libsignal does (XEdDSA), so that the transport's tests need no libsignal. */
export class TestIdentity {
  readonly #scalar = Fn.create(bytesToNumberLE(randomBytes(32)));
  readonly #edwards = Point.BASE.multiply(this.#scalar);
  readonly publicKey: Buffer;

  constructor() {
    const { y } = this.#edwards.toAffine();
    const u = Fp.mul(Fp.add(Fp.ONE, y), Fp.inv(Fp.sub(Fp.ONE, y)));
    this.publicKey = Buffer.concat([Buffer.of(5), numberToBytesLE(u, 32)]);
  }

  sign(message: Uint8Array): Buffer {
    const edwards = this.#edwards.toBytes();
    const nonce = hashToScalar(randomBytes(64));
    const point = Point.BASE.multiply(nonce).toBytes();
    const challenge = hashToScalar(point, edwards, message);
    const scalar = Fn.add(nonce, Fn.mul(challenge, this.#scalar));
    const signature = Buffer.concat([point, numberToBytesLE(scalar, 32)]);
    signature[63]! |= edwards[31]! & 0x80;
    return signature;
  }
}

export function newPrekey(id: number): PublicPrekey {
  return { id, publicKey: Buffer.concat([Buffer.of(5), randomBytes(32)]) };
}

export function newSignedPrekey(identity: TestIdentity, id: number): SignedPublicPrekey {
  const { publicKey } = newPrekey(id);
  return { id, publicKey, signature: identity.sign(publicKey) };
}

export function newKyberPrekey(identity: TestIdentity, id: number): SignedPublicPrekey {
  const publicKey = Buffer.concat([Buffer.of(8), randomBytes(1568)]);
  return { id, publicKey, signature: identity.sign(publicKey) };
}
