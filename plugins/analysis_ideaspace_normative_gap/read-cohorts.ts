import {
  BY_THE_CLOCK,
  groupName,
  identifier,
  literal,
  NO_NAME,
  type QueryHandle,
  RHYTHM,
  rhythmCtes,
  type WaitStudy,
} from '../../src/sdk/index.ts';

/** What runs of one job are told apart by: server, user, block of four hours. */
type Dimension = 'resource' | 'user' | 'hours';

/** The best cohort of one job and window in the even (0) or odd (1) weeks: that with the lowest mean wait. */
interface Best {
  readonly dimension: string;
  readonly name: string;
  readonly window: string;
  readonly cohort: string;
  readonly parity: number;
}

/**
 * For each job, window and dimension with at least two cohorts that have enough runs in both kinds of weeks: the best
 * cohort of the other kind of weeks against the others, a row for each week.
 */
export async function readLeads(study: WaitStudy): Promise<QueryHandle | undefined> {
  const chosen = bestCohorts(await study.ctx.query(cohortsSql(study)));
  return chosen.length === 0 ? undefined : study.ctx.query(leadsSql(study, chosen));
}

function bestCohorts(handle: QueryHandle): Best[] {
  const rows = [...handle.rows.keys()];
  const text = (row: number, column: string) => handle.text(row, column) ?? '';
  const mean = (row: number) => (handle.number(row, 'wait_us') ?? 0) / (handle.number(row, 'n') ?? 1);
  const groups = Map.groupBy(rows, (row) =>
    JSON.stringify(['dimension', 'name', 'close_window', 'parity'].map((column) => text(row, column))),
  );
  return [...groups.values()]
    .filter((group) => group.length >= 2)
    .map((group) => {
      const best = group.reduce((a, b) => (mean(b) < mean(a) ? b : a));
      return {
        dimension: text(best, 'dimension'),
        name: text(best, 'name'),
        window: text(best, 'close_window'),
        cohort: text(best, 'cohort'),
        parity: Number(text(best, 'parity')),
      };
    });
}

function cohortsSql(study: WaitStudy): string {
  return `${withWeeks(study)}
SELECT dimension, name, close_window, cohort, parity, sum(n) AS n, sum(s) AS wait_us
FROM weeks JOIN enough USING (dimension, name, close_window, cohort)
GROUP BY ALL ORDER BY dimension, name, close_window, cohort, parity`;
}

/** Weeks of a kind are compared by the cohort that was best in the weeks of the other kind. */
function leadsSql(study: WaitStudy, chosen: readonly Best[]): string {
  const rows = chosen.map(
    ({ dimension, name, window, cohort, parity }) =>
      `(${[dimension, name, window, cohort].map(literal).join(', ')}, ${1 - parity})`,
  );
  return `${withWeeks(study)}, chosen(dimension, name, close_window, best, parity) AS (VALUES ${rows.join(', ')}
)
SELECT dimension, name, close_window, parity, best, week,
  coalesce(sum(n) FILTER (WHERE cohort = best), 0) AS best_n, coalesce(sum(s) FILTER (WHERE cohort = best), 0) AS best_us,
  coalesce(sum(n) FILTER (WHERE cohort <> best), 0) AS other_n, coalesce(sum(s) FILTER (WHERE cohort <> best), 0) AS other_us, all_us
FROM weeks JOIN enough USING (dimension, name, close_window, cohort) JOIN chosen USING (dimension, name, close_window, parity) CROSS JOIN base
GROUP BY ALL
ORDER BY dimension, name, close_window, parity, week`;
}

/**
 * `weeks`: counts and waits of each cohort by week; `enough`: the cohorts with enough runs in both kinds of weeks. By time of
 * day only runs are compared that could come at another: those of a job that runs by the clock, or that follow
 * another run, are not.
 */
function withWeeks({ ctx, log, clock }: WaitStudy): string {
  const at = log.queued ?? log.eligible ?? log.started;
  const labels: readonly (readonly [Dimension, string])[] = [
    ...(['resource', 'user'] as const).flatMap((role) =>
      ctx.role(role) === undefined ? [] : [[role, groupName(ctx, role)] as const],
    ),
    ['hours', `CAST(hour(${at}) // 4 * 4 AS VARCHAR)`],
  ];
  const link = ctx.role('depends_on');
  const follows = link === undefined ? 'false' : `${identifier(link)} IS NOT NULL`;
  const columns = labels.map(([dimension]) => identifier(`of_${dimension}`)).join(', ');
  return `WITH runs AS (
  SELECT ${groupName(ctx, 'activity')} AS name, ${clock.window} AS close_window, CAST(date_trunc('week', ${at}) AS DATE) AS week,
    ${labels.map(([dimension, sql]) => `${sql} AS ${identifier(`of_${dimension}`)}`).join(', ')}, ${clock.wait} AS wait_us,
    ${follows} AS follows, epoch_us(${at}) AS asked_us
  FROM data WHERE ${clock.leftOut} IS NULL AND ${clock.adjustable} AND ${clock.wait} >= 0 AND ${at} IS NOT NULL
), jobs AS (
  SELECT name AS job, sum(wait_us) AS job_us FROM runs GROUP BY ALL
  ORDER BY job_us DESC, job LIMIT ${Number(ctx.settings['most_jobs'])}
), base AS (SELECT coalesce(sum(wait_us), 0) AS all_us FROM runs
), asked AS (SELECT name, '' AS schedule, asked_us FROM runs JOIN jobs ON name = job
), ${rhythmCtes({ runs: 'asked', ...RHYTHM })}, clocked AS (
  SELECT DISTINCT name AS clock_job FROM regular WHERE ${BY_THE_CLOCK}
), cells AS (
  SELECT name, close_window, week, ${columns}, follows OR clock_job IS NOT NULL AS is_bound, count(*) AS n, sum(wait_us) AS s
  FROM runs JOIN jobs ON name = job LEFT JOIN clocked ON name = clock_job GROUP BY ALL
), named AS (
  SELECT name, close_window, week, is_bound, n, s, unnest([${labels.map(([dimension]) => literal(dimension)).join(', ')}]) AS dimension,
    unnest([${columns}]) AS cohort
  FROM cells
), weeks AS (
  SELECT dimension, name, close_window, cohort, week, date_diff('day', DATE '1899-12-25', week) // 7 % 2 AS parity,
    sum(n) AS n, sum(s) AS s
  FROM named WHERE cohort <> '${NO_NAME}' AND NOT (is_bound AND dimension = 'hours') GROUP BY ALL
), sizes AS (
  SELECT dimension, name, close_window, cohort, parity, sum(n) AS runs FROM weeks GROUP BY ALL
), enough AS (
  SELECT dimension, name, close_window, cohort FROM sizes
  WHERE runs >= ${Number(ctx.settings['fewest_cohort_runs'])} GROUP BY ALL HAVING count(*) = 2
)`;
}
