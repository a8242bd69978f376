import { bitLength } from './big.ts';
import { decompose } from './rational.ts';

/** Bits of a limb: products of two, added up over 2^26 rows, stay within 127 bits. */
export const LIMB_BITS_IN_SQL = 50;

const SIGNIFICANT_BITS = 53;
const MOST_LIMBS = 3;
const LARGEST_SHIFT = 1000;

/** Doubles as integers × 2^-scale, the integers cut into limbs. */
export interface DoubleLimbs {
  readonly scale: number;
  readonly limbs: number;
}

/**
 * How doubles between two magnitudes (the smallest one other than 0, and the largest) are integers: none has a bit below
 * the last bit of the smallest. Undefined where that takes too many limbs, or a factor that is no double.
 */
export function doubleLimbs(smallest: number, largest: number): DoubleLimbs | undefined {
  const scale = Math.min(1074, SIGNIFICANT_BITS - 1 - exponentOf(smallest));
  const bits = exponentOf(largest) + 1 + scale;
  const limbs = Math.max(1, Math.ceil(bits / LIMB_BITS_IN_SQL));
  return limbs <= MOST_LIMBS && Math.abs(scale) <= LARGEST_SHIFT ? { scale, limbs } : undefined;
}

/** The exponent of the first bit of a double other than 0. */
function exponentOf(value: number): number {
  const { integer, exponent } = decompose(value);
  return bitLength(integer) - 1 + exponent;
}
