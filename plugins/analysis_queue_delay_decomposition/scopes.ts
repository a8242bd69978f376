import type { FieldInput, QueryHandle } from '../../src/sdk/index.ts';
import { fieldOf, shareOf } from './measures.ts';
import type { Study } from './study.ts';
import { ALL, type Totals } from './totals.ts';

/** What share of the over-threshold wait falls into the close window, and what share of the runs does. */
export function reportClose({ ctx, log }: Study, totals: Totals): void {
  if (log.queued === undefined) {
    ctx.note('There are no queue times: runs are not told apart into close and open.');
    return;
  }
  const close = totals.row({ dimension: ALL, window: 'close' });
  const open = totals.row({ dimension: ALL, window: 'open' });
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
      ...sideFields(totals.handle, close, 'close'),
      ...sideFields(totals.handle, open, 'open'),
    },
    estimate: { name: 'over_threshold_wait_in_close', field: 'close_over_s' },
    target: {},
    scope: { window: 'close' },
    how: 'exact_count',
    severity: 'notice',
    ranking: { effect: excess(totals.handle, close), reach: 1, actionability: 0.5 },
    charts: ['over_threshold_wait_by_day_of_month'],
    limitations: [
      'The window goes by the calendar; the real close may be shorter or longer.',
      'It compares totals: jobs that run only in the close are part of the difference.',
    ],
  });
}

/** The same for runs alone and runs in chains. */
export function reportChaining({ ctx }: Study, totals: Totals): void {
  const standalone = totals.row({ dimension: ALL, chaining: 'standalone' });
  const chained = totals.row({ dimension: ALL, chaining: 'chained' });
  if (standalone === undefined || chained === undefined) return;
  ctx.finding({
    kind: 'wait_standalone_versus_chained',
    title: '{standalone_over_percent} of the over-threshold wait is that of standalone runs',
    statement:
      'Standalone runs (no dependency, parent or chain) waited {standalone_over_s} over the threshold, {standalone_over_percent} ' +
      'of all such wait on {standalone_runs_percent} of the runs; {standalone_over_runs} of {standalone_waited_runs} waited too long. ' +
      'Chained runs waited {chained_over_s}; {chained_over_runs} of {chained_waited_runs} waited too long.',
    fields: {
      ...sideFields(totals.handle, standalone, 'standalone'),
      ...sideFields(totals.handle, chained, 'chained'),
    },
    estimate: { name: 'over_threshold_wait_of_standalone_runs', field: 'standalone_over_s' },
    target: {},
    scope: { chaining: 'standalone' },
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: excess(totals.handle, standalone), reach: 1, actionability: 0.3 },
  });
}

const SIDE_COLUMNS = [
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

function sideFields(handle: QueryHandle, row: number, side: string): Record<string, FieldInput> {
  return Object.fromEntries(
    SIDE_COLUMNS.map((column) => [`${side}_${column}`, fieldOf(handle, row, column)]),
  );
}

/** How far the share of the wait is from the share of the runs, in 0 … 1. */
function excess(handle: QueryHandle, row: number): number {
  return Math.abs(shareOf(handle, row, 'over_percent') - shareOf(handle, row, 'runs_percent'));
}
