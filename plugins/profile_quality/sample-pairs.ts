/**
 * What two columns have to do with each other in the sample: counts over rows where both have a value, from the codes
 * of their cells.
 */
export interface Crossing {
  readonly rows: number;
  /** Rows in which the second column has not its most frequent value among rows with the same first value. */
  readonly exceptions: number;
  /** The same the other way round. */
  readonly reverseExceptions: number;
  /** Different values of the first and of the second column. */
  readonly firstValues: number;
  readonly secondValues: number;
}

/** Counts the pairs of values of two columns. */
export function cross(a: Int32Array, b: Int32Array): Crossing {
  const counts = pairCounts(a, b);
  const bestOfFirst = new Map<number, number>();
  const bestOfSecond = new Map<number, number>();
  let rows = 0;
  for (const [pair, count] of counts) {
    const [first, second] = [Math.floor(pair / WIDTH), pair % WIDTH];
    bestOfFirst.set(first, Math.max(count, bestOfFirst.get(first) ?? 0));
    bestOfSecond.set(second, Math.max(count, bestOfSecond.get(second) ?? 0));
    rows += count;
  }
  return {
    rows,
    exceptions: rows - total(bestOfFirst),
    reverseExceptions: rows - total(bestOfSecond),
    firstValues: bestOfFirst.size,
    secondValues: bestOfSecond.size,
  };
}

/** Pairs of rows that agree in both columns. */
export function agreeingPairs(a: Int32Array, b: Int32Array): number {
  let pairs = 0;
  for (const count of pairCounts(a, b).values()) pairs += (count * (count - 1)) / 2;
  return pairs;
}

/** More than the values of a column in the sample. */
const WIDTH = 2 ** 20;

function pairCounts(a: Int32Array, b: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (let row = 0; row < a.length; row++) {
    const [first, second] = [a[row] ?? -1, b[row] ?? -1];
    if (first < 0 || second < 0) continue;
    const pair = first * WIDTH + second;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}

function total(counts: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** Share of pairs of rows that agree in all of some columns, missing cells being equal; 1 without columns. */
export function joinedAgreement(columns: readonly Int32Array[]): number {
  const rows = columns[0]?.length ?? 0;
  if (rows < 2) return 1;
  const counts = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const key = columns.map((codes) => codes[row]).join(' ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let pairs = 0;
  for (const count of counts.values()) pairs += (count * (count - 1)) / 2;
  return pairs / ((rows * (rows - 1)) / 2);
}
