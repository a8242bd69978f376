import {
  type CaseSteps,
  type Context,
  percent,
  type QueryHandle,
  seconds,
  withSteps,
} from '../../src/sdk/index.ts';

export interface Study {
  readonly ctx: Context;
  readonly steps: CaseSteps;
}

/** Counts of the whole log, the time it spans, and the throughput times of its cases in whole microseconds. */
export async function readTotals({ ctx, steps }: Study): Promise<QueryHandle> {
  return ctx.query(
    `${withSteps(
      steps,
      `cases AS (
  SELECT case_id, count(*) AS steps, min(at_us) AS first_us, max(at_us) AS last_us FROM steps GROUP BY case_id
), whole AS (
  SELECT count(*) AS events, count(DISTINCT activity) AS activities, count(DISTINCT resource) AS resources,
    min(at_us) AS first_us, max(at_us) AS last_us
  FROM steps
), durations AS (
  SELECT count(*) AS cases, count(*) FILTER (WHERE steps = 1) AS single_step_cases, sum(last_us - first_us) AS throughput_sum_us,
    quantile_cont(last_us - first_us, 0.5) AS throughput_median_us,
    min(last_us - first_us) AS throughput_min_us, max(last_us - first_us) AS throughput_max_us
  FROM cases
)
SELECT events, cases, activities, resources, single_step_cases, ${percent('single_step_cases', 'cases')} AS single_step_percent,
  ${steps.timeOf('whole.first_us')} AS first_at, ${steps.timeOf('whole.last_us')} AS last_at,
  throughput_sum_us, throughput_median_us,
  ${seconds('throughput_min_us')} AS throughput_min_s, ${seconds('throughput_max_us')} AS throughput_max_s
FROM whole CROSS JOIN durations`,
    )}`,
  );
}
