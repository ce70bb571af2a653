import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createSignatureVerifier } from '../src/xeddsa.ts';
import { TestIdentity } from './test-keys.ts';

interface Vector {
  identityKey: string;
  message: string;
  signature: string;
  valid: boolean;
}

const vectors = JSON.parse(readFileSync(new URL('./xeddsa-vectors.json', import.meta.url), 'utf8')) as Vector[];
const bytes = (hex: string) => Buffer.from(hex, 'hex');

test("libsignal's signatures verify, and tampered ones do not", () => {
  assert.equal(vectors.filter(({ valid }) => valid).length, 12);
  assert.ok(vectors.some(({ signature, valid }) => valid && (bytes(signature)[63]! & 0x80) !== 0));
  for (const { identityKey, message, signature, valid } of vectors) {
    const verify = createSignatureVerifier(bytes(identityKey));
    assert.equal(verify?.(bytes(message), bytes(signature)), valid);
  }
});

test('a signature of the wrong length is refused', () => {
  const [{ identityKey, message, signature }] = vectors as [Vector];
  const verify = createSignatureVerifier(bytes(identityKey))!;
  assert.equal(verify(bytes(message), bytes(signature).subarray(0, 63)), false);
  assert.equal(verify(bytes(message), Buffer.concat([bytes(signature), Buffer.of(0)])), false);
  assert.equal(verify(bytes(message), Buffer.alloc(0)), false);
});

test('keys of small order, on the twist, of another type or length are refused', () => {
  const smallOrder = [
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ];
  for (const u of smallOrder) assert.equal(createSignatureVerifier(bytes(`05${u}`)), null, u);
  assert.equal(createSignatureVerifier(bytes(`05${'02'.padEnd(64, '0')}`)), null, 'u = 2 is on the twist');
  const { publicKey } = new TestIdentity();
  assert.notEqual(createSignatureVerifier(publicKey), null);
  assert.equal(createSignatureVerifier(publicKey.subarray(1)), null);
  assert.equal(createSignatureVerifier(Buffer.concat([Buffer.of(8), publicKey.subarray(1)])), null);
});

test("the tests' own signatures are libsignal's kind", () => {
  for (let round = 0; round < 8; round += 1) {
    const identity = new TestIdentity();
    const message = Buffer.from(`message ${round}`);
    assert.equal(createSignatureVerifier(identity.publicKey)!(message, identity.sign(message)), true);
  }
});
