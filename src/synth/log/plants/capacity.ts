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

function nameOfLast(servers: LogPlan['servers']): string {
  return servers.at(-1)?.name ?? '';
}
