import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from '../src/duration.ts';

test('a duration is seconds, or a number with a unit', () => {
  assert.equal(parseDuration(90), 90_000);
  assert.equal(parseDuration('90'), 90_000);
  assert.equal(parseDuration('90s'), 90_000);
  assert.equal(parseDuration('15m'), 15 * 60_000);
  assert.equal(parseDuration('25h'), 25 * 3_600_000);
  assert.equal(parseDuration('31d'), 31 * 86_400_000);
});

test('anything else is no duration', () => {
  for (const text of ['', 'h', '-1', '1.5h', '25 h', '1w', '99999999999', -5, 0.5, NaN])
    assert.equal(parseDuration(text), null, String(text));
});
