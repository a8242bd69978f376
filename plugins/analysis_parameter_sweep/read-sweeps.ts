import { groupName, identifier, percent, type QueryHandle, secondsOf } from '../../src/sdk/index.ts';
import { withSeries, withValues } from './series.ts';
import { type Study, tenths } from './study.ts';

/** One row for each job and parameter that some series sweeps over; the one with most runs in sweeps first. */
export async function readSweeps(study: Study): Promise<QueryHandle> {
  return study.ctx.query(`${withSeries(study)}, ${withValues(study)}, counted AS (
  SELECT series_id, key, count(*) AS key_distinct FROM key_values GROUP BY ALL
), by_key AS (
  SELECT name, asker, series, adjustable, runs, asked_from, asked_to, close_runs, service_us, key, key_distinct
  FROM counted JOIN long USING (series_id)
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
