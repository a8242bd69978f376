const BUCKETS = 65_536;

/** The values at some places, from 0, of the order of all values, which are finite: without sorting them all. */
export function orderStatistics(values: Float64Array, places: readonly number[]): readonly number[] {
  const buckets = bucketsOf(values);
  const counts = new Uint32Array(BUCKETS);
  for (let i = 0; i < buckets.length; i += 1) counts[buckets[i] ?? 0] = (counts[buckets[i] ?? 0] ?? 0) + 1;
  const sorted = new Map<number, Float64Array>();
  return places.map((place) => {
    let [bucket, below] = [0, 0];
    while (bucket < BUCKETS - 1 && below + (counts[bucket] ?? 0) <= place) below += counts[bucket++] ?? 0;
    const own = sorted.get(bucket) ?? values.filter((_, i) => buckets[i] === bucket).sort();
    sorted.set(bucket, own);
    return own[place - below] ?? Number.NaN;
  });
}

/** The upper 16 bits of each value, such that larger values have no smaller ones. */
function bucketsOf(values: Float64Array): Uint16Array {
  const words = new Uint16Array(values.buffer, values.byteOffset, 4 * values.length);
  const buckets = new Uint16Array(values.length);
  for (let i = 0; i < buckets.length; i += 1) {
    const upper = words[4 * i + 3] ?? 0;
    buckets[i] = upper & 0x8000 ? ~upper : upper | 0x8000;
  }
  return buckets;
}
