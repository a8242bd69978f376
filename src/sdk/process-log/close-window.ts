import type { Context } from '../context.ts';
import type { FieldInput } from '../inputs.ts';
import { deriveAs, type ProcessLog } from './columns.ts';

/** The close window as a setting, in words, with the fields of `CLOSE_FIELDS`. */
export const CLOSE_WINDOW = 'by the setting close window, day {first_day} to day {last_day} of the month';
/** The days of the close window, from the settings. */
export const CLOSE_FIELDS: Readonly<Record<string, FieldInput>> = {
  first_day: { setting: 'close_start_day' },
  last_day: { setting: 'close_end_day' },
};

/**
 * Derives the label of a run by the calendar day on which it was queued, bounds included: `close`, `open`, or `unknown`
 * without a queue time. From the settings `close_start_day` and `close_end_day`; wraps round the month end where the
 * last day comes before the first.
 */
export function deriveCloseWindow(ctx: Context, log: ProcessLog): Promise<string> {
  return deriveAs(ctx, 'close_window', closeWindow(ctx, log));
}

function closeWindow(ctx: Context, { queued }: ProcessLog): string {
  if (queued === undefined) return `'unknown'`;
  return `CASE WHEN ${queued} IS NULL THEN 'unknown' WHEN ${inClose(ctx, queued)} THEN 'close' ELSE 'open' END`;
}

/** Whether a time (SQL) is on a day of the close, by the settings. */
export function inClose({ settings }: Context, time: string): string {
  const first = Number(settings['close_start_day']);
  const last = Number(settings['close_end_day']);
  const day = `day(${time})`;
  return `(${day} >= ${first} ${first <= last ? 'AND' : 'OR'} ${day} <= ${last})`;
}
