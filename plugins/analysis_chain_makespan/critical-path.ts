import {
  fieldsOf,
  jobActionability,
  NOT_ADJUSTABLE,
  pathCtes,
  percent,
  type QueryHandle,
  seconds,
  shareOf,
  withSteps,
} from '../../src/sdk/index.ts';
import { CHAINS, type Study } from './chains.ts';

const MOST_ROWS = 5000;

/** Of a row of `members`: whether it is on the path. */
export const ON_PATH =
  'coalesce(from_the_end = 1 OR (case_id, own_id) IN (SELECT path_case, member FROM path), false)';

/**
 * CTEs after `chains`: `critical`, a row for each run on the critical path of its chain, traced back from the run that
 * ends last along what each run follows. `took_us` goes from the end of the run before on the path (the beginning of the
 * chain) to its own end, `before_us` is the part of it before its start; below zero where it starts before that end.
 */
export function criticalPath(rows: number, chains = 'chains'): string {
  return `members AS (
  SELECT case_id, chain_id, own_id, follows_id, _sh_part, _sh_row_number, activity, adjustable, at_us, end_us, kind, begin_us,
    row_number() OVER (PARTITION BY case_id ORDER BY end_us DESC, at_us DESC, _sh_part, _sh_row_number, chain_id) AS from_the_end
  FROM timed JOIN ${chains} ON case_id = chain_id
), path_links AS (
  SELECT case_id AS path_case, own_id AS member, min(follows_id) AS above FROM members
  WHERE own_id IS NOT NULL AND follows_id IS NOT NULL GROUP BY ALL
), path_starts AS (
  SELECT case_id AS path_case, follows_id AS member FROM members WHERE from_the_end = 1 AND follows_id IS NOT NULL
), ${pathCtes('path', 'path_starts', 'path_links', rows)}, critical AS (
  SELECT case_id, _sh_part, _sh_row_number, activity, adjustable, kind, end_us - at_us AS service_us,
    end_us - coalesce(lag(end_us) OVER (PARTITION BY case_id ORDER BY end_us, at_us, _sh_part, _sh_row_number, chain_id), begin_us) AS took_us
  FROM members WHERE ${ON_PATH}
)`;
}

/** Time on the critical paths by kind of chain and step; kinds by their total, the longest first. */
export async function readPaths({ ctx, steps }: Study): Promise<QueryHandle> {
  return ctx.query(
    `${withSteps(steps, `${CHAINS},\n${criticalPath(ctx.rowCount)}`)}, by_step AS (
  SELECT kind, activity, bool_and(adjustable) AS adjustable, count(*) AS runs, count(DISTINCT case_id) AS chains, sum(took_us) AS took_us,
    sum(service_us) AS service_us, quantile_disc(took_us, 0.5) AS median_us
  FROM critical GROUP BY kind, activity
), kinds AS (SELECT kind AS of_kind, count(*) AS kind_chains, sum(makespan_us) AS kind_us FROM chains GROUP BY kind)
SELECT kind, activity, adjustable, kind_chains, chains, runs, ${seconds('took_us')} AS took_s, ${percent('took_us', 'kind_us')} AS took_percent,
  ${seconds('took_us - service_us')} AS before_s, ${percent('greatest(took_us - service_us, 0)', 'took_us')} AS before_percent,
  ${seconds('service_us')} AS service_s, ${seconds('median_us')} AS median_s, ${seconds('kind_us')} AS kind_s
FROM by_step JOIN kinds ON kind = of_kind
ORDER BY kind_us DESC, kind, took_us DESC, activity
LIMIT ${MOST_ROWS}`,
  );
}

const SHOWN = [
  ...['kind', 'activity', 'kind_chains', 'chains', 'took_s', 'took_percent', 'median_s', 'kind_s'],
  ...['before_s', 'before_percent', 'service_s'],
];

/** The step that holds each of the largest kinds of chains up, where one does. */
export async function reportBottlenecks(study: Study, paths: QueryHandle): Promise<void> {
  const { ctx } = study;
  const [smallest, fewest] = ['smallest_path_percent', 'fewest_chains'].map((key) =>
    Number(ctx.settings[key]),
  );
  const heads = paths.rows
    .map((_, row) => row)
    .filter((row) => row === 0 || paths.text(row, 'kind') !== paths.text(row - 1, 'kind'));
  const told = heads.filter(
    (row) =>
      (paths.number(row, 'kind_chains') ?? 0) >= (fewest ?? 0) &&
      (paths.number(row, 'took_percent') ?? 0) >= (smallest ?? 0),
  );
  if (told.length === 0)
    ctx.note('No step has enough of the critical path of a kind of chain to hold it up alone.');
  for (const row of told.slice(0, Number(ctx.settings['top_kinds'])))
    await reportBottleneck(study, paths, row);
}

async function reportBottleneck({ ctx, steps }: Study, paths: QueryHandle, row: number): Promise<void> {
  const adjustable = paths.text(row, 'adjustable') === 'true';
  ctx.finding({
    kind: 'chain_bottleneck',
    title: '{activity} holds {kind} chains up: {took_percent} of the time on their critical paths',
    statement: [
      'The {kind_chains} chains that {kind} starts take {kind_s} in all. Along their critical paths {activity} takes {took_s} of that ({took_percent}), more than any other step: half of the time {median_s} or more.',
      'Of that {before_s} ({before_percent}) go by before it starts, and {service_s} while it runs.',
      ...(adjustable ? [] : [NOT_ADJUSTABLE]),
    ].join(' '),
    fields: fieldsOf(paths, row, SHOWN),
    estimate: { name: 'time on the critical paths', field: 'took_s' },
    target: { chain: { field: 'kind' }, activity: { field: 'activity' } },
    how: 'exact_count',
    severity: 'notice',
    ranking: {
      effect: shareOf(paths, row, 'took_percent'),
      reach: Math.min(1, (paths.number(row, 'chains') ?? 0) / ctx.rowCount),
      actionability: jobActionability(adjustable),
    },
    rows: await ctx.query(
      `${withSteps(steps, `${CHAINS},\n${criticalPath(ctx.rowCount)}`)}
SELECT _sh_part, _sh_row_number, took_us FROM critical WHERE kind = CAST($1 AS VARCHAR) AND activity = CAST($2 AS VARCHAR)
ORDER BY took_us DESC, _sh_part, _sh_row_number LIMIT 25`,
      [paths.text(row, 'kind') ?? '', paths.text(row, 'activity') ?? ''],
    ),
    limitations: [
      'A shorter step makes the chain shorter by as much at most: another path may then be the longest.',
    ],
  });
}
