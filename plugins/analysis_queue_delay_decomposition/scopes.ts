import {
  ACTIONABILITY,
  CLOSE_FIELDS,
  CLOSE_WINDOW,
  type FieldInput,
  fieldOf,
  type QueryHandle,
  threshold,
} from '../../src/sdk/index.ts';
import { excessOf, isClearlyAbove, reachOf } from './ranking.ts';
import type { Study } from './study.ts';
import { ALL, type Totals } from './totals.ts';

/** Two sides that the runs fall into, by row of the totals, with the titles for more than its share on each. */
interface Sides {
  readonly rows: Readonly<Record<string, number>>;
  readonly titles: Readonly<Record<string, string>>;
  readonly spread: string;
}

/** What share of the over-threshold wait falls into the close window, and what share of the runs does. */
export function reportClose(study: Study, totals: Totals): void {
  const { ctx, log } = study;
  if (log.queued === undefined) {
    ctx.notLookedFor('There are no queue times: runs are not told apart into close and open.', {
      kinds: ['wait_close_versus_open'],
    });
    return;
  }
  const close = totals.row({ dimension: ALL, window: 'close' });
  const open = totals.row({ dimension: ALL, window: 'open' });
  if (close === undefined || open === undefined) {
    ctx.notLookedFor('All runs fall on one side of the close window: close and open are not compared.', {
      kinds: ['wait_close_versus_open'],
    });
    return;
  }
  const verdict = judge(study, totals, {
    rows: { close, open },
    titles: {
      close:
        '{close_over_percent} of the over-threshold wait falls into the close window, on {close_waited_percent} of the runs with a known wait',
      open: '{open_over_percent} of the over-threshold wait falls outside the close window, on {open_waited_percent} of the runs with a known wait',
    },
    spread: 'The over-threshold wait is spread over close and open like the runs',
  });
  ctx.finding({
    kind: 'wait_close_versus_open',
    title: verdict.title,
    statement:
      `Of the runs with a known wait, {close_waited_percent} were queued in the close window (${CLOSE_WINDOW}); ` +
      'their over-threshold wait is {close_over_s}, {close_over_percent} of all. ' +
      'In the window {close_over_runs} of {close_waited_runs} runs with a known wait ({close_over_runs_percent}) ' +
      'waited longer than the threshold of {threshold_s}, outside it {open_over_runs} of {open_waited_runs} ({open_over_runs_percent}).',
    fields: { ...CLOSE_FIELDS, ...verdict.fields },
    estimate: { name: 'over_threshold_wait_in_close', field: 'close_over_s' },
    target: {},
    scope: { window: 'close' },
    how: 'exact_count',
    severity: verdict.severity,
    ranking: { effect: verdict.effect, reach: reachOf(totals), actionability: ACTIONABILITY.window },
    charts: ['over_threshold_wait_by_day_of_month'],
    limitations: [
      'The window is a setting and goes by the calendar; the real close may be shorter or longer.',
      'It compares totals: jobs that run only in the close are part of the difference.',
    ],
  });
}

/** The same for runs alone and runs in chains. */
export function reportChaining(study: Study, totals: Totals): void {
  const standalone = totals.row({ dimension: ALL, chaining: 'standalone' });
  const chained = totals.row({ dimension: ALL, chaining: 'chained' });
  if (standalone === undefined || chained === undefined) return;
  const verdict = judge(study, totals, {
    rows: { standalone, chained },
    titles: {
      standalone:
        '{standalone_over_percent} of the over-threshold wait is that of standalone runs, {standalone_waited_percent} of the runs with a known wait',
      chained:
        '{chained_over_percent} of the over-threshold wait is that of chained runs, {chained_waited_percent} of the runs with a known wait',
    },
    spread: 'The over-threshold wait is spread over standalone and chained runs like the runs',
  });
  study.ctx.finding({
    kind: 'wait_standalone_versus_chained',
    title: verdict.title,
    statement:
      'Of the runs with a known wait, {standalone_waited_percent} are standalone (no dependency, parent or chain); ' +
      'their over-threshold wait is {standalone_over_s}, {standalone_over_percent} of all; that of chained runs is {chained_over_s}. ' +
      '{standalone_over_runs} of {standalone_waited_runs} standalone runs with a known wait ({standalone_over_runs_percent}) ' +
      'waited longer than the threshold of {threshold_s}, and {chained_over_runs} of {chained_waited_runs} chained ones ({chained_over_runs_percent}).',
    fields: verdict.fields,
    estimate: { name: 'over_threshold_wait_of_standalone_runs', field: 'standalone_over_s' },
    target: {},
    scope: { chaining: 'standalone' },
    how: 'exact_count',
    severity: verdict.severity,
    ranking: { effect: verdict.effect, reach: reachOf(totals), actionability: ACTIONABILITY.other },
  });
}

/** Which side, if any, has clearly more of the over-threshold wait than of the runs. */
function judge(study: Study, { handle }: Totals, { rows, titles, spread }: Sides) {
  const above = Object.entries(rows).find(([, row]) => isClearlyAbove(study, handle, row));
  const fields = Object.entries(rows).map(([side, row]) => sideFields(handle, row, side));
  return {
    title: (above && titles[above[0]]) ?? spread,
    severity: above === undefined ? ('info' as const) : ('notice' as const),
    effect: above === undefined ? 0 : excessOf(handle, above[1]),
    fields: { ...Object.assign({}, ...fields), ...threshold } as Record<string, FieldInput>,
  };
}

const SIDE_COLUMNS = [
  'runs',
  'pre_eligible_s',
  'waited_runs',
  'waited_percent',
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
