import { identifier, type QueryHandle } from '../../src/sdk/index.ts';
import { deriveAs } from './clock.ts';
import { csvOf } from './csv.ts';
import { fieldsOf, percent, SHOWN, secondsOf, sums } from './measures.ts';
import { groupingSets } from './scopes.ts';
import { type Study, withRuns } from './study.ts';

const DIMENSIONS = ['activity', 'module', 'user', 'resource'] as const;
type Dimension = (typeof DIMENSIONS)[number];

const WORDS: Readonly<Record<Dimension, { readonly one: string; readonly many: string }>> = {
  activity: { one: 'job', many: 'jobs' },
  module: { one: 'module', many: 'modules' },
  user: { one: 'user', many: 'users' },
  resource: { one: 'server', many: 'servers' },
};

const COLUMNS = [
  'name',
  'runs',
  'runs_percent',
  'waited_runs',
  'wait_s',
  'median_wait_s',
  'p95_wait_s',
  'over_runs',
  'over_runs_percent',
  'over_s',
  'over_percent',
  'over_close_s',
  'over_open_s',
  'over_standalone_s',
  'over_chained_s',
  'pre_eligible_s',
  'service_s',
];

/** Who owns the over-threshold wait: a finding per job, one finding with items per other dimension, a table for each. */
export async function reportGroups(study: Study, withFindings: boolean): Promise<void> {
  for (const dimension of DIMENSIONS) {
    const column = study.ctx.role(dimension);
    if (column === undefined) continue;
    const name = await deriveAs(
      study.ctx,
      `name_of_${dimension}`,
      `coalesce(CAST(${identifier(column)} AS VARCHAR), '(none)')`,
    );
    await writeTable(study, dimension, name);
    if (!withFindings) continue;
    const handle = await rankedGroups(study, name);
    const rows = reportedRows(study, handle);
    if (dimension === 'activity') await reportActivities(study, name, handle, rows);
    else reportDimension(study, dimension, handle, rows);
  }
}

/** Groups by over-threshold wait, the largest first. */
async function rankedGroups(study: Study, name: string): Promise<QueryHandle> {
  const { ctx, clock, runs } = study;
  const over = (label: string, column: string) =>
    `coalesce(sum(${clock.over}) FILTER (WHERE ${column} = '${label}'), 0) AS over_${label}_us`;
  return ctx.query(
    withRuns(
      study,
      `groups AS (
  SELECT ${name} AS name,
    bool_and(${clock.adjustable}) AS adjustable,
    ${sums(clock)},
    ${over('close', clock.window)},
    ${over('open', clock.window)},
    ${over('standalone', runs.chaining)},
    ${over('chained', runs.chaining)}
  FROM ${runs.relation}
  WHERE NOT ${clock.watchdog}
  GROUP BY ALL
), base AS (SELECT sum(runs) AS all_runs, sum(over_us) AS all_over_us, count(*) FILTER (WHERE name <> '(none)') AS all_groups FROM groups)
SELECT name, adjustable, ${SHOWN},
  ${['over_close', 'over_open', 'over_standalone', 'over_chained'].map(secondsOf).join(',\n  ')},
  ${percent('runs', 'all_runs')} AS runs_percent,
  ${percent('over_us', 'all_over_us')} AS over_percent,
  ${percent('over_runs', 'waited_runs')} AS over_runs_percent,
  all_groups
FROM groups, base
ORDER BY over_us DESC, name
LIMIT ${Number(ctx.settings['top_groups'])}`,
    ),
  );
}

function reportedRows({ ctx }: Study, handle: QueryHandle): number[] {
  const smallest = Number(ctx.settings['smallest_share_percent']);
  return handle.rows
    .map((_, row) => row)
    .filter(
      (row) => handle.number(row, 'over_runs') !== 0 && (handle.number(row, 'over_percent') ?? 0) >= smallest,
    );
}

async function reportActivities(
  study: Study,
  name: string,
  handle: QueryHandle,
  rows: readonly number[],
): Promise<void> {
  const { ctx } = study;
  if (rows.length === 0)
    ctx.note('No single job reaches the smallest share of the over-threshold wait that is reported.');
  for (const row of rows) {
    const adjustable = handle.text(row, 'adjustable') === 'true';
    ctx.finding({
      kind: 'wait_by_activity',
      title: '{name} owns {over_percent} of the over-threshold wait',
      statement: activityStatement(study, adjustable),
      fields: fieldsOf(handle, row, COLUMNS),
      estimate: { name: 'over_threshold_wait', field: 'over_s' },
      target: { activity: { field: 'name' } },
      how: 'exact_count',
      severity: 'notice',
      ranking: {
        effect: Math.min(1, (handle.number(row, 'over_percent') ?? 0) / 100),
        reach: Math.min(1, (handle.number(row, 'over_runs_percent') ?? 0) / 100),
        actionability: adjustable ? 0.7 : 0.02,
      },
      rows: await longestOf(study, name, handle.text(row, 'name') ?? ''),
      limitations: ['It says who waits, not who causes the wait.'],
    });
  }
}

