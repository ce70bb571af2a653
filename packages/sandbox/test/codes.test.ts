import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits, parsePhoneNumber } from '@postern/protocol';
import { Codes } from '../src/codes.ts';

const number = (index: number) => parsePhoneNumber(String(15_550_200_000 + index))!;
const code = (index: number, digits: string) => ({ phoneNumber: number(index), code: digits, receivedAt: '' });

test('the last code of a number counts', () => {
  const codes = new Codes();
  codes.add(code(1, '111111'));
  codes.add(code(2, '222222'));
  codes.add(code(1, '333333'));
  assert.equal(codes.get(number(1)), '333333');
  assert.deepEqual(
    codes.list().map((each) => each.code),
    ['222222', '333333'],
  );
  assert.throws(() => codes.get(number(3)), /No code/);
});

test('old codes go when there are too many', () => {
  const codes = new Codes();
  for (let index = 0; index <= limits.maxSandboxCodes; index += 1) codes.add(code(index, '123456'));
  assert.equal(codes.list().length, limits.maxSandboxCodes);
  assert.throws(() => codes.get(number(0)));
});
