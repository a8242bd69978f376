/** A column of the sample as numbers; NaN where missing. `scale` counts its digits after the point. */
export interface NumberColumn {
  readonly values: Float64Array;
  readonly scale: number;
}

/** `total` is the sum or the product of two other columns, by index. */
export interface Formula {
  readonly total: number;
  readonly first: number;
  readonly second: number;
  readonly operation: 'sum' | 'product';
}

/** Rows with a value in all three columns, and pairs of different terms, of which the screen concludes something. */
const [FEWEST_ROWS, FEWEST_PAIRS] = [30, 20];
/** Share of those rows in the sample in which a formula must hold to be counted over all rows. */
const SCREENED_SHARE = 0.98;
/** Relative error of a double that comes from text, and of a product of two. */
const DOUBLE_ERROR = 1e-12;

/** Whether a total with fewer digits than the formula gives is rounded to these. */
export function isRounded({ total, first, second, operation }: Formula, scales: readonly number[]): boolean {
  const [ofFirst = 0, ofSecond = 0, ofTotal = 0] = [scales[first], scales[second], scales[total]];
  return (operation === 'sum' ? Math.max(ofFirst, ofSecond) : ofFirst + ofSecond) > ofTotal;
}

/** Every column that in the sample is the sum or the product of two others, allowing for rounding to its own digits. */
export function findFormulas(columns: readonly NumberColumn[]): Formula[] {
  const scales = columns.map(({ scale }) => scale);
  const found: Formula[] = [];
  for (const operation of ['sum', 'product'] as const) {
    for (let total = 0; total < columns.length; total += 1) {
      for (let first = 0; first < columns.length; first += 1) {
        for (let second = first + 1; second < columns.length; second += 1) {
          if (first === total || second === total) continue;
          const formula = { total, first, second, operation };
          if (holds(formula, columns, isRounded(formula, scales))) found.push(formula);
        }
      }
    }
  }
  return found;
}

function holds(formula: Formula, columns: readonly NumberColumn[], rounded: boolean): boolean {
  const [a, b, c] = [formula.first, formula.second, formula.total].map((i) => columns[i]);
  if (a === undefined || b === undefined || c === undefined) return false;
  const half = rounded ? 0.5 * 10 ** -c.scale : 0;
  const most = Math.ceil((1 - SCREENED_SHARE) * c.values.length);
  let [rows, exceptions] = [0, 0];
  const pairs = new Set<string>();
  for (let row = 0; row < c.values.length; row += 1) {
    const [x, y, z] = [a.values[row] ?? 0, b.values[row] ?? 0, c.values[row] ?? 0];
    if (Number.isNaN(x + y + z)) continue;
    const expected = formula.operation === 'sum' ? x + y : x * y;
    rows += 1;
    if (Math.abs(expected - z) > half + DOUBLE_ERROR * (Math.abs(x) + Math.abs(y) + Math.abs(expected) + 1)) {
      exceptions += 1;
      if (exceptions > most) return false;
    } else if (pairs.size < FEWEST_PAIRS && x !== 0 && y !== 0 && x !== z && y !== z) {
      pairs.add(`${x}\n${y}`);
    }
  }
  return rows >= FEWEST_ROWS && pairs.size >= FEWEST_PAIRS && exceptions <= (1 - SCREENED_SHARE) * rows;
}
