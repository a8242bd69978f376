import {
  type Context,
  deriveAs,
  deriveFailures,
  deriveJobLabels,
  groupName,
  identifier,
  noteUnknownJobs,
  type ProcessLog,
  readProcessLog,
  sameParameters,
  serviceTime,
} from '../../src/sdk/index.ts';

/** What every part of the analysis works on; names of columns are SQL. */
export interface Study {
  readonly ctx: Context;
  readonly log: ProcessLog;
  readonly asked: string;
  readonly service: string;
  readonly adjustable: string;
  /** True for the runs that are looked at. */
  readonly lookedAt: string;
  /** The parameters as one text, and who asked; what is the same where the work is, besides the job. */
  readonly parameters: string;
  readonly user: string;
}

/** Undefined, with the reason as a note, where the log has no times that can be used. */
export async function beginStudy(ctx: Context): Promise<Study | undefined> {
  const log = readProcessLog(ctx);
  const parameters = sameParameters(ctx);
  if (log === undefined || parameters === undefined) return undefined;
  const asked = log.queued ?? log.eligible;
  if (asked === undefined) {
    ctx.notLookedFor(
      'There are neither queue times nor eligible times that can be used: no repeat can be seen.',
    );
    return undefined;
  }
  const { leftOut, adjustable } = await deriveJobLabels(ctx, log);
  await noteUnknownJobs(ctx, log);
  const failures = await deriveFailures(ctx);
  const attempts = ctx.role('attempts');
  const schedule = ctx.role('schedule');
  const conditions = [
    `${leftOut} IS NULL`,
    `${asked} IS NOT NULL`,
    `${log.started} IS NOT NULL`,
    `${parameters} IS NOT NULL`,
    ...(failures === undefined ? [] : [`${failures.failed} IS DISTINCT FROM true`]),
    ...(attempts === undefined ? [] : [`coalesce(${identifier(attempts)} <= 1, true)`]),
    ...(schedule === undefined ? [] : [`coalesce(trim(CAST(${identifier(schedule)} AS VARCHAR)), '') = ''`]),
  ];
  return {
    ctx,
    log,
    asked,
    adjustable,
    service: await deriveAs(ctx, 'service_us', serviceTime(log)),
    lookedAt: conditions.join(' AND '),
    parameters,
    user: groupName(ctx, 'user'),
  };
}
