import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '@postern/protocol';
import { addNoise, publishable, type CellCounts } from '../src/statistics/mechanism.ts';
import { bernoulliExp, secureUniformBelow, tryDiscreteLaplace } from '../src/statistics/noise.ts';
import { distributionOf } from './probability-tree.ts';

const samples = 20_000;

function sampleCounts(counts: CellCounts): CellCounts[] {
  return Array.from({ length: samples }, () => addNoise(counts, secureUniformBelow));
}

/** How the chances of an event compare between two samples; 0 when the event is too rare to tell. */
function ratioOf(one: readonly number[], other: readonly number[], isEvent: (value: number) => boolean): number {
  const [hits, otherHits] = [one.filter(isEvent).length, other.filter(isEvent).length];
  return otherHits < samples / 20 ? 0 : hits / otherHits;
}

/** The largest factor between the chances of any "at least n" or "at most n". */
function largestRatio(one: readonly number[], other: readonly number[], bounds: readonly number[]): number {
  return Math.max(
    ...bounds.flatMap((bound) => [
      ratioOf(one, other, (value) => value >= bound),
      ratioOf(one, other, (value) => value <= bound),
      ratioOf(other, one, (value) => value >= bound),
      ratioOf(other, one, (value) => value <= bound),
    ]),
  );
}

test('an event of probability e^-x is drawn with exactly that probability', () => {
  const fractions: [bigint, bigint][] = [
    [0n, 1n],
    [1n, 2n],
    [2n, 3n],
    [1n, 1n],
    [3n, 2n],
    [2n, 1n],
  ];
  for (const [numerator, denominator] of fractions) {
    const draw = distributionOf((uniformBelow) => bernoulliExp({ numerator, denominator }, uniformBelow), 1e-15);
    const wanted = Math.exp(-Number(numerator) / Number(denominator));
    assert.ok(draw.missing < 1e-9, `${draw.missing} is missing`);
    assert.ok(
      Math.abs((draw.probabilities.get(true) ?? 0) - wanted) < 1e-8,
      `e^-${numerator}/${denominator}: ${draw.probabilities.get(true)} instead of ${wanted}`,
    );
  }
});

test('noise has exactly the probabilities of the discrete Laplace distribution', () => {
  const fractions: [bigint, bigint][] = [
    [1n, 1n],
    [2n, 1n],
    [3n, 2n],
    [2n, 3n],
  ];
  for (const [numerator, denominator] of fractions) {
    const scale = Number(numerator) / Number(denominator);
    const draw = distributionOf((uniformBelow) => tryDiscreteLaplace({ numerator, denominator }, uniformBelow), 1e-8);
    const kept = 1 - draw.missing - (draw.probabilities.get(null) ?? 0);
    assert.ok(draw.missing < 3e-3, `${draw.missing} is missing`);
    for (const z of [-3n, -2n, -1n, 0n, 1n, 2n, 3n]) {
      const wanted = Math.tanh(1 / (2 * scale)) * Math.exp(-Math.abs(Number(z)) / scale);
      const seen = (draw.probabilities.get(z) ?? 0) / kept;
      assert.ok(Math.abs(seen - wanted) < 2 * draw.missing, `${z} at ${scale}: ${seen} instead of ${wanted}`);
    }
  }
});

test('secure integers stay below their bound and are even among the possible ones', () => {
  for (const bound of [1n, 2n, 3n, 10n, 255n, 256n, 257n, 10_000n]) {
    const drawn = Array.from({ length: 500 }, () => secureUniformBelow(bound));
    assert.ok(drawn.every((value) => value >= 0n && value < bound));
  }
  const counts = [0, 0, 0, 0, 0];
  for (let draws = 0; draws < samples; draws += 1) counts[Number(secureUniformBelow(5n))]! += 1;
  const expected = samples / counts.length;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // Of 4 degrees of freedom: exceeded once in a billion runs.
  assert.ok(chiSquare < 47, `chi square ${chiSquare} of ${counts.join(', ')}`);
});

test('the noise of real randomness has the shape and the width that are promised', () => {
  const noise = sampleCounts({ messages: 0, people: 0 });
  for (const [name, scale] of [
    ['messages', (limits.statisticsMessagesPerPerson * 1000) / limits.statisticsMessagesEpsilonMillis],
    ['people', (limits.statisticsCellsPerPerson * 1000) / limits.statisticsPeopleEpsilonMillis],
  ] as const) {
    const decay = Math.exp(-1 / scale);
    const atMost = (z: number) => (z < 0 ? decay ** -z / (1 + decay) : 1 - decay ** (z + 1) / (1 + decay));
    const bounds = [-3, -2, -1, -0.5, 0, 0.5, 1, 2, 3].map((factor) => Math.round(factor * scale));
    const edges = [-Infinity, ...bounds, Infinity];
    let chiSquare = 0;
    for (let at = 1; at < edges.length; at += 1) {
      const [low, high] = [edges[at - 1] ?? 0, edges[at] ?? 0];
      const chance = (high === Infinity ? 1 : atMost(high)) - (low === -Infinity ? 0 : atMost(low));
      const seen = noise.filter((cell) => cell[name] > low && cell[name] <= high).length;
      chiSquare += (seen - samples * chance) ** 2 / (samples * chance);
    }
    // Of 9 degrees of freedom: exceeded once in a billion runs.
    assert.ok(chiSquare < 60, `${name}: chi square ${chiSquare}`);
  }
});

test('who compares a day with and without one person learns no more than ε allows', () => {
  const without = sampleCounts({ messages: 400, people: 100 });
  const with_ = sampleCounts({
    messages: 400 + limits.statisticsMessagesPerPerson,
    people: 100 + limits.statisticsCellsPerPerson,
  });
  for (const [name, epsilonMillis, bounds] of [
    ['messages', limits.statisticsMessagesEpsilonMillis, [380, 395, 400, 405, 410, 420, 440]],
    ['people', limits.statisticsPeopleEpsilonMillis, [92, 98, 100, 102, 104, 108, 116]],
  ] as const) {
    const ratio = largestRatio(
      with_.map((cell) => cell[name]),
      without.map((cell) => cell[name]),
      bounds,
    );
    const allowed = Math.exp(epsilonMillis / 1000);
    // The event of one in twenty is seen a thousand times: the ratio is known to a few percent.
    assert.ok(ratio <= allowed * 1.3, `${name}: a factor of ${ratio}, allowed is ${allowed}`);
    assert.ok(ratio >= allowed * 0.8, `${name}: a factor of ${ratio} is far less than ε: more noise than promised`);
  }
});

test('cells of few people or few messages are not shown, others are shown rounded', () => {
  assert.equal(publishable({ people: 49, messages: 10_000 }), null);
  assert.equal(publishable({ people: 10_000, messages: 89 }), null);
  assert.equal(publishable({ people: -3, messages: -20 }), null);
  assert.deepEqual(publishable({ people: 50, messages: 90 }), { people: 50, messages: 90 });
  assert.deepEqual(publishable({ people: 54, messages: 1_236 }), { people: 50, messages: 1_240 });
});

test('a cell of nobody is hardly ever shown', () => {
  const shown = sampleCounts({ messages: 0, people: 0 }).filter((cell) => publishable(cell) !== null);
  assert.ok(shown.length <= 5, `${shown.length} of ${samples} cells of nobody were shown`);
});
