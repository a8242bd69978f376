import {
  groupName,
  identifier,
  literal,
  NO_NAME,
  type QueryHandle,
  type WaitStudy,
} from '../../src/sdk/index.ts';

/** What runs of one job are told apart by: server, user, block of four hours. */
type Dimension = 'resource' | 'user' | 'hours';

/** The best cohort of one job and window on the even (0) or odd (1) days: that with the lowest mean wait. */
interface Best {
  readonly dimension: string;
  readonly name: string;
  readonly window: string;
  readonly cohort: string;
  readonly parity: number;
}

/**
 * For each job, window and dimension with at least two cohorts that have enough runs on both kinds of days: the best
 * cohort of the other kind of days against the others, with the sums that a variance over days takes.
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
  return `${withDays(study)}
SELECT dimension, name, close_window, cohort, parity, sum(n) AS n, sum(s) AS wait_us
FROM days JOIN enough USING (dimension, name, close_window, cohort)
GROUP BY ALL ORDER BY dimension, name, close_window, cohort, parity`;
}

/** Days of a kind are compared by the cohort that was best on the days of the other kind. */
function leadsSql(study: WaitStudy, chosen: readonly Best[]): string {
  const rows = chosen.map(
    ({ dimension, name, window, cohort, parity }) =>
      `(${[dimension, name, window, cohort].map(literal).join(', ')}, ${1 - parity})`,
  );
  return `${withDays(study)}, chosen(dimension, name, close_window, best, parity) AS (VALUES ${rows.join(', ')}
), sides AS (
  SELECT dimension, name, close_window, parity, best, day,
    coalesce(sum(n) FILTER (WHERE cohort = best), 0) AS n1, coalesce(sum(s) FILTER (WHERE cohort = best), 0) AS s1,
    coalesce(sum(n) FILTER (WHERE cohort <> best), 0) AS n2, coalesce(sum(s) FILTER (WHERE cohort <> best), 0) AS s2
  FROM days JOIN enough USING (dimension, name, close_window, cohort) JOIN chosen USING (dimension, name, close_window, parity)
  GROUP BY ALL
)
SELECT dimension, name, close_window, parity, best, count(*) AS days, sum(n1) AS best_n, sum(s1) AS best_us, sum(n2) AS other_n,
  sum(s2) AS other_us, sum(n1 * n1) AS n1n1, sum(n1 * s1) AS n1s1, sum(s1 * s1) AS s1s1, sum(n2 * n2) AS n2n2,
  sum(n2 * s2) AS n2s2, sum(s2 * s2) AS s2s2, sum(n1 * n2) AS n1n2, sum(n1 * s2) AS n1s2, sum(s1 * n2) AS s1n2,
  sum(s1 * s2) AS s1s2, all_us
FROM sides CROSS JOIN base GROUP BY ALL
ORDER BY dimension, name, close_window, parity`;
}

/** `days`: counts and waits of each cohort by day; `enough`: the cohorts with enough runs on both kinds of days. */
function withDays({ ctx, log, clock }: WaitStudy): string {
  const at = log.queued ?? log.eligible ?? log.started;
  const labels: readonly (readonly [Dimension, string])[] = [
    ...(['resource', 'user'] as const).flatMap((role) =>
      ctx.role(role) === undefined ? [] : [[role, groupName(ctx, role)] as const],
    ),
    ['hours', `CAST(hour(${at}) // 4 * 4 AS VARCHAR)`],
  ];
  const columns = labels.map(([dimension]) => identifier(`of_${dimension}`)).join(', ');
  return `WITH runs AS (
  SELECT ${groupName(ctx, 'activity')} AS name, ${clock.window} AS close_window, CAST(${at} AS DATE) AS day,
    ${labels.map(([dimension, sql]) => `${sql} AS ${identifier(`of_${dimension}`)}`).join(', ')}, ${clock.wait} AS wait_us
  FROM data WHERE ${clock.leftOut} IS NULL AND ${clock.adjustable} AND ${clock.wait} >= 0 AND ${at} IS NOT NULL
), jobs AS (
  SELECT name AS job, sum(wait_us) AS job_us FROM runs GROUP BY ALL
  ORDER BY job_us DESC, job LIMIT ${Number(ctx.settings['most_jobs'])}
), base AS (SELECT coalesce(sum(wait_us), 0) AS all_us FROM runs
), cells AS (
  SELECT name, close_window, day, ${columns}, count(*) AS n, sum(wait_us) AS s FROM runs JOIN jobs ON name = job GROUP BY ALL
), named AS (
  SELECT name, close_window, day, n, s, unnest([${labels.map(([dimension]) => literal(dimension)).join(', ')}]) AS dimension,
    unnest([${columns}]) AS cohort
  FROM cells
), days AS (
  SELECT dimension, name, close_window, cohort, day, date_diff('day', DATE '1970-01-01', day) % 2 AS parity,
    sum(n) AS n, sum(s) AS s
  FROM named WHERE cohort <> '${NO_NAME}' GROUP BY ALL
), sizes AS (
  SELECT dimension, name, close_window, cohort, parity, sum(n) AS runs FROM days GROUP BY ALL
), enough AS (
  SELECT dimension, name, close_window, cohort FROM sizes
  WHERE runs >= ${Number(ctx.settings['fewest_cohort_runs'])} GROUP BY ALL HAVING count(*) = 2
)`;
}
