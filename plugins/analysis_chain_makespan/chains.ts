import { type CaseSteps, type Context, STEP_ORDER } from '../../src/sdk/index.ts';

export interface Study {
  readonly ctx: Context;
  readonly steps: CaseSteps;
}

/**
 * CTEs after `steps`. `timed`: the runs with a start and an end that is not before it; `busy_until_us` is the last end of
 * those of the chain that started before. `chains`: a row for each chain of two such runs and more: `begin_us` (queued,
 * else started), `first_us` (first start), `last_us` (last end), `work_us` (sum of the runs), `gap_us` (between the first
 * start and the last end, when none of them runs; their union, so that parallel runs count once), `kind` (its first job).
 */
export const CHAINS = `timed AS (
  SELECT *, max(end_us) OVER (${STEP_ORDER} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until_us
  FROM steps WHERE end_us >= at_us
), all_chains AS (
  SELECT case_id AS chain_id, count(*) AS runs, min(least(coalesce(queued_us, at_us), at_us)) AS begin_us, min(at_us) AS first_us,
    max(end_us) AS last_us, sum(end_us - at_us) AS work_us, sum(greatest(at_us - busy_until_us, 0)) AS gap_us,
    first(activity ORDER BY at_us, _sh_part, _sh_row_number) AS kind
  FROM timed GROUP BY case_id
), chains AS (
  SELECT chain_id, kind, runs, begin_us, first_us, last_us, work_us, coalesce(gap_us, 0) AS gap_us, last_us - begin_us AS makespan_us,
    first_us - begin_us AS lead_us, first_us - begin_us + coalesce(gap_us, 0) AS idle_us
  FROM all_chains WHERE runs > 1
)`;
