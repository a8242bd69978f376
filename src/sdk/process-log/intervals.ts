import type { Context } from '../context.ts';
import { markClockChanges } from './clock-marks.ts';
import { deriveAs, type ProcessLog, readyTime } from './columns.ts';

/** Names of derived columns, as SQL: whole microseconds, below zero where the clock runs backwards, missing where a time is. */
export interface Intervals {
  /** From queued to eligible: waiting for prerequisites. */
  readonly preEligible: string;
  /** From eligible (queued, where there is no eligible time) to started. */
  readonly wait: string;
  /** The whole wait of a run that waits longer than the setting `threshold_s`; 0 up to it; missing where the wait is, or is below 0. */
  readonly over: string;
  /** From started to ended; the recorded duration where the log has no end. */
  readonly service: string;
}

/** Derives every interval once; from then on they are columns of this plugin's queries. */
export async function deriveIntervals(ctx: Context, log: ProcessLog): Promise<Intervals> {
  const wait = await deriveAs(ctx, 'eligible_wait_us', difference(readyTime(log), log.started));
  return {
    wait,
    preEligible: await deriveAs(ctx, 'pre_eligible_wait_us', difference(log.queued, log.eligible)),
    over: await deriveAs(ctx, 'over_threshold_wait_us', overThreshold(wait, ctx)),
    service: await deriveService(ctx, log),
  };
}

/** Derives the service time alone, for what asks about no wait. */
export async function deriveService(ctx: Context, log: ProcessLog): Promise<string> {
  await markClockChanges(ctx, log);
  return deriveAs(ctx, 'service_us', serviceTime(log));
}

/** Whole microseconds from one time to another, as SQL. */
export function difference(from: string | undefined, to: string | undefined): string {
  if (from === undefined || to === undefined) return 'CAST(NULL AS BIGINT)';
  return `epoch_us(${to}) - epoch_us(${from})`;
}

/** No run takes three thousand years: a recorded duration beyond is none, and would not fit beside a date. */
const LONGEST_DURATION_S = 100_000_000_000;

/** Service time in whole microseconds, as SQL; missing where a recorded duration is impossibly long. */
export function serviceTime(log: ProcessLog): string {
  if (log.ended !== undefined) return difference(log.started, log.ended);
  if (log.duration === undefined) return 'CAST(NULL AS BIGINT)';
  const isPossible = `${log.duration} BETWEEN -${LONGEST_DURATION_S} AND ${LONGEST_DURATION_S}`;
  return `CAST(CASE WHEN ${isPossible} THEN ${recordedDuration(log.duration)} END AS BIGINT)`;
}

/** A recorded duration, however long, in whole microseconds, as SQL. */
export function recordedDuration(duration: string): string {
  return `CAST(CAST(${duration} AS DECIMAL(30,6)) * CAST(1000000 AS DECIMAL(7,0)) AS HUGEINT)`;
}

function overThreshold(wait: string, ctx: Context): string {
  const threshold = Math.round(Number(ctx.settings['threshold_s']) * 1e6);
  return `CASE WHEN ${wait} > ${threshold} THEN ${wait} WHEN ${wait} >= 0 THEN 0 END`;
}
