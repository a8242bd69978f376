import { HOUR } from '../../civil-time.ts';
import type { LogPlant } from '../plant.ts';
import { eligibleWait, type Run, serviceTime } from '../run.ts';

/** The runs that a test picks: how many, their work, their wait. */
function runsThat(is: (run: Run) => boolean) {
  let [runs, service, wait] = [0, 0, 0];
  return {
    see(run: Run): void {
      if (run.status === 'X' || !is(run)) return;
      runs += 1;
      service += serviceTime(run);
      wait += eligibleWait(run);
    },
    get measured() {
      return { runs, service_hours: service / HOUR, eligible_wait_hours: wait / HOUR };
    },
  };
}

const LENGTHENED = 3;

export const frequentNotificationJob: LogPlant = {
  name: 'frequent_notification_job',
  meaning: 'a notification job runs very often on working days and takes slots from others: NOTIFYQ',
  size: { default: 5, min: 1, max: 20, unit: 'minutes from one run to the next' },
  apply(plan, size) {
    const everyMinutes = Math.round(size);
    // a tenth of all slots is kept busy by it, a run takes 110 seconds in the mean
    const busy = 0.1 * plan.slots * plan.servers.length;
    const lines = Math.max(1, Math.round((busy * everyMinutes * 60) / 110));
    return { ...plan, notifications: { everyMinutes, lines } };
  },
  watch({ notifications }) {
    const runs = runsThat(({ job }) => job.code === 'NOTIFYQ');
    return {
      see: runs.see,
      facts: () => ({
        kind: 'schedule_interval',
        statement: 'A notification job runs by the clock, more often than anybody needs.',
        target: { activity: 'NOTIFYQ' },
        measured: {
          ...runs.measured,
          interval_minutes: notifications.everyMinutes,
          runs_at_once: notifications.lines,
        },
      }),
    };
  },
  alternatives(plan) {
    const { everyMinutes, lines } = plan.notifications;
    const longer = everyMinutes * LENGTHENED;
    return [
      {
        change: `NOTIFYQ runs every ${longer} minutes instead of every ${everyMinutes}.`,
        plan: { ...plan, notifications: { everyMinutes: longer, lines } },
      },
    ];
  },
};

export const hourPileup: LogPlant = {
  name: 'hour_pileup',
  meaning: 'many reports are scheduled for the same minute, 8:00 on working days: MORNRPT',
  size: { default: 6, min: 1, max: 100, unit: 'runs for each slot' },
  apply: (plan, size) => ({
    ...plan,
    pileup: { runs: Math.round(size * plan.slots * plan.servers.length), overMinutes: 0 },
  }),
  watch({ pileup }) {
    const runs = runsThat(({ job }) => job.code === 'MORNRPT');
    return {
      see: runs.see,
      facts: () => ({
        kind: 'hour_pileup',
        statement: 'Reports that are all scheduled for 8:00 wait for each other.',
        target: { activity: 'MORNRPT', hour: '8' },
        measured: { ...runs.measured, runs_on_a_working_day: pileup.runs },
      }),
    };
  },
  alternatives: (plan) => [
    {
      change: 'The reports of 8:00 are spread evenly from 6:30 to 9:30.',
      plan: { ...plan, pileup: { ...plan.pileup, overMinutes: 180 } },
    },
  ],
};

export const userMonopoly: LogPlant = {
  name: 'user_monopoly',
  meaning: 'one user asks for a heap of reports at once, at 10:00 on working days: MHALE',
  size: { default: 8, min: 1, max: 100, unit: 'runs for each slot' },
  apply: (plan, size) => ({
    ...plan,
    bulk: { runs: Math.round(size * plan.slots * plan.servers.length), overMinutes: 2 },
  }),
  watch({ bulk }) {
    const runs = runsThat(({ user }) => user === 'MHALE');
    return {
      see: runs.see,
      facts: () => ({
        kind: 'user_burst',
        statement: 'One user fills all slots at 10:00; whoever comes then waits.',
        target: { user: 'MHALE', activity: 'BULKRPT', hour: '10' },
        measured: { ...runs.measured, runs_on_a_working_day: bulk.runs },
      }),
    };
  },
  alternatives: (plan) => [
    {
      change: 'The reports of MHALE are asked for evenly from 10:00 to 18:00.',
      plan: { ...plan, bulk: { ...plan.bulk, overMinutes: 480 } },
    },
  ],
};
