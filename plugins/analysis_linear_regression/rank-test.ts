import {
  type Context,
  chiSquareTail,
  columnsToCount,
  type EvidenceHandle,
  identifier,
  midrankSql,
  permutationTest,
  type QueryHandle,
  shuffle,
} from '../../src/sdk/index.ts';
import type { NumericColumn } from './columns.ts';
import type { Model } from './fit.ts';
import type { ModelSums, Sums } from './sums.ts';
import type { Terms } from './terms.ts';

/** What the order of a target owes to the order of its predictors. */
export interface RankTest {
  /** R² of the target's ranks on the ranks of measures and the levels of categories. */
  readonly r_squared: number;
  readonly p_value: number;
}

/** The test of a model in the whole table or a half; undefined where ties are too heavy for it. */
export interface RankTests {
  test(model: Model, part: 'whole' | 'first' | 'second'): RankTest | undefined;
  readonly evidence: EvidenceHandle;
  /** Whether p-values of the whole table come from random orders of the target. */
  readonly byRandomOrders: boolean;
}

/** Tables of up to this many complete rows are tested by random orders. */
const FEW_ROWS = 100;

/** Ranks all measures among the complete rows, once, and adds up what the tests need. */
export async function readRankTests(
  ctx: Context,
  terms: Terms,
  sums: ModelSums,
  permutations: number,
): Promise<RankTests> {
  const few = await columnsToCount(
    ctx,
    terms.measures.map(({ column }) => column),
  );
  const handle = await ctx.query(sumsSql(terms, sums, few));
  const parts = { whole: sums.whole, first: sums.first, second: sums.second };
  const small = sums.whole.n <= FEW_ROWS ? await ctx.query(rowsSql(terms, sums, few)) : undefined;
  return {
    evidence: handle,
    byRandomOrders: small !== undefined,
    test(model, part) {
      const halves = part === 'whole' ? ['1', '2'] : [part === 'first' ? '1' : '2'];
      const moments = rankMoments(handle, terms, sums, parts[part], halves);
      if (moments.n < 3 || !isTestable(moments, model, sums)) return undefined;
      const columns = columnsOf(model, sums, terms);
      const outcome = terms.measures.indexOf(model.target);
      const { explained, rank } = explainedBy(moments, columns, outcome);
      if (rank === 0) return undefined;
      const p_value =
        small && part === 'whole'
          ? permutedP(ctx, permutations, model, columns, outcome, rowsOf(small, terms))
          : chiSquareTail((moments.n - 1) * explained, rank);
      return { r_squared: explained, p_value };
    },
  };
}

/** Columns of the moments of ranks: measures first, then the levels of the factors. */
interface RankMoments {
  readonly n: number;
  /** Centred sums of products. */
  product(a: number, b: number): number;
  /** Of a measure's ranks. */
  skewness(measure: number): number;
  /** Rows of a level. */
  count(level: number): number;
}

/** Positions of a model's predictors among the columns of ranks. */
function columnsOf(model: Model, { moments }: ModelSums, terms: Terms): readonly number[] {
  const positions = model.predictors.flatMap((at) => {
    const moment = moments[at];
    if (moment === undefined) return [];
    if (moment.kind === 'power') return [terms.measures.indexOf(moment.variable)];
    const levels = terms.factors.flatMap((factor) => factor.levels);
    return [terms.measures.length + levels.indexOf(moment)];
  });
  return [...new Set(positions)];
}

/** The scores of the complete rows; what is not needed is left out before the rows are sorted. */
function scoresCte({ measures, factors }: Terms, { complete, half, whole }: ModelSums, few: Few): string {
  const { ctes, joins, items } = midrankSql(
    measures.map(({ column }, i) => ({ name: `u${i}`, column, where: complete, filtered: true, n: whole.n })),
    few,
    { relation: 'complete_rows', rows: whole.n },
  );
  const codes = [half, ...factors.map(({ code }) => code)].map(identifier);
  const small = codes.map((code) => `CAST(${code} AS TINYINT) AS ${code}`);
  const columns = measures.map(({ column }) => identifier(column));
  const rows = `complete_rows AS (SELECT ${['_sh_part', '_sh_row_number', ...small, ...columns].join(', ')} FROM data WHERE ${complete})`;
  const names = codes.map((code, i) => `${code} AS ${i === 0 ? 'half' : `f${i - 1}`}`);
  const scores = `scores AS (SELECT ${['_sh_part', '_sh_row_number', ...names, ...items].join(', ')}
FROM complete_rows ${joins.join(' ')})`;
  return [...ctes, rows, scores].join(',\n');
}

