import type { FieldInput, QueryHandle } from '../../src/sdk/index.ts';
import { fieldsOf, secondsOf } from './measures.ts';
import type { Study } from './study.ts';
import { ALL, nameOf } from './totals.ts';

/** Median and 95th percentile of the eligible waits of the log and of each job: fields, by the job's name. */
export type WaitQuantiles = (activity?: string | null) => Record<string, FieldInput>;

/** Order statistics by nearest rank: waits that occurred, not interpolated ones. */
export async function readQuantiles(study: Study): Promise<WaitQuantiles> {
  const { clock } = study;
  const handle: QueryHandle = await study.ctx.query(`WITH waits AS (
  SELECT ${nameOf(study, 'activity')} AS activity_name, ${clock.wait} AS wait_us
  FROM data WHERE ${clock.wait} >= 0 AND NOT ${clock.watchdog}
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
    return row === undefined ? {} : fieldsOf(handle, row, ['median_wait_s', 'p95_wait_s']);
  };
}
