import type { Context } from '../context.ts';
import { deriveCloseWindow } from './close-window.ts';
import { type ProcessLog, readProcessLog } from './columns.ts';
import { deriveIntervals, type Intervals } from './intervals.ts';
import { deriveJobLabels, type JobLabels, noteUnknownJobs } from './left-out.ts';

/** Names of derived columns, as SQL. */
export interface Clock extends Intervals, JobLabels {
  /** `close`, `open` or `unknown`. */
  readonly window: string;
}

/** What every analysis of waits works on. */
export interface WaitStudy {
  readonly ctx: Context;
  readonly log: ProcessLog;
  readonly clock: Clock;
}

/** Derives intervals, close window and job labels. Undefined, with the reason as a note, where no wait can be computed. */
export async function beginWaitStudy(ctx: Context): Promise<WaitStudy | undefined> {
  const log = readProcessLog(ctx);
  if (log === undefined) return undefined;
  if (log.queued === undefined && log.eligible === undefined) {
    ctx.notLookedFor(
      'Neither queue times nor eligible times can be compared with the start times: no wait is computed.',
    );
    return undefined;
  }
  const clock = {
    ...(await deriveIntervals(ctx, log)),
    window: await deriveCloseWindow(ctx, log),
    ...(await deriveJobLabels(ctx, log)),
  };
  await noteUnknownJobs(ctx, log);
  return { ctx, log, clock };
}
