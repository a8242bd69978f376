import {
  type Context,
  deriveCloseWindow,
  deriveIntervals,
  deriveJobLabels,
  type Intervals,
  type JobLabels,
  labelChaining,
  noteUnknownJobs,
  type ProcessLog,
  type Runs,
  readProcessLog,
} from '../../src/sdk/index.ts';

/** Names of derived columns, as SQL. */
export interface Clock extends Intervals, JobLabels {
  /** `close`, `open` or `unknown`. */
  readonly window: string;
}

/** What every part of the analysis works on. */
export interface Study {
  readonly ctx: Context;
  readonly log: ProcessLog;
  readonly clock: Clock;
  readonly runs: Runs;
}

/** Undefined, with the reason as a note, where no wait can be computed. */
export async function beginStudy(ctx: Context): Promise<Study | undefined> {
  const log = readProcessLog(ctx);
  if (log === undefined) return undefined;
  if (log.queued === undefined && log.eligible === undefined) {
    ctx.note(
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
  return { ctx, log, clock, runs: await labelChaining(ctx) };
}
