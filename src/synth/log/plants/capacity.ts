import { HOUR } from '../../civil-time.ts';
import { Tally } from '../../tallies.ts';
import { MatchedRatio } from '../matched-ratio.ts';
import { type LogPlan, usualServers } from '../plan.ts';
import type { LogPlant } from '../plant.ts';
import { eligibleWait, serviceTime } from '../run.ts';
import { THRESHOLD } from '../wait-tally.ts';

export const tooFewServers: LogPlant = {
  name: 'too_few_servers',
  meaning: 'fewer servers than the close needs',
  size: {
    default: 1,
    min: 0.5,
    max: 3,
    unit: 'work of the busiest hour of the close for each slot (of the log without other plants)',
  },
  apply(plan, size) {
    if (plan.serversFixed) return plan;
    const wanted = Math.round(plan.peak.erlang / size / plan.slots);
    return { ...plan, servers: usualServers(Math.max(1, Math.min(wanted, plan.servers.length - 1))) };
  },
  watch(plan) {
    let [over, inClose] = [0, 0];
    return {
      see(run) {
        if (run.status === 'X' || run.job.watchdog || eligibleWait(run) <= THRESHOLD) return;
        over += 1;
        if (plan.close.inWindow(run.queued)) inClose += 1;
      },
      facts: () => ({
        kind: 'capacity',
        statement: 'In the busy hours of the close more work comes in than the servers can do.',
        target: { resource: plan.servers.map(({ name }) => name) },
        measured: {
          servers: plan.servers.length,
          slots_per_server: plan.slots,
          slots: plan.slots * plan.servers.length,
          busiest_hour_of_close: plan.peak.hour,
          work_per_slot_in_that_hour: plan.peak.erlang / (plan.servers.length * plan.slots),
          over_threshold_runs: over,
          over_threshold_runs_in_close: inClose,
        },
      }),
    };
  },
  alternatives: (plan) => [
    { change: 'One server more.', plan: withServers(plan, plan.servers.length + 1) },
    ...(plan.servers.length > 1
      ? [{ change: 'One server less.', plan: withServers(plan, plan.servers.length - 1) }]
      : []),
  ],
};

/** The same plan with another number of servers; the first ones keep their speed. */
export function withServers(plan: LogPlan, count: number): LogPlan {
  return { ...plan, servers: usualServers(count).map((server, i) => plan.servers[i] ?? server) };
}

export const slowServer: LogPlant = {
  name: 'slow_server',
  meaning: 'one server takes longer for the same work',
  size: { default: 1.4, min: 1.01, max: 10, unit: 'times the service time elsewhere' },
  apply(plan, size) {
    const servers = usualServers(Math.max(2, plan.servers.length));
    return { ...plan, servers: servers.with(-1, { name: nameOfLast(servers), factor: size }) };
  },
  watch(plan) {
    const [slow, ratio] = [plan.servers.length - 1, new MatchedRatio()];
    return {
      see(run) {
        if (run.status !== 'X') ratio.add(run.job.code, run.server === slow, serviceTime(run));
      },
      facts: () => ({
        kind: 'slow_resource',
        statement: 'The same jobs take longer on this server than on the others.',
        target: { resource: nameOfLast(plan.servers) },
        measured: { runs_there: ratio.runsInside, service_ratio_matched_on_activity: ratio.ratio },
      }),
    };
  },
  alternatives: (plan) => [
    {
      change: 'The slow server is as fast as the others.',
      plan: { ...plan, servers: usualServers(plan.servers.length) },
    },
  ],
};

export const cappedJob: LogPlant = {
  name: 'capped_job',
  meaning: 'a job that never runs beside itself is asked for so often that it waits for itself: GLALLOC',
  size: {
    default: 0.5,
    min: 0.01,
    max: 2,
    unit: 'share of ten hours of a working day that further runs fill',
  },
  apply: (plan, size) => ({ ...plan, allocations: size }),
  watch() {
    let [runs, over, waited] = [0, 0, 0];
    return {
      see(run) {
        if (run.job.code !== 'GLALLOC' || run.status === 'X') return;
        runs += 1;
        if (eligibleWait(run) <= THRESHOLD) return;
        over += 1;
        waited += eligibleWait(run);
      },
      facts: () => ({
        kind: 'job_cap',
        statement: 'GLALLOC never runs twice at once, and waits for itself while slots are free.',
        target: { activity: 'GLALLOC' },
        measured: { runs, cap: 1, over_threshold_runs: over, over_threshold_wait_hours: waited / HOUR },
      }),
    };
  },
};

export const heavyServer: LogPlant = {
  name: 'heavy_server',
  meaning: 'one server gets the long jobs, and is as fast as the others (a trap)',
  trap: true,
  size: {
    default: 200,
    min: 1,
    max: 5000,
    unit: 'seconds in the median from which a job goes there while a slot is free',
  },
  apply: (plan, size) => ({
    ...plan,
    servers: usualServers(Math.max(2, plan.servers.length)),
    longJobsFrom: size,
  }),
  watch(plan) {
    const [last, matched] = [plan.servers.length - 1, new MatchedRatio()];
    const [there, elsewhere] = [new Tally(), new Tally()];
    return {
      see(run) {
        if (run.status === 'X') return;
        (run.server === last ? there : elsewhere).add(serviceTime(run));
        matched.add(run.job.code, run.server === last, serviceTime(run));
      },
      facts: () => ({
        kind: 'slow_resource',
        statement:
          'Runs take longer on this server because it gets the long jobs; the same job takes as long elsewhere.',
        target: { resource: nameOfLast(plan.servers) },
        measured: {
          runs_there: there.n,
          ratio_of_means: there.mean / elsewhere.mean,
          service_ratio_matched_on_activity: matched.ratio,
        },
      }),
    };
  },
};

function nameOfLast(servers: LogPlan['servers']): string {
  return servers.at(-1)?.name ?? '';
}
