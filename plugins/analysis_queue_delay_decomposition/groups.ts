import type { FieldInput, QueryHandle } from '../../src/sdk/index.ts';
import { deriveAs } from './clock.ts';
import { csvOf } from './csv.ts';
import { fieldOf, fieldsOf, shareOf } from './measures.ts';
import type { WaitQuantiles } from './quantiles.ts';
import type { Study } from './study.ts';
import { DIMENSIONS, type Dimension, nameOf, type Totals } from './totals.ts';

const WORDS: Readonly<Record<Dimension, { readonly one: string; readonly many: string }>> = {
  activity: { one: 'job', many: 'jobs' },
  module: { one: 'module', many: 'modules' },
  user: { one: 'user', many: 'users' },
  resource: { one: 'server', many: 'servers' },
};

/** Who owns the over-threshold wait: a finding per job, and one with items for each other dimension. */
export async function reportGroups(study: Study, totals: Totals, quantiles: WaitQuantiles): Promise<void> {
  for (const dimension of DIMENSIONS) {
    if (study.ctx.role(dimension) === undefined) continue;
    const rows = reportedRows(study, totals, dimension);
    if (rows.length === 0) {
      const { one } = WORDS[dimension];
      study.ctx.note(
        `No single ${one} reaches the smallest share of the over-threshold wait that is reported.`,
      );
    } else if (dimension === 'activity') await reportActivities(study, totals, rows, quantiles);
    else reportDimension(study, totals, dimension, rows);
  }
}

/** Every group in every scope (close and open, standalone and chained, and both together), as a file. */
export async function writeTable({ ctx }: Study, { handle }: Totals): Promise<void> {
  await ctx.artifact({
    path: 'waits_by_group.csv',
    content: csvOf(handle),
    media_type: 'text/csv',
    title:
      'Waits by job, module, user and server, in close and open, standalone and chained (of each the thousand that wait most)',
  });
}

/** The groups worth a finding: the first few that reach the smallest share of interest. */
function reportedRows({ ctx }: Study, { handle, groups }: Totals, dimension: Dimension): number[] {
  const smallest = Number(ctx.settings['smallest_share_percent']);
  return groups(dimension)
    .filter(
      (row) =>
        handle.number(row, 'over_runs') !== 0 && shareOf(handle, row, 'over_percent') * 100 >= smallest,
    )
    .slice(0, Number(ctx.settings['top_groups']));
}

async function reportActivities(
  study: Study,
  totals: Totals,
  rows: readonly number[],
  quantiles: WaitQuantiles,
): Promise<void> {
  const { ctx } = study;
  const { handle } = totals;
  const column = await deriveAs(ctx, 'activity_name', nameOf(study, 'activity'));
  for (const row of rows) {
    const name = handle.text(row, 'name') ?? '';
    const adjustable = handle.text(row, 'adjustable') === 'true';
    const fields = { ...groupFields(totals, 'activity', row), ...quantiles(name) };
    ctx.finding({
      kind: 'wait_by_activity',
      title: '{name}: {over_s} of over-threshold wait, {over_percent} of all',
      statement: activityStatement(fields, adjustable),
      fields,
      estimate: { name: 'over_threshold_wait', field: 'over_s' },
      target: { activity: { field: 'name' } },
      how: 'exact_count',
      severity: 'notice',
      ranking: {
        effect: shareOf(handle, row, 'over_percent'),
        reach: 1,
        actionability: adjustable ? 0.7 : 0,
      },
      rows: await longestOf(study, column, name),
      limitations: ['It says who waits, not who causes the wait.'],
    });
  }
}

function activityStatement(fields: Readonly<Record<string, FieldInput>>, adjustable: boolean): string {
  const sentences = [
    '{over_runs} of {waited_runs} runs of {name} ({over_runs_percent}) waited longer than the threshold, {over_s} in all: ' +
      '{over_percent} of all such wait, while the job makes up {runs_percent} of the runs.',
    'Half of its runs waited {median_wait_s} or less.',
  ];
  if ('over_close_s' in fields) {
    sentences.push(
      'over_open_s' in fields
        ? 'Of that wait, {over_close_s} falls into the close window and {over_open_s} outside it.'
        : 'All its runs were queued in the close window.',
    );
  }
  if (!adjustable) sentences.push('The job is marked as not adjustable.');
  return sentences.join(' ');
}

function reportDimension(
  { ctx }: Study,
  totals: Totals,
  dimension: Exclude<Dimension, 'activity'>,
  rows: readonly number[],
): void {
  const { handle } = totals;
  const { one, many } = WORDS[dimension];
  const [top = 0] = rows;
  if ((handle.number(top, 'all_groups') ?? 0) <= 1) {
    ctx.note(`All runs share one ${one}: the wait is not shared out by ${one}.`);
    return;
  }
  const excess = Math.max(0, shareOf(handle, top, 'over_percent') - shareOf(handle, top, 'runs_percent'));
  const spread = excess * 100 < Number(ctx.settings['smallest_share_percent']);
  ctx.finding({
    kind: `wait_by_${dimension}`,
    title: spread
      ? `By ${one}: the over-threshold wait is spread like the runs`
      : `By ${one}: {name} has {over_percent} of the over-threshold wait`,
    statement:
      `Of {all_groups} ${many}, {name} has the largest share of the over-threshold wait: {over_s}, {over_percent} of it, ` +
      'on {runs_percent} of the runs; {over_runs} of its {waited_runs} runs waited too long.',
    fields: { ...groupFields(totals, dimension, top), all_groups: handle.cell(top, 'all_groups') },
    estimate: { name: 'over_threshold_wait', field: 'over_s' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: excess, reach: 1, actionability: 0.3 },
    items: rows.map((row) => ({
      title: '{name}',
      statement:
        '{over_s} over the threshold ({over_percent} of all) in {over_runs} of {waited_runs} runs; {runs_percent} of all runs.',
      fields: groupFields(totals, dimension, row),
      estimate: { name: 'over_threshold_wait', field: 'over_s' },
    })),
    limitations: ['It says whose runs wait, not what causes the wait.'],
  });
}

const COLUMNS = [
  'name',
  'runs',
  'runs_percent',
  'pre_eligible_s',
  'waited_runs',
  'wait_s',
  'longest_wait_s',
  'over_runs',
  'over_runs_percent',
  'over_s',
  'over_percent',
  'service_s',
];

/** A whole group's numbers, and its over-threshold wait in each scope that it has runs in. */
function groupFields(totals: Totals, dimension: Dimension, row: number): Record<string, FieldInput> {
  const { handle } = totals;
  const name = handle.text(row, 'name');
  const scopes = [
    ...['close', 'open'].map((window) => [window, totals.row({ dimension, name, window })] as const),
    ...['standalone', 'chained'].map(
      (chaining) => [chaining, totals.row({ dimension, name, chaining })] as const,
    ),
  ];
  const parts = scopes.flatMap(([label, place]) =>
    place === undefined ? [] : [[`over_${label}_s`, fieldOf(handle, place, 'over_s')] as const],
  );
  return { ...fieldsOf(handle, row, COLUMNS), ...Object.fromEntries(parts) };
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
