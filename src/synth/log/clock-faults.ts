import { draws } from '../draws.ts';
import type { LogPlan } from './plan.ts';
import type { Run } from './run.ts';

/** The times of a run as the log writes them; NaN where a run never got so far. */
export interface WrittenTimes {
  readonly queued: number;
  readonly eligible: number;
  readonly started: number;
  readonly ended: number;
}

/** What a wrong clock does to a row. */
export type ClockFault = 'end_before_start' | 'start_before_queued' | 'start_before_prerequisite_ended';

export type Written = WrittenTimes & { readonly fault?: ClockFault };

/** Writes times down, some of them wrong as a server's clock that was set back makes them. */
export function clockWriter(plan: LogPlan): (run: Run) => Written {
  if (plan.clockFaults === 0) return (run) => run;
  const random = draws(plan.seed, 'clock faults');
  return (run) => {
    const [faulty, kind, seconds] = [
      random.chance(plan.clockFaults),
      random.integer(3),
      random.between(5, 600),
    ];
    return faulty && run.status !== 'X' ? wrongTimes(run, kind, 1000 * seconds) : run;
  };
}

function wrongTimes(run: Run, kind: number, by: number): Written {
  const { queued, eligible, started, ended, prerequisite } = run;
  if (kind === 0) return { queued, eligible, started, ended: started - by, fault: 'end_before_start' };
  if (kind === 2 && prerequisite !== undefined && prerequisite.ended - by > queued) {
    const early = prerequisite.ended - by;
    return { queued, eligible: early, started: early, ended, fault: 'start_before_prerequisite_ended' };
  }
  return { queued, eligible, started: queued - by, ended, fault: 'start_before_queued' };
}
