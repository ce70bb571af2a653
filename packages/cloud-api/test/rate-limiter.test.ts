import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberOf } from '../../../test/rigs/real-transport.ts';
import { RateLimiter } from '../src/rules/rate-limiter.ts';
import { parseInbound, SendingRates } from '../src/rules/sending-rates.ts';

const ana = numberOf('15550100001');
const ben = numberOf('15550100002');
const startMs = 1_800_000_000_000;
const toAna = { phoneNumberId: '1', to: ana, level: 'HIGH' } as const;

/** How many messages to Ana are taken at once. */
// Where nothing limits, the count ends all the same.
const enough = 10_000;

function takeAll(rates: SendingRates, nowMs: number): number {
  let taken = 0;
  while (taken < enough && rates.take(toAna, nowMs) === null) taken += 1;
  return taken;
}

test('a person gets 45 messages at once, then one in six seconds, and as many again after a pause that pays for them', () => {
  const rates = new SendingRates();
  assert.equal(takeAll(rates, startMs), 45);
  assert.equal(rates.take(toAna, startMs), 'pair');
  assert.equal(rates.take(toAna, startMs + 5_999), 'pair');
  assert.equal(rates.take(toAna, startMs + 6_000), null);
  assert.equal(rates.take(toAna, startMs + 6_001), 'pair');
  assert.equal(rates.take(toAna, startMs + 12_000), null);
  assert.equal(takeAll(rates, startMs + 12_000 + 10 * 6_000), 10);
  assert.equal(takeAll(rates, startMs + 12_000 + 10 * 6_000 + 45 * 6_000), 45);
});

test('one person who had enough does not keep another one from hearing, nor another number from writing to them', () => {
  const rates = new SendingRates();
  takeAll(rates, startMs);
  assert.equal(rates.take({ ...toAna, to: ben }, startMs), null);
  assert.equal(rates.take({ ...toAna, phoneNumberId: '2' }, startMs), null);
});

for (const [level, perSecond] of [
  ['STANDARD', 80],
  ['HIGH', 1_000],
] as const)
  test(`at the level ${level} a number sends ${perSecond} messages a second, to whomever`, () => {
    const rates = new SendingRates();
    let sent = 0;
    const send = (nowMs: number) => {
      sent += 1;
      return rates.take({ phoneNumberId: '1', to: numberOf(String(15_550_200_000 + sent)), level }, nowMs);
    };
    for (let count = 0; count < perSecond; count += 1) assert.equal(send(startMs), null);
    assert.equal(send(startMs), 'throughput');
    const eachMs = 1_000 / perSecond;
    assert.equal(send(startMs + eachMs - 0.5), 'throughput');
    assert.equal(send(startMs + eachMs), null);
    for (let count = 1; count < perSecond; count += 1) assert.equal(send(startMs + 1_000), null);
    assert.equal(send(startMs + 1_000), 'throughput');
  });

test('what a number gets leaves less for what it sends, for a second at most', () => {
  const rates = new SendingRates();
  const message = { phoneNumberId: '1', to: ana, level: 'STANDARD' } as const;
  rates.noteInbound('1', 79, startMs);
  assert.equal(rates.take(message, startMs), null);
  assert.equal(rates.take(message, startMs), 'throughput');
  rates.noteInbound('1', 100_000, startMs);
  assert.equal(rates.take(message, startMs + 12), 'throughput');
  assert.equal(rates.take(message, startMs + 13), null);
});

test('what is refused counts for nothing', () => {
  const rates = new SendingRates();
  takeAll(rates, startMs);
  for (let count = 0; count < 100; count += 1) rates.take(toAna, startMs);
  assert.equal(rates.take(toAna, startMs + 6_000), null);
});

test('of more keys than it may know the limiter forgets the one used longest ago', () => {
  const limiter = new RateLimiter({ burst: 1, maxKeys: 2 });
  const at = { intervalMs: 1_000, nowMs: startMs };
  for (const key of ['a', 'b', 'a', 'c']) limiter.note(key, { ...at, count: 1 });
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => limiter.allows(key, at)),
    [false, true, false],
  );
});

test('a notice of what a number got is read, and nothing else', () => {
  assert.deepEqual(parseInbound('123:4'), { phoneNumberId: '123', count: 4 });
  for (const payload of ['', '123', '123:', '123:x', ':4', '123:-1']) assert.equal(parseInbound(payload), null);
});
