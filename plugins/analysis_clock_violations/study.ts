import {
  type Context,
  deriveJobLabels,
  type FindingInput,
  type JobLabels,
  type ProcessLog,
  type QueryHandle,
  readProcessLog,
} from '../../src/sdk/index.ts';

/** Rows that a finding cites; the count beside them is of all. */
const MOST_CITED = 10_000;

export interface Study {
  readonly ctx: Context;
  readonly log: ProcessLog;
  readonly labels: JobLabels;
  /** Which rows count, as SQL: those of all jobs but the excluded ones. */
  readonly counted: string;
}

export async function beginStudy(ctx: Context): Promise<Study | undefined> {
  const log = readProcessLog(ctx);
  if (log === undefined) return undefined;
  const labels = await deriveJobLabels(ctx, log);
  return { ctx, log, labels, counted: `${labels.leftOut} IS DISTINCT FROM 'excluded'` };
}

/** The time columns that the log has, by what they are. */
export function timesOf({ queued, eligible, started, ended }: ProcessLog): Record<string, string> {
  const times = Object.entries({ queued, eligible, started, ended });
  return Object.fromEntries(times.flatMap(([name, sql]) => (sql === undefined ? [] : [[name, sql]])));
}

/** The rows in which a condition holds, with columns that show it. */
export function rowsWhere(
  { ctx, counted }: Study,
  condition: string,
  shown: readonly string[],
): Promise<QueryHandle> {
  return ctx.query(
    `SELECT ${['_sh_part', '_sh_row_number', ...shown].join(', ')}
FROM data
WHERE ${counted} AND (${condition})
ORDER BY _sh_part, _sh_row_number
LIMIT ${MOST_CITED}`,
  );
}

/** How a clock problem ranks: a large effect whatever its size, its reach the share of the rows. */
export function faultRanking(reach: number): NonNullable<FindingInput['ranking']> {
  return { effect: 0.7, reach, actionability: 0.5 };
}
