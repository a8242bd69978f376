/** A big integer in JSON: decimal text under a tag. */
export interface TaggedBig {
  readonly $big: string;
}

/** Big integer → its JSON form. */
export function tagBig(value: bigint): TaggedBig {
  return { $big: value.toString() };
}

/** JSON form → big integer; one that was unpacked before (as chunk states are) stays. */
export function untagBig(value: TaggedBig | bigint): bigint {
  return typeof value === 'bigint' ? value : BigInt(value.$big);
}

/** Number of bits of `|value|`; 0 for 0. */
export function bitLength(value: bigint): number {
  if (value === 0n) return 0;
  const hex = (value < 0n ? -value : value).toString(16);
  return hex.length * 4 - (Math.clz32(Number.parseInt(hex.charAt(0), 16)) - 28);
}

/** How often 2 divides `value` (not 0). */
export function trailingZeroBits(value: bigint): number {
  return bitLength(value & -value) - 1;
}

export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Largest integer whose square is at most `value` (≥ 0), by Newton's method from above. */
export function integerSqrt(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((bitLength(value) + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
