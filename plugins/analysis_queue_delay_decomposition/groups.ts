import { ACTIONABILITY, freeName, resultCsv, shareOf } from '../../src/sdk/index.ts';
import type { Dependants } from './dependants.ts';
import { groupFields } from './group-fields.ts';
import { reportJobs } from './jobs.ts';
import type { QuantilesOf } from './quantiles.ts';
import { excessOf, isClearlyAbove, reachOf } from './ranking.ts';
import type { Study } from './study.ts';
import { DIMENSIONS, type Dimension, type Totals } from './totals.ts';

const WORDS: Readonly<Record<Dimension, { readonly one: string; readonly many: string }>> = {
  activity: { one: 'job', many: 'jobs' },
  module: { one: 'module', many: 'modules' },
  user: { one: 'user', many: 'users' },
  resource: { one: 'server', many: 'servers' },
};

/** Who owns the over-threshold wait: a finding per job, and one with items for each other dimension. */
export async function reportGroups(
  study: Study,
  totals: Totals,
  quantiles: QuantilesOf,
  dependants: Dependants,
): Promise<void> {
  for (const dimension of DIMENSIONS) {
    if (study.ctx.role(dimension) === undefined) continue;
    const rows = rowsOfInterest(study, totals, dimension);
    const { one } = WORDS[dimension];
    noteUntold(study, totals, dimension, rows);
    if (rows.length === 0) {
      study.ctx.note(
        `No single ${one} reaches the smallest share of the over-threshold wait that is reported.`,
      );
    } else if (hasOneGroup(totals, rows)) {
      study.ctx.notLookedFor(`All runs share one ${one}: the wait is not shared out by ${one}.`, {
        kinds: [`wait_by_${dimension}`],
      });
    } else if (dimension === 'activity') await reportJobRows(study, totals, rows, quantiles, dependants);
    else reportDimension(study, totals, dimension, rows);
  }
}

/** Names the groups that wait, but have no finding or item: what is known of them is in the table alone. */
function noteUntold(
  study: Study,
  { handle, groups }: Totals,
  dimension: Dimension,
  rows: readonly number[],
): void {
  const told = rows
    .filter((row) => dimension !== 'activity' || isClearlyAbove(study, handle, row))
    .slice(0, mostGroups(study));
  const untold = groups(dimension).filter(
    (row) => handle.number(row, 'over_runs') !== 0 && !told.includes(row),
  );
  if (untold.length === 0) return;
  const { one, many } = WORDS[dimension];
  study.ctx.notLookedFor(
    `${untold.length} ${untold.length === 1 ? `${one} has` : `${many} have`} over-threshold wait that is in waits_by_group.csv alone.`,
    { kinds: [`wait_by_${dimension}`], names: untold.map((row) => handle.text(row, 'name') ?? '') },
  );
}

/** Every group in every scope (close and open, standalone and chained, and both together), as a file. */
export async function writeTable({ ctx }: Study, { handle }: Totals): Promise<void> {
  await ctx.artifact({
    path: 'waits_by_group.csv',
    content: resultCsv(handle, ctx.coverage),
    media_type: 'text/csv',
    title:
      'Waits by job, module, user and server, in close and open, standalone and chained (of each the thousand that wait most)',
  });
}

/** The groups that reach the smallest share of interest, the one with most over-threshold wait first. */
function rowsOfInterest({ ctx }: Study, { handle, groups }: Totals, dimension: Dimension): number[] {
  const smallest = Number(ctx.settings['smallest_share_percent']);
  return groups(dimension).filter(
    (row) => handle.number(row, 'over_runs') !== 0 && shareOf(handle, row, 'over_percent') * 100 >= smallest,
  );
}

function hasOneGroup({ handle }: Totals, [top = 0]: readonly number[]): boolean {
  return (handle.number(top, 'all_groups') ?? 0) <= 1;
}

/** Jobs without clearly more of the over-threshold wait than of the runs are named in one note and are in the table alone. */
async function reportJobRows(
  study: Study,
  totals: Totals,
  rows: readonly number[],
  quantiles: QuantilesOf,
  dependants: Dependants,
): Promise<void> {
  const { handle } = totals;
  const own = rows.filter((row) => isClearlyAbove(study, handle, row));
  const others = rows.filter((row) => !own.includes(row)).map((row) => handle.text(row, 'name'));
  if (others.length > 0) {
    const names = others.slice(0, mostGroups(study)).join(', ');
    const more = others.length > mostGroups(study) ? ' and others' : '';
    study.ctx.note(
      `A job whose share of the over-threshold wait is not clearly above its share of the runs has no finding of its own, however much its runs wait: ${names}${more} (the longest wait first). waits_by_group.csv has them all.`,
    );
  }
  await reportJobs(study, totals, own.slice(0, mostGroups(study)), quantiles, dependants);
}

function mostGroups({ ctx }: Study): number {
  return Number(ctx.settings['top_groups']);
}

function reportDimension(
  study: Study,
  totals: Totals,
  dimension: Exclude<Dimension, 'activity'>,
  rows: readonly number[],
): void {
  const { handle } = totals;
  const { one, many } = WORDS[dimension];
  const above = rows.find((row) => isClearlyAbove(study, handle, row));
  const lead = above ?? rows[0] ?? 0;
  study.ctx.finding({
    kind: `wait_by_${dimension}`,
    title:
      above === undefined
        ? `By ${one}: the over-threshold wait is spread like the runs`
        : `By ${one}: {name} has {over_percent} of the over-threshold wait`,
    statement:
      `{name}, one of {all_groups} ${many}, has {over_s} of over-threshold wait: {over_percent} of all, ` +
      'with {waited_percent} of the runs with a known wait. ' +
      '{over_runs} of its {waited_runs} runs with a known wait waited longer than the threshold of {threshold_s}.' +
      (above === undefined ? ` No ${one} has clearly more of that wait than of the runs.` : ''),
    fields: { ...groupFields(totals, dimension, lead), all_groups: handle.cell(lead, 'all_groups') },
    estimate: { name: 'over_threshold_wait', field: 'over_s' },
    target: {},
    about: [study.ctx.role(dimension) ?? '', freeName(study.ctx, 'eligible_wait_us')],
    how: 'exact_count',
    severity: above === undefined ? 'info' : 'notice',
    ranking: {
      effect: above === undefined ? 0 : excessOf(handle, above),
      reach: reachOf(totals),
      actionability: ACTIONABILITY.other,
    },
    items: rows.slice(0, mostGroups(study)).map((row) => ({
      title: '{name}',
      statement:
        '{over_s} of over-threshold wait ({over_percent} of all); {over_runs} of its {waited_runs} runs with a known wait ' +
        'waited longer than the threshold of {threshold_s}; it has {waited_percent} of all runs with a known wait.',
      fields: groupFields(totals, dimension, row),
      estimate: { name: 'over_threshold_wait', field: 'over_s' },
    })),
    limitations: ['It says whose runs wait, not what causes the wait.'],
  });
}