function activityStatement({ log }: Study, adjustable: boolean): string {
  const sentences = [
    '{over_runs} of {waited_runs} runs of {name} ({over_runs_percent}) waited longer than the threshold, {over_s} in all: ' +
      '{over_percent} of all such wait, while the job makes up {runs_percent} of the runs.',
    'Half of its runs waited {median_wait_s} or less.',
  ];
  if (log.queued !== undefined)
    sentences.push('Of that wait, {over_close_s} falls into the close window and {over_open_s} outside it.');
  if (!adjustable) sentences.push('The job is marked as not adjustable.');
  return sentences.join(' ');
}

function reportDimension(
  { ctx }: Study,
  dimension: Exclude<Dimension, 'activity'>,
  handle: QueryHandle,
  rows: readonly number[],
): void {
  const top = rows[0];
  const { one, many } = WORDS[dimension];
  if (top === undefined) {
    ctx.note(`No single ${one} reaches the smallest share of the over-threshold wait that is reported.`);
    return;
  }
  if ((handle.number(0, 'all_groups') ?? 0) <= 1) {
    ctx.note(`All runs share one ${one}: the wait is not shared out by ${one}.`);
    return;
  }
  const excess = excessShare(handle, top);
  const spread = excess * 100 < Number(ctx.settings['smallest_share_percent']);
  ctx.finding({
    kind: `wait_by_${dimension}`,
    title: spread
      ? `By ${one}: the over-threshold wait is spread like the runs`
      : `By ${one}: {name} owns {over_percent} of the over-threshold wait`,
    statement:
      `Of {all_groups} ${many}, {name} has the largest share of the over-threshold wait: {over_s}, {over_percent} of it, ` +
      'on {runs_percent} of the runs; {over_runs} of its {waited_runs} runs waited too long.',
    fields: fieldsOf(handle, top, [...COLUMNS, 'all_groups']),
    estimate: { name: 'over_threshold_wait', field: 'over_s' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: excess, reach: 0.5, actionability: 0.3 },
    items: rows.map((row) => ({
      title: '{name}',
      statement:
        '{over_s} over the threshold ({over_percent} of all) in {over_runs} of {waited_runs} runs; {runs_percent} of all runs.',
      fields: fieldsOf(handle, row, COLUMNS),
      estimate: { name: 'over_threshold_wait', field: 'over_s' },
    })),
    limitations: ['It says whose runs wait, not what causes the wait.'],
  });
}

/** How much larger a group's share of the over-threshold wait is than its share of the runs, in 0 … 1. */
function excessShare(handle: QueryHandle, row: number): number {
  const excess = (handle.number(row, 'over_percent') ?? 0) - (handle.number(row, 'runs_percent') ?? 0);
  return Math.min(1, Math.max(0, excess / 100));
}

/** The longest over-threshold waits of one job. */
async function longestOf({ ctx, clock }: Study, name: string, activity: string): Promise<QueryHandle> {
  return ctx.query(
    `SELECT _sh_part, _sh_row_number, ${clock.wait} AS wait_us
FROM data
WHERE ${clock.over} > 0 AND NOT ${clock.watchdog} AND ${name} = CAST($1 AS VARCHAR)
ORDER BY wait_us DESC, _sh_part, _sh_row_number
LIMIT 10`,
    [activity],
  );
}

/** Every group in every scope (close and open, standalone and chained, and both together), as a file. */
async function writeTable(study: Study, dimension: Dimension, name: string): Promise<void> {
  const { ctx, clock, runs } = study;
  const handle = await ctx.query(
    withRuns(
      study,
      `groups AS (
  SELECT ${name} AS name, coalesce(${clock.window}, 'all') AS close_window, coalesce(${runs.chaining}, 'all') AS chaining,
    ${sums(clock)}
  FROM ${runs.relation}
  WHERE NOT ${clock.watchdog}
  GROUP BY GROUPING SETS (${groupingSets(clock.window, runs.chaining, name)})
), largest AS (SELECT name FROM groups WHERE close_window = 'all' AND chaining = 'all' ORDER BY over_us DESC, wait_us DESC, name LIMIT 1000)
SELECT name AS ${identifier(dimension)}, close_window, chaining, ${SHOWN}
FROM groups
WHERE name IN (SELECT name FROM largest)
ORDER BY name, close_window, chaining`,
    ),
  );
  await ctx.artifact({
    path: `waits_by_${dimension}.csv`,
    content: csvOf(handle),
    media_type: 'text/csv',
    title: `Waits by ${WORDS[dimension].one}, in close and open, standalone and chained (the thousand ${WORDS[dimension].many} that wait most)`,
  });
}
