import { ACTIONABILITY, type WaitStudy } from '../../src/sdk/index.ts';
import type { Percentiles } from './percentiles.ts';

/** What is said of a job. */
export const SHOWN = [
  'name',
  'runs',
  'p50_s',
  'p50_low_s',
  'p50_high_s',
  'p95_s',
  'p95_low_s',
  'p95_high_s',
  'max_s',
];

/** Whether a job has runs enough for every end of an interval. */
export function hasBounds({ handle }: Percentiles, row: number): boolean {
  return ['p50_low_s', 'p50_high_s', 'p95_low_s', 'p95_high_s'].every(
    (name) => handle.text(row, name) !== null,
  );
}

/** Where every job told is one that can't be changed, there is nothing to act on. */
export function actionabilityOf(
  { ctx }: WaitStudy,
  { handle }: Percentiles,
  told: readonly number[],
): number {
  const fixed = ctx.settings['not_adjustable_activities'];
  const isFixed = (row: number) => Array.isArray(fixed) && fixed.includes(handle.text(row, 'name'));
  return told.every(isFixed) ? ACTIONABILITY.fixedJob : ACTIONABILITY.window;
}

/** Seconds. */
export function thresholdOf({ ctx }: WaitStudy): number {
  return Number(ctx.settings['threshold_s']);
}

/** A number in a row; 0 where it is missing. */
export function at({ handle }: Percentiles, row: number, column: string): number {
  return handle.number(row, column) ?? 0;
}
