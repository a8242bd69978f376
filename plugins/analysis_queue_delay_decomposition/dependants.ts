import {
  type FieldInput,
  fieldOf,
  groupName,
  identifier,
  type QueryHandle,
  secondsOf,
} from '../../src/sdk/index.ts';
import type { Study } from './study.ts';

/** What is to be said of over-threshold waits that hold the time until a prerequisite ended. */
export interface Dependants {
  /** Of a job; of the whole log, if left out. Empty where there are none. */
  of(job?: string): {
    readonly sentences: readonly string[];
    readonly fields: Readonly<Record<string, FieldInput>>;
  };
}

const NOTHING = { sentences: [], fields: {} };

/** Runs that name a prerequisite and have no eligible time wait, by definition, from being queued on. */
export async function readDependants({ ctx, log, clock }: Study): Promise<Dependants> {
  const link = ctx.role('depends_on');
  if (link === undefined || log.queued === undefined) return { of: () => NOTHING };
  const unknown = log.eligible === undefined ? 'true' : `${log.eligible} IS NULL`;
  const runs = await ctx.query(`WITH dependants AS (
  SELECT ${groupName(ctx, 'activity')} AS name, ${clock.over} AS over_us
  FROM data WHERE ${clock.leftOut} IS NULL AND ${clock.over} > 0 AND ${identifier(link)} IS NOT NULL AND ${unknown}
), jobs AS (
  SELECT grouping(name) AS is_all, name, count(*) AS dependant_runs, coalesce(sum(over_us), 0) AS dependant_over_us
  FROM dependants GROUP BY GROUPING SETS ((), (name))
)
SELECT is_all, name, dependant_runs, ${secondsOf('dependant_over')} FROM jobs ORDER BY is_all DESC, name`);
  return {
    of: (job) => {
      const row = [...runs.rows.keys()].find((at) =>
        job === undefined
          ? runs.text(at, 'is_all') === '1'
          : runs.text(at, 'is_all') === '0' && runs.text(at, 'name') === job,
      );
      return row === undefined || runs.number(row, 'dependant_runs') === 0 ? NOTHING : saidOf(runs, row);
    },
  };
}

function saidOf(runs: QueryHandle, row: number) {
  return {
    sentences: [
      'Of the runs over the threshold {dependant_runs} name a prerequisite and have no eligible time: their wait, {dependant_over_s}, counts from being queued on, and holds the time until the prerequisite ended.',
    ],
    fields: Object.fromEntries(
      ['dependant_runs', 'dependant_over_s'].map((name) => [name, fieldOf(runs, row, name)]),
    ),
  };
}
