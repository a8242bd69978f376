import type { Context, QueryHandle } from '../../src/sdk/index.ts';
import { type Summing, summing } from './cells.ts';
import type { Scores } from './scores.ts';
import { type CategoryColumn, type NumericColumn, nameOfPair, type Subject } from './subject.ts';

/** Sums over rows that have both of two scores: exact integers. */
export interface PairSums {
  readonly n: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly aa: bigint;
  readonly bb: bigint;
  readonly ab: bigint;
}

/** The scores of a measure in one level of a category. */
export interface LevelSums {
  readonly level: string;
  readonly n: number;
  readonly sum: bigint;
  readonly squares: bigint;
}

/** A whole and its two halves. */
export interface InHalves<T> {
  readonly whole: T;
  readonly first: T;
  readonly second: T;
}

/** Everything that the tests on ranks are made of. */
export interface RankSums {
  readonly handle: QueryHandle;
  /** With the measure that comes first in the table as `a`. */
  pair(a: NumericColumn, b: NumericColumn): InHalves<PairSums>;
  levels(measure: NumericColumn, category: CategoryColumn): InHalves<readonly LevelSums[]>;
  /** Skewness of a measure's scores: 0 without ties, large where one value is nearly all there is. */
  skewness(measure: NumericColumn): number;
}

/** Reads the sums in one query, which ranks the rows once: over each half, and over the levels of each category in it. */
export async function readRankSums(ctx: Context, subject: Subject, scores: Scores): Promise<RankSums> {
  const plan = planOf(subject, scores);
  return rankSumsIn(await ctx.query(sumsSql(plan, subject, scores)), plan, subject, scores);
}

/** Pairs of measures, each once. */
export function pairsOf<T>(columns: readonly T[]): readonly (readonly [T, T])[] {
  return columns.flatMap((a, i) => columns.slice(i + 1).map((b) => [a, b] as const));
}

/** Expressions of sums, and where each stands in the list of its line. */
interface Plan {
  readonly overall: readonly string[];
  readonly byCategory: ReadonlyMap<string, readonly string[]>;
}

function planOf({ measures, categories }: Subject, scores: Scores): Plan {
  const own = measures.flatMap((measure) => [
    ...momentsSql(scores.own(measure)),
    cubesSql(scores.own(measure)),
  ]);
  const pairs = pairsOf(measures).flatMap(([a, b]) => pairSql(scores, a, b));
  return {
    overall: [...new Set([...own, ...pairs])],
    byCategory: new Map(
      categories.map((category) => [
        category.sqlName,
        [...new Set(measures.flatMap((measure) => momentsSql(scores.of(measure, category))))],
      ]),
    ),
  };
}

function momentsSql(u: string): readonly [string, string, string] {
  return [`count(${u})`, `sum(${u})`, `sum(${u} * ${u})`];
}

function cubesSql(u: string): string {
  return `sum(CAST(${u} AS HUGEINT) * ${u} * ${u})`;
}

type PairSql = readonly [string, string, string, string, string, string];

/**
 * n, Σa, Σb, Σa², Σb², Σab over the rows that have both. Scores of a pair are there in just these rows, unless scores
 * are simplified.
 */
function pairSql(scores: Scores, a: NumericColumn, b: NumericColumn): PairSql {
  const [u, v] = [scores.of(a, b), scores.of(b, a)];
  if (scores.simplified) {
    // + 0 * the other: missing where the other is
    return [
      `count(${u} + ${v})`,
      `sum(${u} + 0 * ${v})`,
      `sum(${v} + 0 * ${u})`,
      `sum(${u} * ${u} + 0 * ${v})`,
      `sum(${v} * ${v} + 0 * ${u})`,
      `sum(${u} * ${v})`,
    ];
  }
  const [n, x, xx] = momentsSql(u);
  const [, y, yy] = momentsSql(v);
  return [n, x, y, xx, yy, `sum(${u} * ${v})`];
}

/** One line for each half, and for each half and level of each category: its sums as a list. */
function sumsSql({ overall, byCategory }: Plan, { categories }: Subject, scores: Scores): string {
  const levels = categories.map(({ sqlName }) => scores.category(sqlName));
  const from = summing(scores, ['half', ...levels], [ROWS, ...overall, ...[...byCategory.values()].flat()]);
  const lines = categories.map(({ sqlName }, i) => {
    const level = levels[i];
    return `SELECT ${i + 1} AS part, half, ${level} AS level, ${listOf(byCategory.get(sqlName) ?? [], from)} AS sums
FROM ${from.relation} WHERE ${level} IS NOT NULL GROUP BY half, ${level}`;
  });
  const whole = `SELECT 0 AS part, half, CAST(NULL AS VARCHAR) AS level, ${listOf(overall, from)} AS sums FROM ${from.relation} GROUP BY half`;
  return `WITH ${from.cte}\nSELECT part, half, level, sums FROM (${[whole, ...lines].join('\nUNION ALL ')}) AS sums_of_scores`;
}

