import { DAY, weekdayOfDays } from '../../civil-time.ts';
import { MatchedRatio } from '../matched-ratio.ts';
import type { LogPlant } from '../plant.ts';
import { serviceTime } from '../run.ts';

export const closeSlowdown: LogPlant = {
  name: 'close_slowdown',
  meaning: 'a job takes longer in the close (day 20 to day 5): JIBCALC',
  size: { default: 1.5, min: 1.01, max: 20, unit: 'times the service time outside of the close' },
  apply: (plan, size) => ({ ...plan, closeSlowdown: size }),
  watch({ close }) {
    const ratio = new MatchedRatio();
    return {
      see(run) {
        if (run.job.code === 'JIBCALC' && run.status !== 'X') {
          ratio.add('JIBCALC', close.inWindow(run.queued), serviceTime(run));
        }
      },
      facts: () => ({
        kind: 'close_duration_shift',
        statement: 'JIBCALC takes longer in the close than outside of it.',
        target: { activity: 'JIBCALC' },
        measured: { runs_in_close: ratio.runsInside, ratio_of_geometric_means: ratio.ratio },
      }),
    };
  },
};

export const closeUplift: LogPlant = {
  name: 'close_uplift',
  meaning: 'a job runs more often in the close (day 20 to day 5): TAXCALC',
  size: { default: 4, min: 1.1, max: 100, unit: 'times the runs of a working day outside of the close' },
  apply: (plan, size) => ({ ...plan, closeUplift: size }),
  watch({ close }) {
    const [days, runs] = [
      [new Set<number>(), new Set<number>()],
      [0, 0],
    ];
    return {
      see(run) {
        const day = Math.floor(run.queued / DAY);
        if (weekdayOfDays(day) > 4) return;
        const at = close.inWindow(run.queued) ? 1 : 0;
        days[at]?.add(day);
        if (run.job.code === 'TAXCALC') runs[at] = (runs[at] ?? 0) + 1;
      },
      facts: () => {
        const perDay = (at: number): number => (runs[at] ?? 0) / (days[at]?.size ?? 1);
        return {
          kind: 'close_uplift',
          statement: 'TAXCALC runs more often on working days of the close than on others.',
          target: { activity: 'TAXCALC' },
          measured: {
            runs_per_working_day_in_close: perDay(1),
            runs_per_working_day_outside: perDay(0),
            ratio: perDay(1) / perDay(0),
          },
        };
      },
    };
  },
};

const SETTLED_AT_ONCE = 10_000;

export const closeContention: LogPlant = {
  name: 'close_contention',
  meaning: 'while one job runs in the close, what starts takes longer: REVRECAL',
  size: {
    default: 0.5,
    min: 0.02,
    max: 10,
    unit: 'share by which service times of other jobs are stretched',
  },
  apply: (plan, size) => ({ ...plan, contention: { stretch: size, closeRuns: 6, fromHour: 9 } }),
  watch() {
    const ratio = new MatchedRatio();
    const contenders: { readonly from: number; readonly to: number }[] = [];
    const others: { readonly code: string; readonly started: number; readonly service: number }[] = [];
    let settled = 0;
    /** Runs come in the order of queueing; those that are certain to be settled are taken off, many at a time. */
    const settle = (before: number): void => {
      for (let one = others[settled]; one !== undefined && one.started < before; one = others[settled]) {
        const { code, started, service } = one;
        ratio.add(
          code,
          contenders.some(({ from, to }) => from <= started && started < to),
          service,
        );
        settled += 1;
      }
      if (settled >= SETTLED_AT_ONCE) {
        others.splice(0, settled);
        settled = 0;
      }
      while ((contenders[0]?.to ?? before) < before - DAY) contenders.shift();
    };
    return {
      see(run) {
        if (run.status === 'X') return;
        if (run.job.code === 'REVRECAL') contenders.push({ from: run.started, to: run.ended });
        else others.push({ code: run.job.code, started: run.started, service: serviceTime(run) });
        settle(run.queued - DAY);
      },
      facts: () => {
        settle(Number.POSITIVE_INFINITY);
        return {
          kind: 'close_contention',
          statement: 'Runs of all jobs take longer when they start while REVRECAL is under way.',
          target: { activity: 'REVRECAL' },
          measured: {
            runs_started_beside_it: ratio.runsInside,
            service_ratio_matched_on_activity: ratio.ratio,
          },
        };
      },
    };
  },
  alternatives: (plan) => [
    {
      change: 'REVRECAL is asked for from 19:00 on instead of from 9:00 on.',
      plan: { ...plan, contention: { ...plan.contention, fromHour: 19 } },
    },
  ],
};
