import {
  groupName,
  NO_NAME,
  type QueryHandle,
  quantileRanks,
  type Runs,
  secondsOf,
  type WaitStudy,
  withRuns,
} from '../../src/sdk/index.ts';
import { boundDimensions, FEWEST_RUNS, type MeasureName } from './groups.ts';

/** In per cent. */
export const PERCENTILES = [50, 90, 95, 99] as const;
export const LEVEL = 0.95;

/** Percentiles of a measure with their intervals: a row for the log, for each group, and for each of their sides. */
export interface Percentiles {
  /** Columns: dimension, name, side, runs; p50_s, p50_low_s, p50_high_s and so on; max_s. An end without a rank is missing. */
  readonly handle: QueryHandle;
  row(dimension: string, name: string, side?: string): number | undefined;
  /** Rows of jobs, whole. */
  readonly jobs: readonly number[];
}

/** Undefined where the log has too few values. */
export async function readPercentiles(
  study: WaitStudy,
  runs: Runs,
  groups: QueryHandle,
  measure: MeasureName,
): Promise<Percentiles | undefined> {
  const counts = groups.rows.map((_, row) => groups.number(row, `${measure}_runs`) ?? 0);
  const totals = [...new Set(counts)].filter((n) => n >= FEWEST_RUNS).toSorted((a, b) => a - b);
  if (totals.length === 0) return undefined;
  const handle = await study.ctx.query(percentileSql(study, runs, totals, measure));
  const labels = handle.rows.map((_, row) =>
    ['dimension', 'name', 'side'].map((name) => handle.text(row, name)),
  );
  const rows = new Map(labels.map((label, row) => [JSON.stringify(label), row]));
  return {
    handle,
    row: (dimension, name, side = 'all') => rows.get(JSON.stringify([dimension, name, side])),
    jobs: [...labels.keys()].filter((row) => labels[row]?.[0] === 'activity' && labels[row]?.[2] === 'all'),
  };
}

/** Columns of ranks: of the percentile itself by nearest rank, and of the ends of its interval. */
const RANKS = PERCENTILES.flatMap((p) => [`r${p}`, `r${p}_low`, `r${p}_high`]);

function ranksOf(n: number): string {
  const cells = PERCENTILES.flatMap((p) => {
    const { low, high } = quantileRanks(n, p / 100, LEVEL);
    return [Math.ceil((n * p) / 100), low, high].map((rank) =>
      rank === null ? 'CAST(NULL AS BIGINT)' : String(rank),
    );
  });
  return `(${[n, ...cells].join(', ')})`;
}

/** Equal values are counted together; a rank is where the running count reaches it. */
function percentileSql(
  study: WaitStudy,
  runs: Runs,
  totals: readonly number[],
  measure: MeasureName,
): string {
  const { ctx, clock } = study;
  const us = measure === 'wait' ? clock.wait : clock.service;
  const counted = `${clock.leftOut} IS NULL AND ${us} >= 0`;
  const others = boundDimensions(study).filter((dimension) => dimension !== 'activity');
  const parts = [
    `SELECT 'all' AS dimension, 'all' AS name, side, us, sum(n) AS n FROM sided GROUP BY ALL`,
    `SELECT 'activity', name, side, us, sum(n) FROM sided WHERE name <> '${NO_NAME}' GROUP BY ALL`,
    ...others.map(
      (dimension) =>
        `SELECT '${dimension}', ${groupName(ctx, dimension)}, 'all', ${us}, count(*) FROM data
  WHERE ${counted} AND ${groupName(ctx, dimension)} <> '${NO_NAME}' GROUP BY ALL`,
    ),
  ];
  const picked = [
    ...RANKS.map((rank) => `min(us) FILTER (WHERE upto >= ${rank}) AS ${rank.replace('r', 'p')}_us`),
    'max(us) AS max_us',
  ];
  const shown = [...RANKS.map((rank) => rank.replace('r', 'p')), 'max'].map(secondsOf);
  return `${withRuns(
    runs,
    `cells AS (
  SELECT ${groupName(ctx, 'activity')} AS name, ${clock.window} AS close_window, ${runs.chaining} AS chaining, ${us} AS us, count(*) AS n
  FROM ${runs.relation} WHERE ${counted} GROUP BY ALL
), unfolded AS (
  SELECT name, unnest(['all', close_window, chaining]) AS side, us, n FROM cells
), sided AS (SELECT name, side, us, n FROM unfolded WHERE side <> 'unknown'
), counts AS (
  ${parts.join('\n  UNION ALL ')}
), running AS (
  SELECT dimension, name, side, us, sum(n) OVER (PARTITION BY dimension, name, side ORDER BY us) AS upto,
    sum(n) OVER (PARTITION BY dimension, name, side) AS runs
  FROM counts
), ranks(total, ${RANKS.join(', ')}) AS (VALUES ${totals.map(ranksOf).join(', ')}
), picked AS (
  SELECT dimension, name, side, runs, ${picked.join(', ')}
  FROM running JOIN ranks ON runs = total GROUP BY dimension, name, side, runs
)`,
  )}
SELECT dimension, name, side, runs, ${shown.join(', ')}
FROM picked
ORDER BY dimension, name, side`;
}
