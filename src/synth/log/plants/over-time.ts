import { DAY, timeWriter } from '../../civil-time.ts';
import { MatchedRatio } from '../matched-ratio.ts';
import type { LogPlan } from '../plan.ts';
import type { LogPlant } from '../plant.ts';
import { serviceTime } from '../run.ts';

/** Things change at midnight after this share of the days. */
const CHANGE_AT = 0.6;
const changeOf = ({ start, days }: LogPlan): number => start + Math.round(CHANGE_AT * days) * DAY;

/** The first row that is queued from a moment on. */
function firstRowFrom(moment: number) {
  let row = 0;
  return {
    see(queued: number, at: number): boolean {
      if (queued < moment) return false;
      if (row === 0) row = at;
      return true;
    },
    get place() {
      return { ...(row > 0 && { from_row: row }), from_time: timeWriter(true)(moment) };
    },
  };
}

export const durationDrift: LogPlant = {
  name: 'duration_drift',
  meaning: `a job takes longer after ${CHANGE_AT * 100} % of the days: APIMPORT`,
  size: { default: 1.5, min: 1.01, max: 20, unit: 'times the service time before' },
  apply: (plan, size) => ({ ...plan, drift: { factor: size, from: changeOf(plan) } }),
  watch({ drift }) {
    const [ratio, change] = [new MatchedRatio(), firstRowFrom(drift.from)];
    return {
      see(run, row) {
        const after = change.see(run.queued, row);
        if (run.job.code === 'APIMPORT' && run.status !== 'X') ratio.add('APIMPORT', after, serviceTime(run));
      },
      facts: () => ({
        kind: 'duration_change',
        statement: 'APIMPORT takes longer from one day on.',
        target: { activity: 'APIMPORT' },
        place: change.place,
        measured: { runs_after: ratio.runsInside, ratio_of_geometric_means: ratio.ratio },
      }),
    };
  },
};

export const arrivalJump: LogPlant = {
  name: 'arrival_jump',
  meaning: `a job is asked for more often after ${CHANGE_AT * 100} % of the days: ARAPPLY`,
  size: { default: 2.5, min: 1.1, max: 100, unit: 'times the runs of a working day before' },
  apply: (plan, size) => ({ ...plan, jump: { factor: size, from: changeOf(plan) } }),
  watch({ jump, start }) {
    const change = firstRowFrom(jump.from);
    let [before, after, last] = [0, 0, jump.from];
    return {
      see(run, row) {
        const later = change.see(run.queued, row);
        last = Math.max(last, run.queued);
        if (run.job.code !== 'ARAPPLY') return;
        if (later) after += 1;
        else before += 1;
      },
      facts: () => {
        const perDay = {
          before: (before * DAY) / (jump.from - start),
          after: (after * DAY) / Math.max(1, last - jump.from),
        };
        return {
          kind: 'arrival_change',
          statement: 'ARAPPLY is asked for more often from one day on.',
          target: { activity: 'ARAPPLY' },
          place: change.place,
          measured: {
            runs_per_day_before: perDay.before,
            runs_per_day_after: perDay.after,
            ratio: perDay.after / perDay.before,
          },
        };
      },
    };
  },
};
