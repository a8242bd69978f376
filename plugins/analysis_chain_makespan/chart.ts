import { withSteps } from '../../src/sdk/index.ts';
import { CHAINS, type Study } from './chains.ts';
import { criticalPath, ON_PATH } from './critical-path.ts';

/** Chains drawn, and runs of each: those that start first. */
const MOST_CHAINS = 3;
const MOST_RUNS = 16;

/** Timelines of the longest chains: a bar for each run, from its start to its end. */
export async function chartTimelines({ ctx, steps }: Study): Promise<string[]> {
  const query = await ctx.query(
    `${withSteps(
      steps,
      `${CHAINS},
longest AS (
  SELECT chain_id, kind, begin_us, row_number() OVER (ORDER BY makespan_us DESC, chain_id) AS place
  FROM chains ORDER BY makespan_us DESC, chain_id LIMIT ${MOST_CHAINS}
),
${criticalPath(ctx.rowCount, 'longest')}, drawn AS (
  SELECT case_id, kind, activity, at_us - begin_us AS from_us, end_us - begin_us AS to_us, _sh_part, _sh_row_number,
    ${ON_PATH} AS is_critical,
    row_number() OVER (PARTITION BY case_id ORDER BY at_us, _sh_part, _sh_row_number, chain_id) AS lane FROM members
)`,
    )}
SELECT concat(longest.place, '. ', drawn.kind, ' ', chain_id) AS chain, concat(lane, '. ', activity) AS run, lane,
  CAST(from_us AS DOUBLE) / 60000000 AS from_minutes, CAST(to_us AS DOUBLE) / 60000000 AS to_minutes,
  CASE WHEN is_critical THEN 'on the critical path' ELSE 'beside it' END AS path
FROM drawn JOIN longest ON case_id = chain_id
WHERE lane <= ${MOST_RUNS}
ORDER BY chain, lane`,
  );
  const name = ctx.chart({
    name: 'longest_chains',
    title: 'The longest chains, minute by minute',
    alternative: `The ${MOST_CHAINS} longest chains, one below the other: a bar for each run, from its start to its end, in minutes since the chain was queued (at most ${MOST_RUNS} runs of each, those that start first). Runs on the critical path stand out.`,
    query,
    spec: {
      mark: { type: 'bar' },
      width: 380,
      height: { step: 15 },
      encoding: {
        row: {
          field: 'chain',
          type: 'nominal',
          title: null,
          header: { labelAngle: 0, labelAlign: 'left', orient: 'top', labelLimit: 380 },
        },
        y: { field: 'run', type: 'nominal', title: null, sort: { field: 'lane', op: 'min' } },
        x: { field: 'from_minutes', type: 'quantitative', title: 'minutes since the chain was queued' },
        x2: { field: 'to_minutes' },
        color: {
          field: 'path',
          type: 'nominal',
          title: null,
          scale: {
            domain: ['on the critical path', 'beside it'],
            range: ['var(--series-5)', 'var(--line-strong)'],
          },
        },
      },
      resolve: { scale: { y: 'independent' } },
    },
  });
  return [name];
}
