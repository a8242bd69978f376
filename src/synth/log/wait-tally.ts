import { HOUR, MINUTE } from '../civil-time.ts';
import type { CloseCalendar } from './close.ts';
import { eligibleWait, isStandalone, type Run, serviceTime } from './run.ts';

/** A run that waits longer for a slot than this is over the threshold; its whole wait counts. */
export const THRESHOLD = MINUTE;

interface Sums {
  runs: number;
  service: number;
  preEligible: number;
  wait: number;
  overRuns: number;
  over: number;
  overInClose: number;
  overStandalone: number;
}

const nothing = (): Sums => ({
  runs: 0,
  service: 0,
  preEligible: 0,
  wait: 0,
  overRuns: 0,
  over: 0,
  overInClose: 0,
  overStandalone: 0,
});

/** Totals of a log, per activity and over all. Sums are whole milliseconds. */
export class WaitTally {
  readonly #close: Pick<CloseCalendar, 'inWindow'>;
  readonly #sums = new Map<string, Sums>();
  readonly #watchdogs = new Set<string>();

  constructor(close: Pick<CloseCalendar, 'inWindow'>) {
    this.#close = close;
  }

  add(run: Run): void {
    const sums = this.#sumsOf(run);
    sums.runs += 1;
    if (run.status === 'X') return;
    const wait = eligibleWait(run);
    sums.service += serviceTime(run);
    sums.preEligible += run.eligible - run.queued;
    sums.wait += wait;
    if (wait <= THRESHOLD) return;
    sums.overRuns += 1;
    sums.over += wait;
    if (this.#close.inWindow(run.queued)) sums.overInClose += wait;
    if (isStandalone(run)) sums.overStandalone += wait;
  }

  /** Over all runs; waits without those of watchdogs. */
  get facts(): Record<string, number> {
    const all = nothing();
    for (const [code, sums] of this.#sums) {
      all.runs += sums.runs;
      all.service += sums.service;
      if (this.#watchdogs.has(code)) continue;
      for (const key of [
        'preEligible',
        'wait',
        'overRuns',
        'over',
        'overInClose',
        'overStandalone',
      ] as const) {
        all[key] += sums[key];
      }
    }
    return factsOf(all);
  }

  get byActivity(): Record<string, Record<string, number>> {
    const entries = [...this.#sums].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([code, sums]) => [code, factsOf(sums)]));
  }

  #sumsOf({ job }: Run): Sums {
    const known = this.#sums.get(job.code);
    if (known !== undefined) return known;
    const sums = nothing();
    this.#sums.set(job.code, sums);
    if (job.watchdog) this.#watchdogs.add(job.code);
    return sums;
  }
}

function factsOf(sums: Sums): Record<string, number> {
  return {
    runs: sums.runs,
    service_hours: sums.service / HOUR,
    pre_eligible_wait_hours: sums.preEligible / HOUR,
    eligible_wait_hours: sums.wait / HOUR,
    over_threshold_runs: sums.overRuns,
    over_threshold_wait_hours: sums.over / HOUR,
    over_threshold_wait_hours_in_close: sums.overInClose / HOUR,
    over_threshold_wait_hours_standalone: sums.overStandalone / HOUR,
  };
}
