import {
  chiSquareIndependence,
  cramersVInterval,
  fisherExact,
  type HalfResult,
} from '../../src/sdk/index.ts';
import type { Association, Yardstick } from './association.ts';
import { type CountedPair, type CrossTable, margins, readCrossTables } from './cross-tables.ts';
import { pairsOf } from './rank-sums.ts';
import { flipped } from './score-model.ts';
import { allowingForOrder } from './serial.ts';
import { LEVEL } from './settings.ts';
import { columnsOfPair, permuted } from './small-table.ts';
import type { Study } from './study.ts';

/** Rows that the limit of chi-square expects in every cell, and in all but a fifth of them (Cochran, 1954). */
const [FEWEST_EXPECTED, USUAL_EXPECTED, SHARE_BELOW] = [1, 5, 0.2];

export interface ComparedCategories {
  readonly associations: readonly Association[];
  readonly tables: readonly CountedPair[];
}

/** Every pair of categories whose table is not too large: chi-square, and Cramér's V without its bias. */
export async function compareCategories(study: Study): Promise<ComparedCategories> {
  const { ctx, settings, subject } = study;
  const pairs = pairsOf(subject.categories);
  const fitting = pairs.filter(([a, b]) => a.levels * b.levels <= settings.mostCells);
  const large = pairs.filter((pair) => !fitting.includes(pair));
  if (large.length > 0) {
    const names = large.map(([a, b]) => `${a.sqlName} with ${b.sqlName}`).join(', ');
    ctx.note(
      `Categories whose table has more cells than the setting most_cells, and not compared: ${names}.`,
    );
  }
  const tables = await readCrossTables(ctx, subject, fitting);
  return { associations: tables.map((pair) => comparePair(study, pair)), tables };
}

function comparePair(study: Study, pair: CountedPair): Association {
  const { a, b, tables } = pair;
  const { counts } = tables.whole;
  const found = chiSquareIndependence(counts);
  const [df = 0] = found.degrees_of_freedom ?? [];
  const shortest = Math.min(tables.whole.rows.length, tables.whole.columns.length) - 1;
  const test = df > 0 ? testOf(study, pair, found.p_value) : undefined;
  return {
    kind: 'categories',
    a,
    b,
    n: found.n,
    effect: df > 0 ? found.cramers_v : null,
    interval:
      df > 0
        ? cramersVInterval(found.statistic, df, found.n, shortest, LEVEL)
        : { low: 0, high: 1, level: LEVEL },
    smallest: study.settings.smallestCramersV,
    statistic: { name: 'chi-square', value: found.statistic },
    ...allowingForOrder(study, a, b, test?.p_value, {
      share: Math.min(1, found.statistic / found.n / shortest),
      df,
      // Pillai's trace referred to F has so many times the rows (Pillai, 1955)
      n: found.n * shortest,
    }),
    yardstick: test?.yardstick ?? 'none',
    first: halfOf(tables.first),
    second: halfOf(tables.second),
  };
}

function halfOf(table: CrossTable): HalfResult {
  const found = chiSquareIndependence(table.counts);
  if (found.degrees_of_freedom === undefined) return { estimate: null, p_value: null };
  const p_value = isUsual(table) ? found.p_value : pooledP(table).p_value;
  return { estimate: found.cramers_v, p_value };
}

function testOf(
  study: Study,
  { a, b, tables }: CountedPair,
  limit: number,
): { readonly p_value: number; readonly yardstick: Yardstick } {
  if (isUsual(tables.whole)) return { p_value: limit, yardstick: 'limit' };
  if (study.small === undefined) return pooledP(tables.whole);
  const columns = columnsOfPair(study.small, a, b);
  const permuting = { ctx: study.ctx, permutations: study.settings.permutations };
  const p_value = permuted(permuting, `${a.sqlName}\n${b.sqlName}`, columns, squaredCounts(columns));
  return { p_value, yardstick: 'permutations' };
}

