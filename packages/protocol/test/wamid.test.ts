import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeWamid,
  encodeWamid,
  pad,
  unpad,
  uuidToBytes,
  accountIdFromBytes,
  newAccountId,
  type MessageId,
  type PhoneNumber,
} from '../src/index.ts';

test('a published outbound wamid is read and written back byte for byte', () => {
  const wamid = 'wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA';
  const parts = decodeWamid(wamid);
  assert.deepEqual(parts, { phoneNumber: '16467043595', sentByBusiness: true, messageId: '5F425A74F13033492A' });
  assert.equal(encodeWamid(parts), wamid);
});

test('a published inbound wamid is read and written back byte for byte', () => {
  const wamid = 'wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=';
  const parts = decodeWamid(wamid);
  assert.deepEqual(parts, { phoneNumber: '16503879439', sentByBusiness: false, messageId: '3A4A6599AEE03810144F' });
  assert.equal(encodeWamid(parts), wamid);
});

test('any wamid that decodes encodes to itself, and random text does not decode', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[1-9][0-9]{6,14}$/),
      fc.boolean(),
      fc.stringMatching(/^[0-9A-F]{16,32}$/),
      (phone, sentByBusiness, id) => {
        const parts = { phoneNumber: phone as PhoneNumber, sentByBusiness, messageId: id as MessageId };
        assert.deepEqual(decodeWamid(encodeWamid(parts)), parts);
      },
    ),
  );
  fc.assert(fc.property(fc.string(), (text) => assert.equal(decodeWamid(`wamid.${text}`), null)));
});

test('padding hides the length in steps of 160 bytes and comes off again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1_000 }), (bytes) => {
      const padded = pad(bytes);
      assert.equal(padded.length % 160, 0);
      assert.ok(padded.length > bytes.length);
      assert.deepEqual(Buffer.from(unpad(padded)!), Buffer.from(bytes));
    }),
  );
  assert.equal(unpad(new Uint8Array(160)), null);
});

test('an account id survives the wire', () => {
  const id = newAccountId();
  assert.equal(accountIdFromBytes(uuidToBytes(id)), id);
  assert.equal(accountIdFromBytes(new Uint8Array(15)), null);
});
