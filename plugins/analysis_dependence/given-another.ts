import { chiSquareIndependence, inverse, Matrix } from '../../src/sdk/index.ts';
import type { CrossTable } from './cross-tables.ts';
import { betweenOf, type LevelMean, type ScoreModel } from './score-model.ts';
import type { CategoryColumn, NumericColumn, Variable } from './subject.ts';

/** An association among rows that are alike in another column. */
export interface Given {
  /** Partial rank correlation, partial share of the variance of ranks, or V within levels. */
  readonly effect: number;
  /** Whether its direction is the other way round than over all rows. */
  readonly reversed: boolean;
}

/** Another column, and what is left of an association when it is held. */
export interface Tried {
  readonly other: Variable;
  readonly given: Given;
}

/** Rank correlation of two measures, given a third column: partial, or pooled within the levels of a category. */
export function measuresGiven(
  model: ScoreModel,
  a: NumericColumn,
  b: NumericColumn,
  other: Variable,
): Given | undefined {
  const r = model.correlation(a, b);
  const [ofA, ofB, both] = sharedWith(model, a, b, other);
  const rest = (1 - ofA) * (1 - ofB);
  if (!(rest > 1e-9)) return undefined;
  const effect = Math.max(-1, Math.min(1, (r - both) / Math.sqrt(rest)));
  return { effect, reversed: effect * r < 0 };
}

/** Shares of a's, b's and their common variance that go with another column. */
function sharedWith(
  model: ScoreModel,
  a: NumericColumn,
  b: NumericColumn,
  other: Variable,
): readonly [number, number, number] {
  if (other.kind === 'measure') {
    const [x, y] = [model.correlation(a, other), model.correlation(b, other)];
    return [x * x, y * y, x * y];
  }
  const [x, y] = [model.levels(a, other), model.levels(b, other)];
  return [betweenOf(x, x), betweenOf(y, y), betweenOf(x, y)];
}

/** Rank correlation of two measures, given all the other measures together; undefined where these leave nothing. */
export function measuresGivenAll(
  model: ScoreModel,
  a: NumericColumn,
  b: NumericColumn,
  others: readonly NumericColumn[],
): number | undefined {
  const columns = [a, b, ...others];
  const matrix = new Matrix(columns.map((x) => columns.map((y) => (x === y ? 1 : model.correlation(x, y)))));
  try {
    const precision = inverse(matrix);
    const [p, q, m] = [precision.get(0, 0), precision.get(1, 1), precision.get(0, 1)];
    return p > 0 && q > 0 && p < 1e9 && q < 1e9 ? -m / Math.sqrt(p * q) : undefined;
  } catch {
    return undefined; // exactly collinear
  }
}

/**
 * Share of a measure's variance of ranks that a category explains beyond another column, of what that leaves (partial
 * η², corrected for chance), with one slope or one effect per level for the other column.
 */
export function groupsGiven(
  model: ScoreModel,
  category: CategoryColumn,
  measure: NumericColumn,
  other: Variable,
  n: number,
): Given | undefined {
  const given =
    other.kind === 'measure'
      ? groupsGivenMeasure(model, category, measure, other, n)
      : groupsGivenCategory(model, category, measure, other, n);
  // A difference between two levels has a direction that can turn round; one between more has none.
  return given && { ...given, reversed: given.reversed && category.levels === 2 };
}

function groupsGivenMeasure(
  model: ScoreModel,
  category: CategoryColumn,
  measure: NumericColumn,
  other: NumericColumn,
  n: number,
): Given | undefined {
  const [y, z] = [model.levels(measure, category), model.levels(other, category)];
  const r = model.correlation(measure, other);
  const within = 1 - betweenOf(z, z);
  if (!(within > 1e-9)) return undefined;
  const slope = (r - betweenOf(y, z)) / within;
  const before = 1 - r * r;
  const after = 1 - betweenOf(y, y) - slope * slope * within;
  return partialShare(before, after, n - 2, n - y.size - 1, agreementGiven(y, z, slope));
}

/**
 * Whether the levels' means of y and their effects with z held point the same way: their product on the part of the
 * levels that z does not explain.
 */
function agreementGiven(
  y: ReadonlyMap<string, LevelMean>,
  z: ReadonlyMap<string, LevelMean>,
  slope: number,
): number {
  const effect = (level: string, mean: number): number => mean - slope * (z.get(level)?.mean ?? 0);
  let shared = 0;
  for (const [level, { share, mean }] of y) shared += share * (z.get(level)?.mean ?? 0) * effect(level, mean);
  let sum = 0;
  for (const [level, { share, mean }] of y) {
    sum += share * mean * (effect(level, mean) - (z.get(level)?.mean ?? 0) * shared);
  }
  return sum;
}

