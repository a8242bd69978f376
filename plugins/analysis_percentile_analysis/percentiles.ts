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

/** Bands of three octaves, with values from 0 up: 32 to 256 bins to a band, so that a bin is a thirty-second of its values wide at most. */
const [BANDS, BINS] = [14, 256];

/** A whole number that never falls as a value rises, as SQL: which bin the value is in. */
function binOf(us: string): string {
  const bands = Array.from({ length: BANDS }, (_, band) => {
    const width = 8 ** band;
    return `WHEN ${us} < ${BINS * width} THEN ${BINS * band} + ${us} // ${width}`;
  });
  return `CAST(CASE ${bands.join(' ')} ELSE ${BINS * BANDS} END AS INTEGER)`;
}

/**
 * Order statistics in two steps, so that no group is sorted whole: values are counted by bins, which tells the bin of each rank; the values of these bins alone are put in order. Equal values are counted together.
 */
function percentileSql(
  study: WaitStudy,
  runs: Runs,
  totals: readonly number[],
  measure: MeasureName,
): string {
  const { ctx, clock } = study;
  const us = measure === 'wait' ? clock.wait : clock.service;
  const counted = `${clock.leftOut} IS NULL AND ${us} >= 0`;
  const bin = binOf(us);
  const others = boundDimensions(study).filter((dimension) => dimension !== 'activity');
  const sided = (dimension: string, name: string, where: string) =>
    `SELECT '${dimension}' AS dimension, ${name} AS name, side, bin, sum(n) AS n, max(most_us) AS most_us FROM unfolded WHERE ${where} GROUP BY ALL`;
  const binned = [
    sided('all', `'all'`, `side <> 'unknown'`),
    sided('activity', 'job', `side <> 'unknown' AND job <> '${NO_NAME}'`),
    ...others.map(
      (dimension) =>
        `SELECT '${dimension}', ${groupName(ctx, dimension)}, 'all', ${bin}, count(*), max(${us}) FROM data
  WHERE ${counted} AND ${groupName(ctx, dimension)} <> '${NO_NAME}' GROUP BY ALL`,
    ),
  ];
  const side = `(side = 'all' OR side = ${clock.window} OR side = ${runs.chaining})`;
  const valued = (dimension: string, name: string, relation: string, where: string) =>
    `SELECT dimension, name, side, bin, ${us} AS us, count(*) AS n FROM wanted JOIN ${relation} ON dimension = '${dimension}' AND name = ${name} AND bin = ${bin}
  WHERE ${counted} AND ${where} GROUP BY ALL`;
  const picked = [
    ...RANKS.map((rank) => `min(us) FILTER (WHERE upto >= ${rank}) AS ${rank.replace('r', 'p')}_us`),
    'max(most_us) AS max_us',
  ];
  const shown = [...RANKS.map((rank) => rank.replace('r', 'p')), 'max'].map(secondsOf);
  return `${withRuns(
    runs,
    `cells AS (
  SELECT ${groupName(ctx, 'activity')} AS job, ${clock.window} AS close_window, ${runs.chaining} AS chaining, ${bin} AS bin, count(*) AS n, max(${us}) AS most_us
  FROM ${runs.relation} WHERE ${counted} GROUP BY ALL
), unfolded AS (
  SELECT job, unnest(['all', close_window, chaining]) AS side, bin, n, most_us FROM cells
), binned AS (
  ${binned.join('\n  UNION ALL ')}
), running AS (
  SELECT dimension, name, side, bin, sum(n) OVER (PARTITION BY dimension, name, side ORDER BY bin) - n AS before,
    n, sum(n) OVER (PARTITION BY dimension, name, side) AS runs, max(most_us) OVER (PARTITION BY dimension, name, side) AS most_us
  FROM binned
), ranks(total, ${RANKS.join(', ')}) AS (VALUES ${totals.map(ranksOf).join(', ')}
), wanted AS (
  SELECT running.*, ranks.* FROM running JOIN ranks ON runs = total
  WHERE ${RANKS.map((rank) => `(${rank} > before AND ${rank} <= before + n)`).join(' OR ')}
), valued AS (
  ${[
    valued('all', `'all'`, runs.relation, side),
    valued('activity', groupName(ctx, 'activity'), runs.relation, side),
    ...others.map((dimension) => valued(dimension, groupName(ctx, dimension), 'data', 'true')),
  ].join('\n  UNION ALL ')}
), within AS (
  SELECT dimension, name, side, bin, us, sum(n) OVER (PARTITION BY dimension, name, side, bin ORDER BY us) AS inside FROM valued
), ordered AS (
  SELECT wanted.*, us, before + inside AS upto FROM within JOIN wanted USING (dimension, name, side, bin)
), picked AS (
  SELECT dimension, name, side, runs, ${picked.join(', ')}
  FROM ordered GROUP BY dimension, name, side, runs
)`,
  )}
SELECT dimension, name, side, runs, ${shown.join(', ')}
FROM picked
ORDER BY dimension, name, side`;
}
