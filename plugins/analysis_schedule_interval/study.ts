import {
  type Clock,
  type Context,
  deriveCloseWindow,
  deriveIntervals,
  deriveJobLabels,
  noteUnknownJobs,
  type ProcessLog,
  readProcessLog,
} from '../../src/sdk/index.ts';

/** What every part of the analysis works on; names of columns are SQL. */
export interface Study {
  readonly ctx: Context;
  readonly log: ProcessLog;
  /** When a run was asked for: queued, or eligible where no queue time is recorded. */
  readonly asked: string;
  /** The same names, for what is shared with other analyses of waits. */
  readonly clock: Clock;
  readonly over: string;
  readonly service: string;
  readonly window: string;
  readonly leftOut: string;
  readonly adjustable: string;
}

/** Undefined, with the reason as a note, where the log has no times that can be used. */
export async function beginStudy(ctx: Context): Promise<Study | undefined> {
  const log = readProcessLog(ctx);
  if (log === undefined) return undefined;
  const asked = log.queued ?? log.eligible;
  if (asked === undefined) {
    ctx.notLookedFor(
      'There are neither queue times nor eligible times that can be used: no schedule can be seen.',
    );
    return undefined;
  }
  const intervals = await deriveIntervals(ctx, log);
  const window = await deriveCloseWindow(ctx, log);
  const labels = await deriveJobLabels(ctx, log);
  await noteUnknownJobs(ctx, log);
  const clock = { ...intervals, window, ...labels };
  return { ctx, log, asked, clock, ...clock };
}
