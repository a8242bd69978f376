import { percent, type QueryHandle, STEP_ORDER, seconds, withSteps } from '../../src/sdk/index.ts';
import type { Study } from './totals.ts';

/** Rows of a table that is handed over; the rest is rarer. */
export const MOST_ROWS = 5000;
/** Steps of a variant that its text shows. */
const MOST_STEPS = 100;

export interface Counts {
  readonly totals: QueryHandle;
  /** By cases, the most frequent first; `variants` is how many there are. */
  readonly variants: QueryHandle;
  /** By count, the most frequent first; `edges` is how many there are. */
  readonly edges: QueryHandle;
  /** By events, the most frequent first. */
  readonly activities: QueryHandle;
}

/** Steps by their place in the case. Steps at equal times are in the order of the rows. */
const PLACED = `placed AS (
  SELECT case_id, activity, at_us, row_number() OVER (${STEP_ORDER}) AS place,
    lead(activity) OVER (${STEP_ORDER}) AS next_activity, lead(at_us) OVER (${STEP_ORDER}) AS next_us
  FROM steps
)`;

/** A variant is the order of activities of a case; two of 120 bits in common are one. */
const VARIANTS = `marked AS (
  SELECT case_id, at_us, md5(concat_ws(':', place, activity)) AS mark FROM placed
), cases AS (
  SELECT case_id, count(*) AS steps, max(at_us) - min(at_us) AS took_us,
    sum(CAST(concat('0x', substr(mark, 1, 15)) AS BIGINT)) AS mark_1,
    sum(CAST(concat('0x', substr(mark, 16, 15)) AS BIGINT)) AS mark_2
  FROM marked GROUP BY case_id
), variants AS (
  SELECT mark_1, mark_2, steps, count(*) AS cases, min(case_id) AS example, quantile_disc(took_us, 0.5) AS median_us
  FROM cases GROUP BY mark_1, mark_2, steps
), ranked AS (
  SELECT example, steps, cases, median_us, row_number() OVER (ORDER BY cases DESC, steps, example, mark_1, mark_2) AS place_of_variant,
    count(*) OVER () AS variants, sum(cases) OVER () AS all_cases,
    sum(cases) OVER (ORDER BY cases DESC, steps, example, mark_1, mark_2 ROWS UNBOUNDED PRECEDING) AS cases_up_to
  FROM variants
)`;

export async function readVariants({ ctx, steps }: Study): Promise<QueryHandle> {
  return ctx.query(
    `${withSteps(steps, `${PLACED},\n${VARIANTS}`)}
SELECT place_of_variant AS variant, cases, ${percent('cases', 'all_cases')} AS cases_percent,
  ${percent('cases_up_to', 'all_cases')} AS cases_up_to_percent, steps, ${seconds('median_us')} AS median_s,
  string_agg(activity, ' → ' ORDER BY place, activity) FILTER (WHERE place <= ${MOST_STEPS}) AS activities, variants
FROM ranked JOIN placed ON case_id = example
WHERE place_of_variant <= ${MOST_ROWS}
GROUP BY ALL
ORDER BY variant`,
  );
}

export async function readEdges({ ctx, steps }: Study): Promise<QueryHandle> {
  return ctx.query(
    `${withSteps(steps, PLACED)}, edges AS (
  SELECT activity AS from_activity, next_activity AS to_activity, count(*) AS times, quantile_disc(next_us - at_us, 0.5) AS median_us
  FROM placed WHERE next_activity IS NOT NULL GROUP BY ALL
)
SELECT from_activity, to_activity, times, ${percent('times', 'sum(times) OVER (PARTITION BY from_activity)')} AS of_from_percent,
  ${seconds('median_us')} AS median_s, count(*) OVER () AS edges
FROM edges
ORDER BY times DESC, from_activity, to_activity
LIMIT ${MOST_ROWS}`,
  );
}

export async function readActivities({ ctx, steps }: Study): Promise<QueryHandle> {
  return ctx.query(
    `${withSteps(steps, PLACED)}, in_cases AS (
  SELECT case_id, activity, count(*) AS times, count(*) FILTER (WHERE place = 1) AS starts,
    count(*) FILTER (WHERE next_activity IS NULL) AS ends, sum(place) AS places
  FROM placed GROUP BY ALL
)
SELECT activity, sum(times) AS events, count(*) AS cases, sum(starts) AS start_cases, sum(ends) AS end_cases,
  count(*) FILTER (WHERE times > 1) AS repeating_cases, ${percent('count(*) FILTER (WHERE times > 1)', 'count(*)')} AS repeating_percent,
  sum(times) - count(*) AS repeats, max(times) AS most_times, sum(places) // sum(times) AS mean_place
FROM in_cases
GROUP BY activity
ORDER BY events DESC, activity
LIMIT ${MOST_ROWS}`,
  );
}