/** Levels of the smaller of two categories up to which two-way effects are solved for. */
const MOST_SOLVED = 150;

function groupsGivenCategory(
  model: ScoreModel,
  category: CategoryColumn,
  measure: NumericColumn,
  other: CategoryColumn,
  n: number,
): Given | undefined {
  const table = model.table(category, other);
  if (table === undefined || table.rows.length > MOST_SOLVED) return undefined;
  const [own, others] = [model.levels(measure, category), model.levels(measure, other)];
  const { explained, agreement } = effectsBeyond(table, own, others);
  const before = 1 - betweenOf(others, others);
  const levels = own.size + others.size - 1;
  return partialShare(before, before - explained, n - others.size, n - levels, agreement);
}

/**
 * What the rows' levels explain beyond the columns in an additive model: normal equations with the columns' effects swept
 * out, solved with a pivot left out where levels are nested. `agreement` is the product of the levels' means and their
 * effects on what was not swept out, so that only levels that occur in the same column are compared.
 */
function effectsBeyond(
  table: CrossTable,
  own: ReadonlyMap<string, LevelMean>,
  others: ReadonlyMap<string, LevelMean>,
): { readonly explained: number; readonly agreement: number } {
  const ofColumns = table.columns.map((_, j) => table.counts.reduce((sum, row) => sum + (row[j] ?? 0), 0));
  const n = ofColumns.reduce((sum, count) => sum + count, 0);
  const means = table.columns.map((level) => others.get(level)?.mean ?? 0);
  const right = table.rows.map((level, i) => {
    const counts = table.counts[i] ?? [];
    const rows = counts.reduce((sum, count) => sum + count, 0);
    const expected = counts.reduce((sum, count, j) => sum + count * (means[j] ?? 0), 0);
    return rows * (own.get(level)?.mean ?? 0) - expected;
  });
  const matrix = table.counts.map((row, i) =>
    table.counts.map((column, k) => {
      const shared = row.reduce((sum, count, j) => sum + (count * (column[j] ?? 0)) / (ofColumns[j] || 1), 0);
      return (i === k ? row.reduce((sum, count) => sum + count, 0) : 0) - shared;
    }),
  );
  const effects = solveSemidefinite(matrix, right);
  const explained = effects.reduce((sum, effect, i) => sum + effect * (right[i] ?? 0), 0) / n;
  const agreement = right.reduce(
    (sum, value, i) => sum + value * (own.get(table.rows[i] ?? '')?.mean ?? 0),
    0,
  );
  return { explained: Math.max(0, explained), agreement };
}

/** One solution of singular equations that have some: unknowns whose pivot vanishes are 0. */
function solveSemidefinite(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  const work = matrix.map((row, i) => [...row, right[i] ?? 0]);
  const used: number[] = [];
  for (let pivot = 0; pivot < size; pivot += 1) {
    const pivotRow = work[pivot] ?? [];
    const value = pivotRow[pivot] ?? 0;
    if (!(value > 1e-8 * (matrix[pivot]?.[pivot] ?? 0)) || value <= 0) continue;
    used.push(pivot);
    for (const [i, row] of work.entries()) {
      const factor = i === pivot ? 0 : (row[pivot] ?? 0) / value;
      if (factor === 0) continue;
      for (let j = pivot; j <= size; j += 1) row[j] = (row[j] ?? 0) - factor * (pivotRow[j] ?? 0);
    }
  }
  const solution = right.map(() => 0);
  for (const pivot of used) solution[pivot] = (work[pivot]?.[size] ?? 0) / (work[pivot]?.[pivot] ?? 1);
  return solution;
}

function partialShare(
  before: number,
  after: number,
  dfBefore: number,
  dfAfter: number,
  agreement: number,
): Given | undefined {
  if (!(before > 1e-9) || dfAfter < 1) return undefined;
  const left = Math.max(0, after) / dfAfter / (before / dfBefore);
  return { effect: Math.max(0, 1 - left), reversed: agreement < 0 };
}

/** Cramér's V of two categories within the levels of a third, chi-squares added up and corrected for chance. */
export function categoriesWithin(strata: readonly CrossTable[]): Given | undefined {
  let [above, below] = [0, 0];
  for (const { counts } of strata) {
    const { statistic, n, degrees_of_freedom } = chiSquareIndependence(counts);
    if (degrees_of_freedom === undefined) continue;
    const rows = counts.filter((row) => row.some((count) => count > 0)).length;
    const columns = (counts[0] ?? []).filter((_, j) => counts.some((row) => (row[j] ?? 0) > 0)).length;
    above += statistic - (degrees_of_freedom[0] ?? 0);
    below += n * (Math.min(rows, columns) - 1);
  }
  return below > 0
    ? { effect: Math.min(1, Math.sqrt(Math.max(0, above) / below)), reversed: false }
    : undefined;
}
