import { randomBytes } from 'node:crypto';

/** Draws an integer in [0, bound), each with the same probability; the bound is at least 1. */
export type UniformBelow = (bound: bigint) => bigint;

/** A non-negative fraction. */
interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Uniform integers from the operating system's generator: as many bits as needed, drawn again while too large. */
export const secureUniformBelow: UniformBelow = (bound) => {
  const bits = (bound - 1n).toString(2).length;
  for (;;) {
    const drawn = BigInt(`0x${randomBytes(Math.ceil(bits / 8)).toString('hex')}`) & ((1n << BigInt(bits)) - 1n);
    if (drawn < bound) return drawn;
  }
};

/**
 * True with probability e^(-x), exactly.
 * Canonne, Kamath, Steinke, "The Discrete Gaussian for Differential Privacy" (2020), algorithm 1.
 */
export function bernoulliExp({ numerator, denominator }: Fraction, uniformBelow: UniformBelow): boolean {
  for (let whole = numerator / denominator; whole > 0n; whole -= 1n) {
    if (!bernoulliExpUpToOne({ numerator: 1n, denominator: 1n }, uniformBelow)) return false;
  }
  return bernoulliExpUpToOne({ numerator: numerator % denominator, denominator }, uniformBelow);
}

/** For x ≤ 1: counts how often in a row x/k comes true, k = 1, 2, …; the first miss is at an odd k with probability e^(-x). */
function bernoulliExpUpToOne({ numerator, denominator }: Fraction, uniformBelow: UniformBelow): boolean {
  let k = 1n;
  while (uniformBelow(denominator * k) < numerator) k += 1n;
  return k % 2n === 1n;
}

/**
 * An integer z with probability proportional to e^(-|z| / scale), exactly and without floating point: noise of
 * ε = sensitivity / scale. Canonne, Kamath, Steinke (2020), algorithm 2. The time it takes depends on what it draws.
 */
export function discreteLaplace(scale: Fraction, uniformBelow: UniformBelow): bigint {
  for (;;) {
    const drawn = tryDiscreteLaplace(scale, uniformBelow);
    if (drawn !== null) return drawn;
  }
}

/** One turn of the algorithm; null when it has to begin anew. Given that it has not, z has the promised probability. */
export function tryDiscreteLaplace(
  { numerator: t, denominator: s }: Fraction,
  uniformBelow: UniformBelow,
): bigint | null {
  const remainder = uniformBelow(t);
  if (!bernoulliExp({ numerator: remainder, denominator: t }, uniformBelow)) return null;
  let whole = 0n;
  while (bernoulliExp({ numerator: 1n, denominator: 1n }, uniformBelow)) whole += 1n;
  const magnitude = (remainder + t * whole) / s;
  const isNegative = uniformBelow(2n) === 1n;
  // Otherwise zero would come up twice: as +0 and as -0.
  if (isNegative && magnitude === 0n) return null;
  return isNegative ? -magnitude : magnitude;
}