/** Columns that are ranked by the counts of their values. */
type Few = ReadonlySet<string>;

/**
 * By half, and by half and level of each factor: rows `n`, sums `t0` … of the doubled ranks, of their products `p0_0` …
 * and of their cubes `c0` …
 */
function sumsSql(terms: Terms, sums: ModelSums, few: Few): string {
  const scores = terms.measures.map((_, i) => `u${i}`);
  const added = [
    ...scores.map((u, i) => ({ name: `t${i}`, sql: u })),
    ...scores.flatMap((u, i) =>
      scores.slice(i).map((v, k) => ({ name: `p${i}_${i + k}`, sql: `${u} * ${v}` })),
    ),
    ...scores.map((u, i) => ({ name: `c${i}`, sql: `CAST(${u} AS HUGEINT) * ${u} * ${u}` })),
  ];
  const keys = ['half', ...terms.factors.map((_, i) => `f${i}`)];
  const sets = keys.map((key) => (key === 'half' ? '(half)' : `(half, ${key})`));
  const [first, second] = [
    ['count(*) AS n', ...added.map(({ name, sql }) => `sum(${sql}) AS ${name}`)],
    ['sum(n) AS n', ...added.map(({ name }) => `sum(${name}) AS ${name}`)],
  ];
  return `WITH ${scoresCte(terms, sums, few)},
cells AS (SELECT ${[...keys, ...first].join(', ')} FROM scores GROUP BY ${keys.join(', ')})
SELECT ${[...keys, ...second].join(', ')} FROM cells GROUP BY GROUPING SETS (${sets.join(', ')})`;
}

function rowsSql(terms: Terms, sums: ModelSums, few: Few): string {
  const columns = [...terms.measures.map((_, i) => `u${i}`), ...terms.factors.map((_, i) => `f${i}`)];
  return `WITH ${scoresCte(terms, sums, few)}\nSELECT ${columns.join(', ')}, _sh_part, _sh_row_number FROM scores ORDER BY _sh_part, _sh_row_number`;
}

function rankMoments(
  handle: QueryHandle,
  { measures, factors }: Terms,
  model: ModelSums,
  { n, product: productOf }: Sums,
  halves: readonly string[],
): RankMoments {
  const size = measures.length;
  const keyOf = (half: string | null, codes: readonly (string | null)[]) => JSON.stringify([half, ...codes]);
  const lines = new Map(
    handle.rows.map((_, row) => {
      const codes = factors.map((__, i) => handle.text(row, `f${i}`));
      return [keyOf(handle.text(row, 'half'), codes), row];
    }),
  );
  /** Of all rows, or of those of a level. */
  const total = (name: string, level?: { readonly factor: number; readonly code: number }): number => {
    const codes = factors.map((_, i) => (i === level?.factor ? String(level.code) : null));
    const rows = halves.flatMap((half) => lines.get(keyOf(half, codes)) ?? []);
    return Number(rows.reduce((sum, row) => sum + (handle.bigint(row, name) ?? 0n), 0n));
  };
  const levels = factors.flatMap((factor, i) =>
    factor.levels.map((level, k) => ({ factor: i, code: k + 1, at: model.moments.indexOf(level) })),
  );
  const sum = remembered((column: number) =>
    column < size ? total(`t${column}`) : total('n', levels[column - size]),
  );
  const raw = (a: number, b: number): number => {
    if (b < size) return total(`p${a}_${b}`);
    const level = levels[b - size];
    if (a < size) return total(`t${a}`, level);
    const { numerator } = productOf(levels[a - size]?.at ?? 0, level?.at ?? 0);
    return Number(numerator);
  };
  return {
    n,
    product: (a, b) => raw(Math.min(a, b), Math.max(a, b)) - (sum(a) * sum(b)) / n,
    count: sum,
    skewness(measure) {
      const [s1, s2] = [sum(measure) / n, raw(measure, measure) / n];
      const s3 = total(`c${measure}`) / n;
      const variance = s2 - s1 * s1;
      return variance > 0 ? (s3 - 3 * s1 * s2 + 2 * s1 * s1 * s1) / (variance * Math.sqrt(variance)) : 0;
    },
  };
}

function remembered(of: (column: number) => number): (column: number) => number {
  const known = new Map<number, number>();
  return (column) => {
    const value = known.get(column) ?? of(column);
    known.set(column, value);
    return value;
  };
}