/** Cochran's rule: no cell expects less than 1 row, and at most a fifth of them less than 5. */
function isUsual(table: CrossTable): boolean {
  const { ofRows, ofColumns, n } = margins(table);
  const expected = ofRows.flatMap((row) => ofColumns.map((column) => (row * column) / n));
  const below = expected.filter((rows) => rows < USUAL_EXPECTED).length;
  return expected.every((rows) => rows >= FEWEST_EXPECTED) && below <= SHARE_BELOW * expected.length;
}

/** Σ n² / (row × column): chi-square but for constants, all margins being fixed. */
function squaredCounts([xs, ys]: readonly [readonly number[], readonly number[]]) {
  const [ofX, ofY] = [countsOf(xs), countsOf(ys)];
  const width = ofY.length;
  return (fixed: readonly number[], moved: readonly number[]): number => {
    const cells = new Float64Array(ofX.length * width);
    for (let i = 0; i < fixed.length; i += 1) {
      const cell = (fixed[i] ?? 0) * width + (moved[i] ?? 0);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    let sum = 0;
    for (const [cell, n] of cells.entries()) {
      if (n > 0) sum += (n * n) / ((ofX[Math.floor(cell / width)] ?? 1) * (ofY[cell % width] ?? 1));
    }
    return sum;
  };
}

function countsOf(levels: readonly number[]): number[] {
  const counts: number[] = [];
  for (const level of levels) counts[level] = (counts[level] ?? 0) + 1;
  return counts;
}

/**
 * The test on a table whose rarest levels count as one, until the limit of chi-square holds; if it never does, Fisher's
 * exact test of the commonest level of each against all others. Which levels is decided by the margins alone, so the test
 * stays valid.
 */
function pooledP(table: CrossTable): { readonly p_value: number; readonly yardstick: Yardstick } {
  let pooled = bySize(table);
  while (!isUsual(pooled) && pooled.rows.length * pooled.columns.length > 4) pooled = withoutRarest(pooled);
  if (isUsual(pooled)) {
    return { p_value: chiSquareIndependence(pooled.counts).p_value, yardstick: 'pooled_levels' };
  }
  const [[a = 0, b = 0] = [], [c = 0, d = 0] = []] = pooled.counts;
  return { p_value: fisherExact(a, b, c, d), yardstick: 'fisher_exact' };
}

/** The same table with its levels in order of their size, the largest first. */
function bySize(table: CrossTable): CrossTable {
  const { ofRows, ofColumns } = margins(table);
  const order = (sizes: readonly number[]) =>
    sizes.map((_, i) => i).sort((i, j) => (sizes[j] ?? 0) - (sizes[i] ?? 0) || i - j);
  const [rows, columns] = [order(ofRows), order(ofColumns)];
  return {
    rows: rows.map((i) => table.rows[i] ?? ''),
    columns: columns.map((j) => table.columns[j] ?? ''),
    counts: rows.map((i) => columns.map((j) => table.counts[i]?.[j] ?? 0)),
  };
}

/** Joins the last two levels of the side whose last level is the rarer one, as long as it has more than two. */
function withoutRarest(table: CrossTable): CrossTable {
  const { ofRows, ofColumns } = margins(table);
  const rowsAreRarer = (ofRows.at(-1) ?? 0) <= (ofColumns.at(-1) ?? 0);
  const joinRows = table.columns.length < 3 || (rowsAreRarer && table.rows.length > 2);
  if (!joinRows) return flipped(bySize(joinedRows(flipped(table))));
  return bySize(joinedRows(table));
}

function joinedRows({ rows, columns, counts }: CrossTable): CrossTable {
  const [last, before] = [counts.at(-1) ?? [], counts.at(-2) ?? []];
  return {
    rows: rows.slice(0, -1),
    columns,
    counts: [...counts.slice(0, -2), columns.map((_, j) => (last[j] ?? 0) + (before[j] ?? 0))],
  };
}
