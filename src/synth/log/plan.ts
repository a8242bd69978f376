import type { CloseCalendar } from './close.ts';
import type { PeakLoad } from './peak.ts';
import type { QueueRules, Server } from './queue.ts';
import { intervalFactor, usualLines } from './volume.ts';

/**
 * Everything that decides a process log, as data: plants change it, and a counterfactual is a plan in which one thing
 * is different. Shares are in [0, 1]; times are milliseconds on the log's own clock.
 */
export interface LogPlan {
  readonly seed: string;
  readonly start: number;
  /** Days that the rows that are wanted take, about. */
  readonly days: number;
  readonly rowsPerDay: number;
  readonly close: CloseCalendar;
  readonly servers: readonly Server[];
  /** True where the operator said how many: plants leave the number alone then. */
  readonly serversFixed: boolean;
  readonly slots: number;
  /** Of the plan with nothing planted. */
  readonly peak: PeakLoad;
  readonly notifications: { readonly everyMinutes: number; readonly lines: number };
  /** Payouts on a day of the close over all four jobs, and how many a run takes. */
  readonly payouts: { readonly perDay: number; readonly perRun: number };
  /** EDIIMPRT: share of runs that fail, and how often a failed one is tried again. */
  readonly retries: { readonly share: number; readonly most: number };
  /** Share of user runs that are asked for a second time; whether the second is let through. */
  readonly reruns: { readonly share: number; readonly admitted: boolean };
  /** Reports at 8 o'clock on working days, over so many minutes. */
  readonly pileup: { readonly runs: number; readonly overMinutes: number };
  /** Reports that one user asks for at 10 o'clock on working days, over so many minutes. */
  readonly bulk: { readonly runs: number; readonly overMinutes: number };
  /** REVRECAL: how much others are stretched, runs on a working day of the close, and from which hour. */
  readonly contention: { readonly stretch: number; readonly closeRuns: number; readonly fromHour: number };
  /** GLALLOC, which never runs beside itself: share of a working day of ten hours that further runs of it fill. */
  readonly allocations: number;
  /** Jobs of at least so many seconds in the median go to the last server while it has a free slot. */
  readonly longJobsFrom: number;
  /** Factor on the service times of JIBCALC in the close. */
  readonly closeSlowdown: number;
  /** Factor on the number of runs of TAXCALC in the close. */
  readonly closeUplift: number;
  /** Factor on the service times of APIMPORT from a moment on. */
  readonly drift: { readonly factor: number; readonly from: number };
  /** Factor on the number of runs of ARAPPLY from a moment on. */
  readonly jump: { readonly factor: number; readonly from: number };
  /** Seconds from the end of REVIMPRT until REVVALID is eligible, beyond what is usual. */
  readonly dependencyLag: number;
  /** Share of nightly chains with the step REVHOLD. */
  readonly slowVariant: number;
  /** Share of runs whose times are written wrong. */
  readonly clockFaults: number;
}

/** A plan with nothing planted, and no server yet. */
export function healthyPlan(
  base: Pick<LogPlan, 'seed' | 'start' | 'days' | 'rowsPerDay' | 'close' | 'slots'>,
): LogPlan {
  const never = Number.POSITIVE_INFINITY;
  return {
    ...base,
    servers: [],
    serversFixed: false,
    peak: { hour: 0, erlang: 0, meanService: 0 },
    notifications: {
      everyMinutes: 30 * intervalFactor(base.rowsPerDay),
      lines: usualLines(base.rowsPerDay),
    },
    payouts: { perDay: Math.round(0.15 * base.rowsPerDay), perRun: 25 },
    retries: { share: 0, most: 0 },
    reruns: { share: 0, admitted: true },
    pileup: { runs: 0, overMinutes: 0 },
    bulk: { runs: 0, overMinutes: 0 },
    contention: { stretch: 0, closeRuns: 0, fromHour: 9 },
    allocations: 0,
    longJobsFrom: never,
    closeSlowdown: 1,
    closeUplift: 1,
    drift: { factor: 1, from: never },
    jump: { factor: 1, from: never },
    dependencyLag: 0,
    slowVariant: 0,
    clockFaults: 0,
  };
}

export function rulesOf(plan: LogPlan): QueueRules {
  const { servers, slots, contention, longJobsFrom } = plan;
  return {
    servers,
    slots,
    ...(Number.isFinite(longJobsFrom) && { lastTakes: longJobsFrom }),
    ...(contention.stretch > 0 && { contention: { job: 'REVRECAL', stretch: contention.stretch } }),
  };
}

/** `APPSRV01` … of usual speed. */
export function usualServers(count: number): Server[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `APPSRV${String(i + 1).padStart(2, '0')}`,
    factor: 1,
  }));
}