/** Skewness under random orders up to which the limit of chi-square holds, for a measure and for a level. */
const [MOST_SKEWNESS, MOST_LEVEL_SKEWNESS] = [0.3, 0.5];

/** Whether ties are light enough: else few rows away from the commonest values decide everything. */
function isTestable(moments: RankMoments, model: Model, sums: ModelSums): boolean {
  if (moments.n <= FEW_ROWS) return true;
  const measures = [
    ...new Set(sums.moments.flatMap(({ kind, variable }) => (kind === 'power' ? [variable] : []))),
  ];
  const own = moments.skewness(measures.indexOf(model.target));
  return model.predictors.every((at) => {
    const moment = sums.moments[at];
    if (moment === undefined) return true;
    if (moment.kind === 'power') {
      const other = moments.skewness(measures.indexOf(moment.variable as NumericColumn));
      return Math.abs(own * other) <= MOST_SKEWNESS * Math.sqrt(moments.n);
    }
    const rows = Number(sums.whole.product(at, at).numerator);
    return Math.abs(own) <= MOST_LEVEL_SKEWNESS * Math.sqrt(rows);
  });
}

/** R² of a column on others, and how many of these are independent: elimination that leaves out vanishing pivots. */
function explainedBy(moments: RankMoments, columns: readonly number[], outcome: number) {
  const order = [...columns, outcome];
  const work = order.map((a) => order.map((b) => moments.product(a, b)));
  const total = moments.product(outcome, outcome);
  let rank = 0;
  for (let pivot = 0; pivot < columns.length; pivot += 1) {
    const row = work[pivot] ?? [];
    const value = row[pivot] ?? 0;
    const column = columns[pivot] ?? 0;
    if (!(value > 1e-9 * moments.product(column, column))) continue;
    rank += 1;
    for (let i = pivot + 1; i < order.length; i += 1) {
      const other = work[i] ?? [];
      const factor = (other[pivot] ?? 0) / value;
      for (let j = pivot; j < order.length; j += 1) other[j] = (other[j] ?? 0) - factor * (row[j] ?? 0);
    }
  }
  const left = work.at(-1)?.at(-1) ?? 0;
  return { explained: total > 0 ? Math.max(0, Math.min(1, 1 - left / total)) : 0, rank };
}

/** Rows of columns of ranks and levels. */
function rowsOf(handle: QueryHandle, { measures, factors }: Terms): readonly (readonly number[])[] {
  return handle.rows.map((_, row) => [
    ...measures.map((__, i) => handle.number(row, `u${i}`) ?? 0),
    ...factors.flatMap(({ levels }, i) =>
      levels.map((__, k) => Number(handle.number(row, `f${i}`) === k + 1)),
    ),
  ]);
}

/** The share of R² reached by random orders of the target. */
function permutedP(
  ctx: Context,
  draws: number,
  { target }: Model,
  columns: readonly number[],
  outcome: number,
  rows: readonly (readonly number[])[],
): number {
  const basis = orthonormal(columns.map((column) => rows.map((row) => row[column] ?? 0)));
  const order = rows.map((row) => row[outcome] ?? 0);
  const statistic = () =>
    basis.reduce(
      (sum, direction) => sum + direction.reduce((dot, x, i) => dot + x * (order[i] ?? 0), 0) ** 2,
      0,
    );
  const random = ctx.random(target.sqlName);
  const observed = statistic();
  const draw = () => {
    shuffle(order, random);
    return statistic();
  };
  return permutationTest({ observed, draw, draws, stopAfterHits: 20 }).p_value;
}

/** Directions of the same space, each of length 1 and without a mean (Gram and Schmidt, twice against rounding). */
function orthonormal(columns: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const basis: number[][] = [];
  for (const column of columns) {
    const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
    let rest = column.map((x) => x - mean);
    const size = lengthOf(rest);
    for (const direction of [...basis, ...basis]) {
      const dot = direction.reduce((sum, x, i) => sum + x * (rest[i] ?? 0), 0);
      rest = rest.map((x, i) => x - dot * (direction[i] ?? 0));
    }
    const left = lengthOf(rest);
    if (left > 1e-9 * size && size > 0) basis.push(rest.map((x) => x / left));
  }
  return basis;
}

function lengthOf(direction: readonly number[]): number {
  return Math.sqrt(direction.reduce((sum, x) => sum + x * x, 0));
}
