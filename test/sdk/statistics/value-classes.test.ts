import { expect, test } from 'vitest';
import { classesOf } from '../../../src/sdk/index.ts';

/** The first class whose largest value is not below the value, else the last one. */
function plainClass(cuts: Float64Array, value: number): number {
  if (Number.isNaN(value)) return -1;
  const at = cuts.findIndex((cut) => value <= cut);
  return at < 0 ? cuts.length - 1 : at;
}

test('classes of values are those that a plain search finds, near cuts and far from them, of either sign', () => {
  const sizes = [1e-300, 1e-9, 0.1, 1, 1.5, 2, 1000, 1000.5, 1e300];
  const cuts = Float64Array.from([...sizes.map((size) => -size), 0, ...sizes]).sort();
  const near = [...cuts].flatMap((cut) => [cut, cut * (1 + 2 ** -50), cut * (1 - 2 ** -50), cut + 0.01]);
  const values = Float64Array.from([
    ...near,
    -0,
    0,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
  expect([...classesOf({ cuts }, values)]).toEqual([...values].map((value) => plainClass(cuts, value)));
});

test('0 is in the class that ends with -0', () => {
  const cuts = Float64Array.from([-1, -0, 1]);
  expect([...classesOf({ cuts }, Float64Array.from([-0, 0, 0.5]))]).toEqual([1, 1, 2]);
});
