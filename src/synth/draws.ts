import { createRandom, type RandomStream } from '../sdk/random.ts';
import { exponential, logarithm } from './elementary.ts';

/** A seeded stream with the distributions that the generator needs: the same numbers on every machine. */
export interface Draws extends RandomStream {
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** Whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** Exponential with the given mean. */
  exponential(mean: number): number;
  /** e^(ln median + sigma z). */
  lognormal(median: number, sigma: number): number;
  /** Pareto from `least`: P(X > x) = (least / x)^shape. */
  pareto(least: number, shape: number): number;
  /** Student's t with 3 degrees of freedom: no third moment. */
  student3(): number;
  /** Poisson, by multiplying uniforms (Knuth); for means up to some dozens. */
  poisson(mean: number): number;
}

export function draws(seed: string, label: string): Draws {
  const random = createRandom(seed, label);
  const { uniform, normal } = random;
  // a multiple of 2^-53 times n: the bias is below n 2^-53, and no remainder of large doubles has to be taken
  const integer = (n: number): number => Math.floor(uniform() * n);
  return {
    ...random,
    integer,
    chance: (probability) => uniform() < probability,
    between: (low, high) => low + integer(high - low + 1),
    pick: (items) => picked(items, integer(items.length)),
    exponential: (mean) => -mean * logarithm(1 - uniform()),
    lognormal: (median, sigma) => median * exponential(sigma * normal()),
    pareto: (least, shape) => least * exponential(-logarithm(1 - uniform()) / shape),
    student3: () => normal() / Math.sqrt((squared(normal()) + squared(normal()) + squared(normal())) / 3),
    poisson: (mean) => poisson(mean, uniform),
  };
}

/** Picks by weight: `weights` need not add up to 1. */
export function weightedPick<T>(items: readonly T[], weights: readonly number[]): (random: Draws) => T {
  const sums: number[] = [];
  let total = 0;
  for (const weight of weights) sums.push((total += weight));
  return (random) => {
    const at = random.uniform() * total;
    const found = sums.findIndex((sum) => at < sum);
    return picked(items, found < 0 ? items.length - 1 : found);
  };
}

/** Weights 1, 1/2^power, 1/3^power …: a few of `count` things make up most. */
export function zipfWeights(count: number, power = 1): number[] {
  return Array.from({ length: count }, (_, i) => exponential(-power * logarithm(i + 1)));
}

function picked<T>(items: readonly T[], at: number): T {
  const item = items[at];
  if (item === undefined) throw new RangeError(`nothing at place ${at} of ${items.length}`);
  return item;
}

/** Not `**`: how exact a power is, the standard leaves to the machine. */
function squared(value: number): number {
  return value * value;
}

function poisson(mean: number, uniform: () => number): number {
  const limit = exponential(-mean);
  let count = 0;
  for (let product = uniform(); product > limit; product *= uniform()) count += 1;
  return count;
}
