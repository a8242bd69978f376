import type { CountedPair, CrossTable } from './cross-tables.ts';
import { correlationOf } from './rank-statistics.ts';
import type { RankSums } from './rank-sums.ts';
import { type CategoryColumn, type NumericColumn, nameOfPair } from './subject.ts';

/** A level's share of the rows, and the mean of a measure's scores in it, in standard deviations from the mean of all. */
export interface LevelMean {
  readonly share: number;
  readonly mean: number;
}

/** Correlations and means of scores, on which associations given another column are computed. */
export interface ScoreModel {
  /** Rank correlation; 0 where it is undefined. */
  correlation(a: NumericColumn, b: NumericColumn): number;
  levels(measure: NumericColumn, category: CategoryColumn): ReadonlyMap<string, LevelMean>;
  /** Counts with the levels of `a` as rows; undefined where the table was too large to be made. */
  table(a: CategoryColumn, b: CategoryColumn): CrossTable | undefined;
}

export function scoreModel(sums: RankSums, tables: readonly CountedPair[]): ScoreModel {
  const byPair = new Map(tables.map((pair) => [nameOfPair(pair.a, pair.b), pair]));
  const correlations = new Map<string, number>();
  const means = new Map<string, ReadonlyMap<string, LevelMean>>();
  return {
    correlation(a, b) {
      const key = nameOfPair(a, b);
      const known = correlations.get(key) ?? correlationOf(sums.pair(a, b).whole) ?? 0;
      correlations.set(key, known);
      return known;
    },
    levels(measure, category) {
      const key = nameOfPair(measure, category);
      const known = means.get(key) ?? standardized(sums, measure, category);
      means.set(key, known);
      return known;
    },
    table(a, b) {
      const pair = byPair.get(nameOfPair(a, b));
      if (pair === undefined) return undefined;
      return pair.a.sqlName === a.sqlName ? pair.tables.whole : flipped(pair.tables.whole);
    },
  };
}

function standardized(sums: RankSums, measure: NumericColumn, category: CategoryColumn) {
  const levels = sums.levels(measure, category).whole;
  const n = levels.reduce((sum, level) => sum + level.n, 0);
  const mean = levels.reduce((sum, level) => sum + Number(level.sum), 0) / n;
  const squares = levels.reduce((sum, level) => sum + Number(level.squares), 0) / n;
  const spread = Math.sqrt(Math.max(0, squares - mean * mean));
  return new Map(
    levels.map(({ level, n: own, sum }) => [
      level,
      { share: own / n, mean: spread > 0 ? (Number(sum) / own - mean) / spread : 0 },
    ]),
  );
}

/** Rows as columns. */
export function flipped({ rows, columns, counts }: CrossTable): CrossTable {
  return {
    rows: columns,
    columns: rows,
    counts: columns.map((_, j) => rows.map((_, i) => counts[i]?.[j] ?? 0)),
  };
}

/** Σ share × a × b over levels: what two measures have in common between the levels of a category. */
export function betweenOf(a: ReadonlyMap<string, LevelMean>, b: ReadonlyMap<string, LevelMean>): number {
  let sum = 0;
  for (const [level, { share, mean }] of a) sum += share * mean * (b.get(level)?.mean ?? 0);
  return sum;
}
