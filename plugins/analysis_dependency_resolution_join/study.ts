import {
  type Context,
  deriveJobLabels,
  groupName,
  idOf,
  noteUnknownJobs,
  type ProcessLog,
  pointedAt,
  readProcessLog,
} from '../../src/sdk/index.ts';

/**
 * The log joined with itself: `ctes`, to be put after WITH, end in `lags`, a row for each run that names another one as
 * its prerequisite. `matches` is how many rows have that run id; where it is one, `before_activity` and `ended_us` are of
 * that row. `lag_us` goes from its end to when the dependant is eligible (to its start, where the log has no such time),
 * `start_lag_us` to its start; both are below zero where a clock is wrong.
 */
export interface Study {
  readonly ctx: Context;
  readonly log: ProcessLog;
  readonly ctes: string;
  /** Whether lags go to the eligible time, and not to the start. */
  readonly toEligible: boolean;
}

export async function beginStudy(ctx: Context): Promise<Study | undefined> {
  const log = readProcessLog(ctx);
  const [link, runId] = [ctx.role('depends_on'), pointedAt(ctx, 'depends_on')];
  if (log === undefined || link === undefined || runId === undefined) return undefined;
  if (log.ended === undefined) {
    ctx.notLookedFor('The end times can not be compared with the start times: no lag is computed.');
    return undefined;
  }
  if (ctx.coverage.kind !== 'FULL' && ctx.coverage.column !== ctx.role('chain')) {
    ctx.notLookedFor(
      'The rows are a sample: a prerequisite that was not drawn looks as if it were not in the log, so that no lag is computed.',
    );
    return undefined;
  }
  const labels = await deriveJobLabels(ctx, log);
  await noteUnknownJobs(ctx, log);
  const [needs, id] = [idOf(ctx, link, [runId]), idOf(ctx, runId, [link])];
  const name = groupName(ctx, 'activity');
  const at = log.eligible ?? log.started;
  const ctes = `prerequisites AS (
  SELECT ${id} AS of_id, count(*) AS matches, max(${name}) AS before_activity, max(epoch_us(${log.ended})) AS ended_us
  FROM data WHERE ${id} IN (SELECT ${needs} FROM data WHERE ${needs} IS NOT NULL) GROUP BY ALL
), links AS (
  SELECT _sh_part, _sh_row_number, ${id} AS own_id, ${needs} AS needed_id, ${name} AS activity, ${labels.adjustable} AS adjustable,
    epoch_us(${at}) AS at_us, epoch_us(${log.started}) AS started_us
  FROM data WHERE ${needs} IS NOT NULL AND ${labels.leftOut} IS NULL
), lags AS (
  SELECT _sh_part, _sh_row_number, own_id, needed_id, activity, adjustable, coalesce(matches, 0) AS matches,
    own_id IS NOT DISTINCT FROM needed_id AS is_self, before_activity, ended_us,
    CASE WHEN matches = 1 AND own_id IS DISTINCT FROM needed_id THEN at_us - ended_us END AS lag_us,
    CASE WHEN matches = 1 AND own_id IS DISTINCT FROM needed_id THEN started_us - ended_us END AS start_lag_us
  FROM links LEFT JOIN prerequisites ON of_id = needed_id
)`;
  return { ctx, log, ctes, toEligible: log.eligible !== undefined };
}

/** The threshold in whole microseconds. */
export function thresholdUs({ settings }: Context): number {
  return Math.round(Number(settings['threshold_s']) * 1e6);
}
