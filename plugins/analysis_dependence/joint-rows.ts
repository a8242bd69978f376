import type { QueryHandle } from '../../src/sdk/index.ts';
import { type Summing, summing } from './cells.ts';
import { type CrossTable, crossTable } from './cross-tables.ts';
import { flipped, type LevelMean, type ScoreModel } from './score-model.ts';
import type { Scores } from './scores.ts';
import type { Study } from './study.ts';
import type { CategoryColumn, NumericColumn, Variable } from './subject.ts';

/** Correlations and means over the rows that have all of some columns. */
export interface JointRows {
  readonly model: ScoreModel;
  readonly n: number;
}

/** A name for a set of columns, in any order. */
export function nameOfSet(columns: readonly Variable[]): string {
  return columns
    .map(({ sqlName }) => sqlName)
    .sort()
    .join('\n');
}

/** Reads, for each set of columns, the rows that have all of them: in one query, which ranks the rows once. */
export async function readJointRows(
  { ctx, scores }: Pick<Study, 'ctx' | 'scores'>,
  sets: readonly (readonly Variable[])[],
): Promise<ReadonlyMap<string, JointRows>> {
  const distinct = [...new Map(sets.map((set) => [nameOfSet(set), set])).values()];
  if (distinct.length === 0) return new Map();
  const levels = new Set(distinct.flatMap((set) => levelsIn(scores, set)));
  const from = summing(
    scores,
    [...levels],
    distinct.flatMap((set) => sumsOf(scores, set)),
  );
  const branches = distinct.map((set, part) => branchSql(scores, set, part, from));
  const handle = await ctx.query(
    `WITH ${from.cte}\nSELECT part, first_level, second_level, sums FROM (${branches.join('\nUNION ALL ')}) AS joint_rows`,
  );
  const linesOf = Map.groupBy(
    handle.rows.map((_, row) => row),
    (row) => handle.number(row, 'part') ?? -1,
  );
  return new Map(
    distinct.map((set, part) => [nameOfSet(set), jointRows(handle, linesOf.get(part) ?? [], set)]),
  );
}

const measuresOf = (set: readonly Variable[]) =>
  set.filter((column): column is NumericColumn => column.kind === 'measure');
const categoriesOf = (set: readonly Variable[]) =>
  set.filter((column): column is CategoryColumn => column.kind === 'category');

const levelsIn = (scores: Scores, set: readonly Variable[]) =>
  categoriesOf(set).map(({ sqlName }) => scores.category(sqlName));

/** The number of rows that have all measures of a set; sums, and sums of products of their scores. */
function sumsOf(scores: Scores, set: readonly Variable[]): readonly string[] {
  const units = measuresOf(set).map((measure) => scores.own(measure));
  const present = units.map((unit) => `${unit} IS NOT NULL`).join(' AND ');
  const products = units.flatMap((u, i) => units.slice(i).map((v) => `sum(${u} * ${v})`));
  const sums = [...units.map((u) => `sum(${u})`), ...products];
  const [n, ...others] = ['count(*)', ...sums].map((sum) => `${sum} FILTER (WHERE ${present})`);
  return [`CAST(${n} AS HUGEINT)`, ...others];
}

/** The sums of a set by the levels of its categories, at most two. */
function branchSql(scores: Scores, set: readonly Variable[], part: number, from: Summing): string {
  const levels = levelsIn(scores, set);
  const sums = sumsOf(scores, set).map(from.of);
  const [first = 'CAST(NULL AS VARCHAR)', second = 'CAST(NULL AS VARCHAR)'] = levels;
  const present = levels.map((level) => `${level} IS NOT NULL`).join(' AND ');
  const grouping =
    levels.length > 0 ? ` WHERE ${present} GROUP BY ${levels.join(', ')} HAVING ${sums[0]} > 0` : '';
  return `SELECT ${part} AS part, ${first} AS first_level, ${second} AS second_level, [${sums.join(', ')}] AS sums
FROM ${from.relation}${grouping}`;
}

interface Line {
  readonly levels: readonly string[];
  readonly n: number;
  readonly sums: readonly number[];
  /** Upper triangle with the diagonal. */
  readonly products: readonly number[];
}

function jointRows(handle: QueryHandle, rows: readonly number[], set: readonly Variable[]): JointRows {
  const measures = measuresOf(set);
  const categories = categoriesOf(set);
  const lines = rows.map((row): Line => {
    const list = JSON.parse(handle.text(row, 'sums') ?? '[]') as (string | null)[];
    const [n = 0, ...numbers] = list.map((cell) => Number(cell ?? '0'));
    return {
      levels: ['first_level', 'second_level'].map((name) => handle.text(row, name) ?? ''),
      n,
      sums: numbers.slice(0, measures.length),
      products: numbers.slice(measures.length),
    };
  });
  const n = lines.reduce((sum, line) => sum + line.n, 0);
  const moments = momentsOf(lines, measures.length, n);
  return {
    n,
    model: {
      correlation(a, b) {
        const [i, j] = [measures.indexOf(a), measures.indexOf(b)];
        const scale = Math.sqrt(moments.covariance(i, i) * moments.covariance(j, j));
        return scale > 0 ? moments.covariance(i, j) / scale : 0;
      },
      levels: (measure, category) =>
        levelsOf(lines, measures.indexOf(measure), categories.indexOf(category), n, moments),
      table: (a, b) => tableOf(lines, categories.indexOf(a), categories.indexOf(b)),
    },
  };
}

interface Moments {
  mean(measure: number): number;
  covariance(a: number, b: number): number;
}

function momentsOf(lines: readonly Line[], measures: number, n: number): Moments {
  const total = (of: (line: Line) => number) => lines.reduce((sum, line) => sum + of(line), 0);
  const place = (a: number, b: number) => {
    const [i, j] = [Math.min(a, b), Math.max(a, b)];
    return i * measures - (i * (i - 1)) / 2 + (j - i);
  };
  const mean = (measure: number) => total(({ sums }) => sums[measure] ?? 0) / Math.max(1, n);
  return {
    mean,
    covariance: (a, b) =>
      total(({ products }) => products[place(a, b)] ?? 0) / Math.max(1, n) - mean(a) * mean(b),
  };
}

function levelsOf(
  lines: readonly Line[],
  measure: number,
  category: number,
  n: number,
  { mean, covariance }: Moments,
): ReadonlyMap<string, LevelMean> {
  const [middle, spread] = [mean(measure), Math.sqrt(covariance(measure, measure))];
  return new Map(
    Array.from(
      Map.groupBy(lines, ({ levels }) => levels[category] ?? ''),
      ([level, own]) => {
        const rows = own.reduce((sum, line) => sum + line.n, 0);
        const sum = own.reduce((total, { sums }) => total + (sums[measure] ?? 0), 0);
        return [level, { share: rows / n, mean: spread > 0 ? (sum / rows - middle) / spread : 0 }];
      },
    ),
  );
}

function tableOf(lines: readonly Line[], a: number, b: number): CrossTable | undefined {
  if (a < 0 || b < 0) return undefined;
  const table = crossTable(lines.map(({ levels, n }) => ({ a: levels[0] ?? '', b: levels[1] ?? '', n })));
  return a < b ? table : flipped(table);
}
