import { UPPER_BITS, upperBits } from '../../src/sdk/index.ts';

/** The values at some places, from 0, of the order of all values, which are finite: without sorting them all. */
export function orderStatistics(values: Float64Array, places: readonly number[]): readonly number[] {
  const buckets = upperBits(values);
  const counts = new Uint32Array(UPPER_BITS);
  for (let i = 0; i < buckets.length; i += 1) counts[buckets[i] ?? 0] = (counts[buckets[i] ?? 0] ?? 0) + 1;
  const sorted = new Map<number, Float64Array>();
  return places.map((place) => {
    let [bucket, below] = [0, 0];
    while (bucket < UPPER_BITS - 1 && below + (counts[bucket] ?? 0) <= place) below += counts[bucket++] ?? 0;
    const own = sorted.get(bucket) ?? values.filter((_, i) => buckets[i] === bucket).sort();
    sorted.set(bucket, own);
    return own[place - below] ?? Number.NaN;
  });
}
