import type { FieldInput, QueryHandle } from '../../src/sdk/index.ts';
import { fieldOf, percent, SHOWN, sums } from './measures.ts';
import { type Study, withRuns } from './study.ts';

/** The decomposition of all runs and of every combination of close window and chaining. */
export interface Scopes {
  readonly handle: QueryHandle;
  /** Row of the result for a close window and a chaining label; `all` for either. */
  row(window: string, chaining: string): number | undefined;
  readonly waited: bigint;
  readonly overWaits: bigint;
}

/** The labels by which runs are told apart: each alone, both together, and neither. */
export function groupingSets(window: string, chaining: string, group?: string): string {
  const sets = [[], [window], [chaining], [window, chaining]];
  return sets.map((set) => `(${[...(group === undefined ? [] : [group]), ...set].join(', ')})`).join(', ');
}

export async function readScopes(study: Study): Promise<Scopes> {
  const { ctx, clock, runs } = study;
  const handle = await ctx.query(
    withRuns(
      study,
      `totals AS (
  SELECT coalesce(${clock.window}, 'all') AS close_window,
    coalesce(${runs.chaining}, 'all') AS chaining,
    ${sums(clock)}
  FROM ${runs.relation}
  WHERE NOT ${clock.watchdog}
  GROUP BY GROUPING SETS (${groupingSets(clock.window, runs.chaining)})
), base AS (SELECT runs AS all_runs, over_us AS all_over_us FROM totals WHERE close_window = 'all' AND chaining = 'all')
SELECT close_window, chaining, ${SHOWN},
  ${percent('runs', 'all_runs')} AS runs_percent,
  ${percent('over_us', 'all_over_us')} AS over_percent,
  ${percent('over_us', 'wait_us')} AS over_of_wait_percent,
  ${percent('over_runs', 'waited_runs')} AS over_runs_percent
FROM totals, base
ORDER BY close_window, chaining`,
    ),
  );
  const row = (window: string, chaining: string) => {
    const found = handle.rows.findIndex(
      (_, i) => handle.text(i, 'close_window') === window && handle.text(i, 'chaining') === chaining,
    );
    return found < 0 ? undefined : found;
  };
  const all = row('all', 'all');
  const count = (column: string) => (all === undefined ? 0n : (handle.bigint(all, column) ?? 0n));
  return { handle, row, waited: count('waited_runs'), overWaits: count('over_runs') };
}

/** What share of the over-threshold wait falls into the close window, and what share of the runs does. */
export function reportClose({ ctx, log }: Study, scopes: Scopes): void {
  const close = scopes.row('close', 'all');
  const open = scopes.row('open', 'all');
  if (log.queued === undefined) {
    ctx.note('There are no queue times: runs are not told apart into close and open.');
    return;
  }
  if (close === undefined || open === undefined) {
    ctx.note('All runs fall on one side of the close window: close and open are not compared.');
    return;
  }
  ctx.finding({
    kind: 'wait_close_versus_open',
    title: '{close_over_percent} of the over-threshold wait falls into the close window',
    statement:
      'Runs queued in the close window (day {first_day} to day {last_day} of the month) waited {close_over_s} over the threshold: ' +
      '{close_over_percent} of all such wait on {close_runs_percent} of the runs. ' +
      'In the window {close_over_runs_percent} of the runs waited too long ({close_over_runs} of {close_waited_runs}), ' +
      'outside it {open_over_runs_percent} ({open_over_runs} of {open_waited_runs}).',
    fields: {
      first_day: { setting: 'close_start_day' },
      last_day: { setting: 'close_end_day' },
      ...sideFields(scopes.handle, close, 'close'),
      ...sideFields(scopes.handle, open, 'open'),
    },
    estimate: { name: 'over_threshold_wait_in_close', field: 'close_over_s' },
    target: {},
    scope: { window: 'close' },
    how: 'exact_count',
    severity: 'notice',
    ranking: { effect: share(scopes.handle, close), reach: 1, actionability: 0.5 },
    charts: ['over_threshold_wait_by_day_of_month'],
    limitations: [
      'The window goes by the calendar; the real close may be shorter or longer.',
      'It compares totals: jobs that run only in the close are part of the difference.',
    ],
  });
}

/** The same for runs alone and runs in chains. */
export function reportChaining({ ctx }: Study, scopes: Scopes): void {
  const standalone = scopes.row('all', 'standalone');
  const chained = scopes.row('all', 'chained');
  if (standalone === undefined || chained === undefined) return;
  ctx.finding({
    kind: 'wait_standalone_versus_chained',
    title: '{standalone_over_percent} of the over-threshold wait is that of standalone runs',
    statement:
      'Standalone runs (no dependency, parent or chain) waited {standalone_over_s} over the threshold, {standalone_over_percent} ' +
      'of all such wait on {standalone_runs_percent} of the runs; {standalone_over_runs} of {standalone_waited_runs} waited too long. ' +
      'Chained runs waited {chained_over_s}; {chained_over_runs} of {chained_waited_runs} waited too long.',
    fields: {
      ...sideFields(scopes.handle, standalone, 'standalone'),
      ...sideFields(scopes.handle, chained, 'chained'),
    },
    estimate: { name: 'over_threshold_wait_of_standalone_runs', field: 'standalone_over_s' },
    target: {},
    scope: { chaining: 'standalone' },
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: share(scopes.handle, standalone), reach: 1, actionability: 0.2 },
  });
}

const SIDE_COLUMNS = [
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
  'pre_eligible_s',
  'service_s',
];

function sideFields(handle: QueryHandle, row: number, side: string): Record<string, FieldInput> {
  return Object.fromEntries(
    SIDE_COLUMNS.map((column) => [`${side}_${column}`, fieldOf(handle, row, column)]),
  );
}

function share(handle: QueryHandle, row: number): number {
  return Math.min(1, (handle.number(row, 'over_percent') ?? 0) / 100);
}
