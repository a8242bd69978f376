/**
 * The medcouple of Brys, Hubert and Struyf (2004), a robust measure of skewness in [-1, 1]: the median of
 * h(x, y) = ((x - m) - (m - y)) / (x - y) over all pairs y ≤ m ≤ x with the median m, where pairs of values that equal
 * the median count as +1, 0, -1 by their places; of an even number of pairs, the lower of the two middle ones, as in
 * the authors' program. `sorted` is ascending; null below 3 values.
 *
 * The values of h fall along the rows and columns of a matrix, so its median is found by the selection of Johnson and
 * Mizoguchi (1978) in O(n log n).
 */
export function medcouple(sorted: Float64Array): number | null {
  const n = sorted.length;
  if (n < 3) return null;
  const median = medianOf(sorted);
  // the farthest from the median first, so that h falls along rows and columns
  const above = [...sorted.filter((value) => value >= median)].reverse().map((value) => value - median);
  const below = [...sorted.filter((value) => value <= median)].reverse().map((value) => value - median);
  const scale = Math.max(above[0] ?? 0, -(below.at(-1) ?? 0));
  if (scale === 0) return 0;
  const ties = above.filter((value) => value === 0).length;
  const kernel = (i: number, j: number): number => {
    const [x, y] = [(above[i] ?? 0) / scale, (below[j] ?? 0) / scale];
    if (x === 0 && y === 0) {
      // among equals: places counted from the outer end on both sides
      const [a, b] = [i - (above.length - ties), j];
      return Math.sign(ties - 1 - a - b);
    }
    return (x + y) / (x - y);
  };
  return selectInSortedMatrix(kernel, above.length, below.length, (above.length * below.length) >> 1);
}

function medianOf(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

/** Of a matrix that falls along every row and column, the entry with `rank` (from 0) larger ones before it. */
function selectInSortedMatrix(
  at: (row: number, column: number) => number,
  rows: number,
  columns: number,
  rank: number,
): number {
  const left = new Int32Array(rows);
  const right = new Int32Array(rows).fill(columns);
  let [before, remaining] = [0, rows * columns];
  while (remaining > rows) {
    const pivot = weightedMedian(at, left, right);
    const [larger, notSmaller] = [
      countBefore(at, rows, columns, (value) => value > pivot),
      countBefore(at, rows, columns, (value) => value >= pivot),
    ];
    if (rank < total(larger)) right.set(larger);
    else if (rank < total(notSmaller)) return pivot;
    else {
      left.set(notSmaller);
      before = total(left);
    }
    remaining = total(right) - total(left);
  }
  const rest: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = left[row] ?? 0; column < (right[row] ?? 0); column++) rest.push(at(row, column));
  }
  rest.sort((a, b) => b - a);
  return rest[rank - before] ?? 0;
}

/** The median of the rows' middle entries, each weighted by the entries left in its row. */
function weightedMedian(
  at: (row: number, column: number) => number,
  left: Int32Array,
  right: Int32Array,
): number {
  const middles: { value: number; weight: number }[] = [];
  let all = 0;
  for (let row = 0; row < left.length; row++) {
    const [from, to] = [left[row] ?? 0, right[row] ?? 0];
    if (from >= to) continue;
    middles.push({ value: at(row, (from + to - 1) >> 1), weight: to - from });
    all += to - from;
  }
  middles.sort((a, b) => b.value - a.value);
  let seen = 0;
  for (const { value, weight } of middles) {
    seen += weight;
    if (2 * seen >= all) return value;
  }
  return middles.at(-1)?.value ?? 0;
}

/** For each row, how many of its first entries fulfil a condition that larger entries fulfil first. */
function countBefore(
  at: (row: number, column: number) => number,
  rows: number,
  columns: number,
  holds: (value: number) => boolean,
): Int32Array {
  const counts = new Int32Array(rows);
  let column = columns;
  for (let row = 0; row < rows; row++) {
    while (column > 0 && !holds(at(row, column - 1))) column -= 1;
    counts[row] = column;
  }
  return counts;
}

function total(counts: Int32Array): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
