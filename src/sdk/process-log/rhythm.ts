/** A gap is regular within this part of the median gap. */
const TWENTIETH = 20;

/** Ticks as `analysis_schedule_interval` has them by default. */
export const RHYTHM = { sameTick: 5_000_000, fewestTicks: 20 };

/** Of `regular`: half of the gaps are regular, so that the job runs by the clock. */
export const BY_THE_CLOCK = 'regular_gaps * 2 >= ticks - 1';

/** What makes ticks of runs, and how many there have to be. */
export interface RhythmRequest {
  /** A CTE with the columns `name`, `schedule` (text) and `asked_us` (microseconds). */
  readonly runs: string;
  /** Runs that are asked for no later than this after the one before are of the same tick; microseconds. */
  readonly sameTick: number;
  readonly fewestTicks: number;
}

/**
 * CTEs to put after WITH, of which `regular` has a row for each job and schedule with enough ticks: `name`, `schedule`,
 * `ticks`, `median_us` (the median gap between ticks, by nearest rank) and `regular_gaps`, those within a twentieth of it.
 * Of exponential gaps 3.5 % are regular.
 */
export function rhythmCtes({ runs, sameTick, fewestTicks }: RhythmRequest): string {
  return `moments AS (
  SELECT name, schedule, asked_us, lag(asked_us) OVER (PARTITION BY name, schedule ORDER BY asked_us) AS before_us
  FROM (SELECT DISTINCT name, schedule, asked_us FROM ${runs}) AS asked
), ticks AS (
  SELECT name, schedule, asked_us, lag(asked_us) OVER (PARTITION BY name, schedule ORDER BY asked_us) AS before_us
  FROM (
    SELECT DISTINCT name, schedule, asked_us FROM moments
    WHERE before_us IS NULL OR asked_us - before_us > ${sameTick}
  ) AS firsts
), medians AS (
  SELECT name, schedule, count(*) AS ticks, quantile_disc(asked_us - before_us, 0.5) AS median_us
  FROM ticks GROUP BY ALL HAVING count(*) >= ${fewestTicks}
), regular AS (
  SELECT name, schedule, ticks, median_us,
    count(*) FILTER (WHERE abs(asked_us - before_us - median_us) * ${TWENTIETH} <= median_us) AS regular_gaps
  FROM ticks JOIN medians USING (name, schedule) GROUP BY ALL
)`;
}