const ROWS = 'CAST(count(*) AS HUGEINT)';

/** With the number of rows in front, so that a list is never empty. */
function listOf(sums: readonly string[], from: Summing): string {
  return `[${[ROWS, ...sums].map(from.of).join(', ')}]`;
}

interface Line {
  readonly half: number;
  readonly level: string;
  readonly value: (sql: string) => bigint;
}

function linesOf(handle: QueryHandle, part: number, sums: readonly string[]): readonly Line[] {
  const places = new Map(sums.map((sql, i) => [sql, i + 1]));
  return handle.rows.flatMap((_, row): Line[] => {
    if (handle.number(row, 'part') !== part) return [];
    const list = JSON.parse(handle.text(row, 'sums') ?? '[]') as (string | null)[];
    const value = (sql: string): bigint => BigInt(list[places.get(sql) ?? 0] ?? '0');
    return [{ half: handle.number(row, 'half') ?? 0, level: handle.text(row, 'level') ?? '', value }];
  });
}

function rankSumsIn(
  handle: QueryHandle,
  plan: Plan,
  { measures, categories }: Subject,
  scores: Scores,
): RankSums {
  const halves = linesOf(handle, 0, plan.overall);
  const byCategory = new Map(
    categories.map(({ sqlName }, i) => [sqlName, linesOf(handle, i + 1, plan.byCategory.get(sqlName) ?? [])]),
  );
  const pairs = new Map<string, InHalves<PairSums>>();
  return {
    handle,
    pair(a, b) {
      const key = nameOfPair(a, b);
      const [x, y] = measures.indexOf(a) < measures.indexOf(b) ? [a, b] : [b, a];
      const known = pairs.get(key) ?? pairIn(halves, pairSql(scores, x, y));
      pairs.set(key, known);
      return known;
    },
    levels: (measure, category) =>
      levelsIn(byCategory.get(category.sqlName) ?? [], scores.of(measure, category)),
    skewness: (measure) => skewnessOf(halves, scores.own(measure)),
  };
}

function pairIn(halves: readonly Line[], sql: PairSql): InHalves<PairSums> {
  const of = (half: number): PairSums => {
    const line = halves.find((one) => one.half === half);
    const [n, a, b, aa, bb, ab] = sql.map((one) => line?.value(one) ?? 0n);
    return { n: n ?? 0n, a: a ?? 0n, b: b ?? 0n, aa: aa ?? 0n, bb: bb ?? 0n, ab: ab ?? 0n };
  };
  const [first, second] = [of(1), of(2)];
  return { whole: addPairs(first, second), first, second };
}

function addPairs(one: PairSums, other: PairSums): PairSums {
  return {
    n: one.n + other.n,
    a: one.a + other.a,
    b: one.b + other.b,
    aa: one.aa + other.aa,
    bb: one.bb + other.bb,
    ab: one.ab + other.ab,
  };
}

function levelsIn(lines: readonly Line[], u: string): InHalves<readonly LevelSums[]> {
  const [count, sum, squares] = momentsSql(u);
  const of = (half: number): readonly LevelSums[] =>
    lines
      .filter((line) => line.half === half)
      .map(({ level, value }) => ({
        level,
        n: Number(value(count)),
        sum: value(sum),
        squares: value(squares),
      }))
      .filter(({ n }) => n > 0);
  const [first, second] = [of(1), of(2)];
  return { whole: addLevels([...first, ...second]), first, second };
}

function addLevels(all: readonly LevelSums[]): readonly LevelSums[] {
  return Array.from(
    Map.groupBy(all, ({ level }) => level),
    ([level, parts]) => ({
      level,
      n: parts.reduce((total, { n }) => total + n, 0),
      sum: parts.reduce((total, { sum }) => total + sum, 0n),
      squares: parts.reduce((total, { squares }) => total + squares, 0n),
    }),
  );
}

function skewnessOf(halves: readonly Line[], u: string): number {
  const total = (sql: string): number => Number(halves.reduce((sum, { value }) => sum + value(sql), 0n));
  const [count, , squared] = momentsSql(u);
  const [n, squares, cubes] = [total(count), total(squared), total(cubesSql(u))];
  if (n === 0 || squares === 0) return 0;
  const variance = squares / n;
  return cubes / n / (variance * Math.sqrt(variance));
}
