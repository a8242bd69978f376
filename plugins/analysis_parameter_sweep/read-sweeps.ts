import {
  DAY_US,
  groupName,
  identifier,
  literal,
  percent,
  type QueryHandle,
  secondsOf,
} from '../../src/sdk/index.ts';
import type { Study } from './study.ts';

/** One row for each job and parameter that some series sweeps over; the one with most runs in sweeps first. */
export async function readSweeps(study: Study): Promise<QueryHandle> {
  const { keys } = study;
  const named = keys.map((key) => literal(key)).join(', ');
  const list = (prefix: string) => keys.map((_, i) => `${prefix}_${i}`).join(', ');
  return study.ctx.query(`${withSeries(study)}, counted AS (
  SELECT name, asker, series, adjustable, count(*) AS runs, make_timestamp(min(asked_us)) AS asked_from, make_timestamp(max(asked_us)) AS asked_to,
    count(*) FILTER (WHERE in_close) AS close_runs,
    coalesce(sum(service_us) FILTER (WHERE service_us >= 0), 0) AS service_us,
    ${keys.map((_, i) => `count(DISTINCT key_${i}) AS distinct_${i}`).join(',\n    ')}
  FROM members GROUP BY ALL
), by_key AS (
  SELECT name, asker, series, adjustable, runs, asked_from, asked_to, close_runs, service_us, unnest([${named}]) AS key,
    unnest([${list('distinct')}]) AS key_distinct
  FROM counted
), swept AS (
  SELECT *, key_distinct * 1000 >= ${tenths(study)} * runs AS sweeps
  FROM by_key
), placed AS (
  SELECT *, rank() OVER (PARTITION BY name, key ORDER BY runs DESC, series, asker) AS length_place FROM swept WHERE sweeps
), jobs AS (
  SELECT name, key, bool_and(adjustable) AS adjustable, count(*) AS series, sum(runs) AS sweep_runs,
    sum(close_runs) AS sweep_close_runs, sum(key_distinct) AS sweep_values, max(runs) AS longest_runs,
    ${['asker', 'asked_from', 'asked_to'].map((column) => `max(${column}) FILTER (WHERE length_place = 1) AS longest_${column}`).join(', ')},
    sum(service_us) AS sweep_service_us
  FROM placed GROUP BY ALL
), totals AS (
  SELECT ${groupName(study.ctx, 'activity')} AS job, count(*) AS job_runs, count(*) FILTER (WHERE ${study.window} = 'close') AS job_close_runs FROM data WHERE ${study.leftOut} IS NULL GROUP BY ALL
)
SELECT *, ${percent('sweep_values', 'sweep_runs')} AS distinct_percent, ${percent('sweep_runs', 'job_runs')} AS job_percent,
  ${percent('sweep_runs', 'all_runs')} AS runs_percent,
  ${percent('sweep_close_runs', 'sweep_runs')} AS close_percent, ${percent('all_close_runs', 'all_runs')} AS all_close_percent, ${secondsOf('sweep_service')},
  rank() OVER (PARTITION BY name ORDER BY sweep_runs DESC, sweep_values, key) AS place
FROM jobs JOIN totals ON name = job CROSS JOIN (SELECT sum(job_runs) AS all_runs, sum(job_close_runs) AS all_close_runs FROM totals) AS base
ORDER BY sweep_runs DESC, name, place
LIMIT 1000`);
}

/** The longest sweep of a job over a parameter, run by run: all that one user asked of the job in its time. */
export async function readLongest(study: Study, sweeps: QueryHandle, row: number): Promise<QueryHandle> {
  const { ctx, asked, leftOut } = study;
  const text = (column: string) => sweeps.text(row, column) ?? '';
  return ctx.query(
    `SELECT _sh_part, _sh_row_number, epoch_us(${asked}) AS asked_us, CAST(${identifier(text('key'))} AS VARCHAR) AS parameter_value
FROM data
WHERE ${leftOut} IS NULL AND ${identifier(ctx.role('parameters') ?? '')} IS NOT NULL AND ${groupName(ctx, 'activity')} = CAST($1 AS VARCHAR)
  AND ${groupName(ctx, 'user')} = CAST($2 AS VARCHAR) AND ${asked} BETWEEN CAST($3 AS TIMESTAMP) AND CAST($4 AS TIMESTAMP)
ORDER BY asked_us, _sh_part, _sh_row_number
LIMIT 25`,
    [text('name'), text('longest_asker'), text('longest_asked_from'), text('longest_asked_to')],
  );
}

function tenths({ ctx }: Study): number {
  return Math.round(10 * Number(ctx.settings['smallest_distinct_percent']));
}

/**
 * The runs of series with enough runs, with the parameters as `key_0`, `key_1` …: a series is one job by one user, with
 * no gap longer than the setting, that takes a day at most: what never pauses for longer is no piece of work. A series
 * with fewer texts than a sweep has values is none; parameters are read of the others only.
 */
function withSeries(study: Study): string {
  const { ctx, asked, service, window, leftOut, adjustable, keys } = study;
  const gap = Math.round(Number(ctx.settings['longest_gap_s']) * 1e6);
  const text = identifier(ctx.role('parameters') ?? '');
  const order = 'PARTITION BY name, asker ORDER BY asked_us, _sh_part, _sh_row_number';
  return `WITH runs AS (
  SELECT ${groupName(ctx, 'activity')} AS name, ${groupName(ctx, 'user')} AS asker, epoch_us(${asked}) AS asked_us, ${text} AS work, _sh_part, _sh_row_number
  FROM data WHERE ${leftOut} IS NULL AND ${asked} IS NOT NULL AND ${text} IS NOT NULL
), gaps AS (
  SELECT *, CASE WHEN asked_us - lag(asked_us) OVER (${order}) <= ${gap} THEN 0 ELSE 1 END AS begins FROM runs
), numbered AS (
  SELECT *, sum(begins) OVER (${order} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS series FROM gaps
), long AS (
  SELECT name, asker, series FROM numbered GROUP BY ALL HAVING count(*) >= ${Number(ctx.settings['fewest_series_runs'])} AND max(asked_us) - min(asked_us) <= ${DAY_US}
    AND count(DISTINCT work) * 1000 >= ${tenths(study)} * count(*)
), members AS (
  SELECT name, asker, series, asked_us, _sh_part, _sh_row_number, ${service} AS service_us, ${adjustable} AS adjustable,
    ${window} = 'close' AS in_close, ${keys.map((key, i) => `CAST(${identifier(key)} AS VARCHAR) AS key_${i}`).join(', ')}
  FROM numbered JOIN long USING (name, asker, series) JOIN data USING (_sh_part, _sh_row_number)
)`;
}
