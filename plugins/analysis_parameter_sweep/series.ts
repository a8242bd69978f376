import { DAY_US, freeName, groupName, identifier, literal } from '../../src/sdk/index.ts';
import type { Study } from './study.ts';

/**
 * Common table expressions. `long`: the series with enough runs, one row each. A series is one job by one user, with no
 * gap longer than the setting, that takes a day at most: what never pauses for longer is no piece of work.
 *
 * Time is cut into stretches as long as that gap. What lies in one stretch is in one series, so only the gaps between
 * stretches are looked at: they are far fewer than the runs.
 */
export function withSeries(study: Study): string {
  const { ctx, asked, service, window, leftOut, adjustable } = study;
  const gap = Math.round(Number(ctx.settings['longest_gap_s']) * 1e6);
  const text = identifier(ctx.role('parameters') ?? '');
  const inTime = 'PARTITION BY name, asker ORDER BY stretch';
  return `WITH runs AS (
  SELECT ${groupName(ctx, 'activity')} AS name, ${groupName(ctx, 'user')} AS asker, epoch_us(${asked}) AS asked_us, ${stretchOf(`epoch_us(${asked})`, gap)} AS stretch,
    ${text} AS work, ${service} AS service_us, ${adjustable} AS adjustable, ${window} = 'close' AS in_close
  FROM data WHERE ${leftOut} IS NULL AND ${asked} IS NOT NULL AND ${text} IS NOT NULL
), stretches AS (
  SELECT name, asker, stretch, bool_and(adjustable) AS adjustable, count(*) AS runs, min(asked_us) AS from_us, max(asked_us) AS to_us,
    count(*) FILTER (WHERE in_close) AS close_runs, sum(service_us) FILTER (WHERE service_us >= 0) AS service_us,
    CASE WHEN min(asked_us) - lag(max(asked_us)) OVER (${inTime}) <= ${gap} THEN 0 ELSE 1 END AS begins
  FROM runs GROUP BY name, asker, stretch
), numbered AS (
  SELECT *, sum(begins) OVER (${inTime}) AS series FROM stretches
), long AS (
  SELECT name, asker, series, row_number() OVER (ORDER BY name, asker, series) AS series_id, bool_and(adjustable) AS adjustable,
    CAST(sum(runs) AS BIGINT) AS runs, make_timestamp(min(from_us)) AS asked_from, make_timestamp(max(to_us)) AS asked_to,
    CAST(sum(close_runs) AS BIGINT) AS close_runs, coalesce(sum(service_us), 0) AS service_us
  FROM numbered GROUP BY name, asker, series
  HAVING sum(runs) >= ${Number(ctx.settings['fewest_series_runs'])} AND max(to_us) - min(from_us) <= ${DAY_US}
)`;
}

/** The number of the stretch of time that a moment lies in, as SQL: rounded down before 1970, too, where `//` rounds up. */
function stretchOf(us: string, gap: number): string {
  return `${us} // ${gap} - CASE WHEN ${us} % ${gap} < 0 THEN 1 ELSE 0 END`;
}

/**
 * Common table expressions. `key_values`: the values that the runs of a series of `long` have of each parameter, each
 * once. The parameters are read of each text once for each series; the text has the name of its column for that.
 */
export function withValues({ ctx, keys }: Study): string {
  const column = ctx.role('parameters') ?? '';
  const id = freeName(ctx, 'series_id');
  const list = (items: readonly string[]) => `unnest([${items.join(', ')}])`;
  return `texts AS (
  SELECT DISTINCT series_id AS ${id}, work AS ${identifier(column)}
  FROM runs JOIN numbered USING (name, asker, stretch) JOIN long USING (name, asker, series)
), read_texts AS (
  SELECT ${id} AS series_id, ${keys.map(({ sql }, i) => `CAST(${sql} AS VARCHAR) AS key_${i}`).join(',\n    ')}
  FROM texts
), pairs AS (
  SELECT series_id, ${list(keys.map(({ sql_name }) => literal(sql_name)))} AS key, ${list(keys.map((_, i) => `key_${i}`))} AS key_value
  FROM read_texts
), key_values AS (
  SELECT DISTINCT series_id, key, key_value FROM pairs WHERE key_value IS NOT NULL
)`;
}
