import type { Context } from '../context.ts';
import { identifier } from '../sql-text.ts';

/** A column to rank among the rows where a condition holds; missing values and other rows get no score. */
export interface RankedColumn {
  /** The score's name in the query. */
  readonly name: string;
  readonly column: string;
  /** SQL over `data`; all rows, if left out. */
  readonly where?: string;
  /** True where the query itself has that condition, so that it sees no other rows. */
  readonly filtered?: boolean;
  /** Rows that are ranked. */
  readonly n: number;
}

/** Parts of a query that yields scores: CTEs in front, joins after `FROM data` (or what stands for it), and the select items. */
export interface MidrankSql {
  readonly ctes: readonly string[];
  readonly joins: readonly string[];
  readonly items: readonly string[];
}

/**
 * Scores of columns as SQL: twice the midrank less n + 1, integers that add up to 0, so that Spearman's and Kruskal and
 * Wallis's statistics come from exact sums. Columns in `counted` are ranked by the counts of their values, which are
 * joined back, as far as a query can join so many; the others by a window, which sorts the rows. Both give the same
 * scores. `relation` is `data`, or the query's own relation of rows of it (sorting is the faster, the fewer and the
 * smaller columns it has); `rows` is how many it has.
 */
export function midrankSql(
  columns: readonly RankedColumn[],
  counted: ReadonlySet<string>,
  { relation = 'data', rows }: { readonly relation?: string; readonly rows: number },
): MidrankSql {
  const joined = columns.filter(({ column }) => counted.has(column)).slice(0, MOST_JOINED);
  return {
    ctes: joined.flatMap((one) => [valuesCte(one), ranksCte(one)]),
    joins: joined.map((one) => joinSql(one, relation)),
    items: columns.map((one) =>
      joined.includes(one)
        ? `${ranksOf(one)}.score AS ${one.name}`
        : `${windowSql(one, rows)} AS ${one.name}`,
    ),
  };
}

/** A query may read 40 relations together: each column that is ranked by counts is three of them. */
const MOST_JOINED = 10;

function valuesOf({ name }: RankedColumn): string {
  return `values_of_${name}`;
}

function ranksOf({ name }: RankedColumn): string {
  return `ranks_of_${name}`;
}

function valuesCte(one: RankedColumn): string {
  const column = identifier(one.column);
  const condition = one.where === undefined ? '' : ` AND (${one.where})`;
  return `${valuesOf(one)} AS (SELECT ${column} AS value_ranked, count(*) AS times FROM data
  WHERE ${column} IS NOT NULL${condition} GROUP BY ${column})`;
}

/** 2 × (values up to this one) - (values equal to it) + 1 is twice the midrank. */
function ranksCte(one: RankedColumn): string {
  return `${ranksOf(one)} AS (SELECT value_ranked, CAST(2 * sum(times) OVER (ORDER BY value_ranked) - times - ${one.n} AS BIGINT) AS score
  FROM ${valuesOf(one)})`;
}

/** The condition is part of the key: beside it, DuckDB would compare every row with every value. */
function joinSql(one: RankedColumn, relation: string): string {
  const key = keyOf(one, `${relation}.${identifier(one.column)}`);
  return `LEFT JOIN ${ranksOf(one)} ON ${key} = ${ranksOf(one)}.value_ranked`;
}

/**
 * Rows with a smaller value, and rows up to the value: together twice the midrank, less 1. Rows that are not ranked sort
 * behind. The share of rows up to a value is a double, near enough to its whole number over `rows` to give that back.
 */
function windowSql(one: RankedColumn, rows: number): string {
  const key = keyOf(one, identifier(one.column));
  const window = `OVER (ORDER BY ${key} ASC NULLS LAST)`;
  const upTo = `CAST(cume_dist() ${window} * ${rows} AS BIGINT)`;
  return `CASE WHEN ${key} IS NOT NULL THEN rank() ${window} + ${upTo} - ${one.n + 1} END`;
}

/** The value in the rows that are ranked, missing in the others. */
function keyOf({ where, filtered }: RankedColumn, column: string): string {
  return where === undefined || filtered ? column : `CASE WHEN ${where} THEN ${column} END`;
}

/** Below so many rows sorting is cheap; from so many on counting takes less memory, even where all values differ. */
const [MANY_ROWS, TOO_MANY_TO_SORT] = [200_000, 2_000_000];
const ROWS_LOOKED_AT = 50_000;
const FEW_VALUES = 10_000;

/**
 * Columns to rank by counts: those whose first rows show that they have few values, and all where there are very many
 * rows. It decides how fast ranks are made, and in how much memory, never what they are; on small tables it asks nothing.
 */
export async function columnsToCount(
  ctx: Pick<Context, 'query' | 'rowCount'>,
  columns: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ctx.rowCount < MANY_ROWS || columns.length === 0) return new Set();
  if (ctx.rowCount >= TOO_MANY_TO_SORT) return new Set(columns);
  const items = columns.map((name, i) => `count(DISTINCT ${identifier(name)}) AS n${i}`);
  const counts = await ctx.query(
    `SELECT ${items.join(', ')} FROM data WHERE _sh_part = 1 AND _sh_row_number <= ${ROWS_LOOKED_AT}`,
  );
  return new Set(columns.filter((_, i) => (counts.number(0, `n${i}`) ?? FEW_VALUES) < FEW_VALUES));
}
