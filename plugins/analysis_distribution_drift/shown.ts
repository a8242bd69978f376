import {
  type Context,
  finiteDouble,
  identifier,
  type LevelCodes,
  type Measure,
  type QueryHandle,
} from '../../src/sdk/index.ts';
import type { Split } from './halves.ts';

/** 1 for rows of the first half, 2 for those of the second, missing for rows without a time. */
export function halfOf({ blocks, from }: Split): string {
  return `CASE WHEN (${blocks.sql}) < ${from} THEN 1 WHEN (${blocks.sql}) >= ${from} THEN 2 END`;
}

/** When the halves end and begin; none where they go by the order of rows. */
export function showSplit(ctx: Context, split: Split, time: string | undefined): Promise<QueryHandle> {
  const half = halfOf(split);
  const instant = time === undefined ? 'CAST(NULL AS TIMESTAMP)' : `CAST(${identifier(time)} AS TIMESTAMP)`;
  return ctx.query(
    `SELECT max(instant) FILTER (WHERE half = 1) AS first_until, min(instant) FILTER (WHERE half = 2) AS second_from,
  count(*) FILTER (WHERE half = 1) AS first_rows, count(*) FILTER (WHERE half = 2) AS second_rows
FROM (SELECT ${instant} AS instant, ${half} AS half FROM data) AS halves`,
  );
}

const SIDES = ['first', 'second'] as const;

/**
 * A measure's halves, exactly: medians and quartiles (type 1), the statistic of Kolmogorov and Smirnov, and the
 * distance of Wasserstein (the area between the two cumulative shares), from counts of each value.
 */
export function showMeasure(ctx: Context, measure: Measure, split: Split): Promise<QueryHandle> {
  const value = `CASE WHEN ${finiteDouble(measure.sqlName)} IS NOT NULL THEN ${identifier(measure.sqlName)} END`;
  const quantile = (side: string, name: string, share: string) =>
    `min(x) FILTER (WHERE ${share}) AS ${name}_${side}`;
  const columns = SIDES.flatMap((side) => [
    `max(all_${side}) AS rows_${side}`,
    quantile(side, 'lower', `4 * up_${side} >= all_${side}`),
    quantile(side, 'median', `2 * up_${side} >= all_${side}`),
    quantile(side, 'upper', `4 * up_${side} >= 3 * all_${side}`),
  ]);
  const gap = 'abs(up_first * all_second - up_second * all_first)';
  return ctx.query(
    `WITH halves AS (SELECT ${value} AS x, ${halfOf(split)} AS half FROM data),
v AS (SELECT x, count(*) FILTER (WHERE half = 1) AS n1, count(*) FILTER (WHERE half = 2) AS n2
  FROM halves WHERE x IS NOT NULL AND half IS NOT NULL GROUP BY x),
c AS (SELECT x, sum(n1) OVER (ORDER BY x) AS up_first, sum(n2) OVER (ORDER BY x) AS up_second,
  sum(n1) OVER () AS all_first, sum(n2) OVER () AS all_second,
  CAST(lead(x) OVER (ORDER BY x) AS DOUBLE) - CAST(x AS DOUBLE) AS step FROM v)
SELECT ${columns.join(',\n  ')},
  max(${gap}) / (max(all_first) * max(all_second)) AS largest_gap,
  sum(CAST(${gap} AS DOUBLE) * step / (CAST(all_first AS DOUBLE) * CAST(all_second AS DOUBLE)) ORDER BY x) AS wasserstein
FROM c`,
  );
}

/** A category's levels in both halves: rows and shares in per cent, by code. */
export function showLevels(ctx: Context, codes: LevelCodes, split: Split): Promise<QueryHandle> {
  const share = (side: string) => `100 * ${side}_rows / sum(${side}_rows) OVER () AS ${side}_percent`;
  return ctx.query(
    `WITH halves AS (SELECT ${codes.sql} AS code, CAST(${identifier(codes.column)} AS VARCHAR) AS label,
  ${halfOf(split)} AS half FROM data),
counted AS (SELECT code, min(label) AS level, count(*) FILTER (WHERE half = 1) AS first_rows,
  count(*) FILTER (WHERE half = 2) AS second_rows FROM halves WHERE half IS NOT NULL GROUP BY code)
SELECT code, level, first_rows, second_rows, ${share('first')}, ${share('second')},
  sum(first_rows) OVER () AS all_first, sum(second_rows) OVER () AS all_second FROM counted ORDER BY code`,
  );
}

/** A measure's quartiles by calendar month. */
export function showMonths(ctx: Context, measure: Measure, time: string): Promise<QueryHandle> {
  return ctx.query(
    `SELECT strftime(instant, '%Y-%m') AS month, min(year(instant) * 12 + month(instant) - 1) AS month_ordinal,
  count(x) AS rows, quantile_disc(x, 0.25) AS lower, quantile_disc(x, 0.5) AS median, quantile_disc(x, 0.75) AS upper
FROM (SELECT CASE WHEN ${finiteDouble(measure.sqlName)} IS NOT NULL THEN ${identifier(measure.sqlName)} END AS x,
  CAST(${identifier(time)} AS TIMESTAMP) AS instant FROM data) AS months
WHERE x IS NOT NULL AND instant IS NOT NULL GROUP BY month ORDER BY month`,
  );
}

/** A category's levels by calendar month: rows, and share in per cent of the month. */
export function showLevelMonths(ctx: Context, codes: LevelCodes, time: string): Promise<QueryHandle> {
  return ctx.query(
    `WITH months AS (SELECT ${codes.sql} AS code, CAST(${identifier(codes.column)} AS VARCHAR) AS label,
  CAST(${identifier(time)} AS TIMESTAMP) AS instant FROM data),
counted AS (SELECT strftime(instant, '%Y-%m') AS month, min(year(instant) * 12 + month(instant) - 1) AS month_ordinal,
  code, min(label) AS level, count(*) AS level_rows FROM months WHERE instant IS NOT NULL GROUP BY month, code)
SELECT month, month_ordinal, code, level, level_rows, sum(level_rows) OVER (PARTITION BY month) AS rows,
  100 * level_rows / sum(level_rows) OVER (PARTITION BY month) AS percent FROM counted ORDER BY month, code`,
  );
}
