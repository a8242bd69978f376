import { type QueryHandle, shareOf, smallestEffect } from '../../src/sdk/index.ts';
import type { Study } from './study.ts';
import { ALL, type Totals } from './totals.ts';

/** The reach of every finding on over-threshold wait: the share of runs that have any. */
export function reachOf(totals: Totals): number {
  const all = totals.row({ dimension: ALL });
  return all === undefined ? 0 : shareOf(totals.handle, all, 'over_runs_percent');
}

/** How far some runs' share of the over-threshold wait is above their share of the runs, in 0 … 1. */
export function excessOf(handle: QueryHandle, row: number): number {
  return Math.max(0, shareOf(handle, row, 'over_percent') - shareOf(handle, row, 'waited_percent'));
}

/**
 * True where some runs' share of the over-threshold wait is clearly above their share of the runs with a known wait:
 * by the difference of the two shares, and by the ratio of the over-threshold wait per run to that of all other runs,
 * both at least what the settings call the smallest of interest. Compares the percentages that the report shows. (The
 * ratio is to the others and not to all runs, which a group of four fifths of the runs could never exceed by a quarter.)
 */
export function isClearlyAbove({ ctx }: Study, handle: QueryHandle, row: number): boolean {
  const [wait, runs] = [tenths(handle, row, 'over_percent'), tenths(handle, row, 'waited_percent')];
  const ratio = (wait * (WHOLE - runs)) / (runs * (WHOLE - wait));
  return (
    wait > runs &&
    smallestEffect('smallest_excess_points', ctx.settings).reaches((wait - runs) / 10) &&
    smallestEffect('smallest_excess_ratio', ctx.settings).reaches(ratio)
  );
}

/** A hundred per cent in tenths. */
const WHOLE = 1000;

/** A percentage with one decimal as a whole number, so that differences are exact. */
function tenths(handle: QueryHandle, row: number, column: string): number {
  return Math.round((handle.number(row, column) ?? 0) * 10);
}
