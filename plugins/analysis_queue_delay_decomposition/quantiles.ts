import { type FieldInput, fieldsOf, groupName, type QueryHandle, secondsOf } from '../../src/sdk/index.ts';
import type { Study } from './study.ts';
import { ALL } from './totals.ts';

/** Median and 95th percentile of some runs' eligible waits, and which of the two are no wait at all. */
export interface WaitQuantiles {
  readonly fields: Readonly<Record<string, FieldInput>>;
  readonly zeroMedian: boolean;
  readonly zeroP95: boolean;
}

/** Those of a job by its name, or of the log. Undefined where no run has a known wait. */
export type QuantilesOf = (activity?: string | null) => WaitQuantiles | undefined;

/** Order statistics by nearest rank: waits that occurred, not interpolated ones. */
export async function readQuantiles(study: Study): Promise<QuantilesOf> {
  const { clock } = study;
  const handle: QueryHandle = await study.ctx.query(`WITH waits AS (
  SELECT ${groupName(study.ctx, 'activity')} AS activity_name, ${clock.wait} AS wait_us
  FROM data WHERE ${clock.wait} >= 0 AND ${clock.leftOut} IS NULL
), ranked AS (
  SELECT coalesce('job ' || activity_name, '${ALL}') AS name, quantile_disc(wait_us, [0.5, 0.95]) AS ranks
  FROM waits GROUP BY GROUPING SETS ((), (activity_name))
), named AS (SELECT name, ranks[1] AS median_wait_us, ranks[2] AS p95_wait_us FROM ranked)
SELECT name, ${secondsOf('median_wait')}, ${secondsOf('p95_wait')}
FROM named
ORDER BY name`);
  const rows = new Map(handle.rows.map((_, row) => [handle.text(row, 'name'), row]));
  return (activity) => {
    const row = rows.get(activity === undefined ? ALL : `job ${activity}`);
    if (row === undefined) return undefined;
    return {
      fields: fieldsOf(handle, row, ['median_wait_s', 'p95_wait_s']),
      zeroMedian: handle.number(row, 'median_wait_s') === 0,
      zeroP95: handle.number(row, 'p95_wait_s') === 0,
    };
  };
}
