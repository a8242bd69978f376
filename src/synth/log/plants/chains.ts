import { HOUR } from '../../civil-time.ts';
import { RowTally, Tally } from '../../tallies.ts';
import type { LogPlant } from '../plant.ts';
import type { Run } from '../run.ts';

export const dependencyLag: LogPlant = {
  name: 'dependency_lag',
  meaning: 'a step becomes eligible long after its prerequisite has ended: REVVALID after REVIMPRT',
  size: { default: 600, min: 10, max: 20_000, unit: 'seconds' },
  apply: (plan, size) => ({ ...plan, dependencyLag: size }),
  watch() {
    const [lagging, others] = [new Tally(), new Tally()];
    return {
      see(run) {
        if (run.prerequisite === undefined) return;
        const lag = (run.eligible - run.prerequisite.ended) / 1000;
        (run.job.code === 'REVVALID' ? lagging : others).add(lag);
      },
      facts: () => ({
        kind: 'dependency_lag',
        statement:
          'REVVALID becomes eligible long after REVIMPRT has ended; other steps do so within seconds.',
        target: { activity: 'REVVALID', after: 'REVIMPRT' },
        measured: {
          runs: lagging.n,
          mean_lag_seconds: lagging.mean,
          mean_lag_seconds_of_others: others.mean,
          lag_hours: (lagging.n * lagging.mean * 1000) / HOUR,
        },
      }),
    };
  },
  alternatives: (plan) => [
    {
      change: 'REVVALID becomes eligible as fast as other steps do.',
      plan: { ...plan, dependencyLag: 0 },
    },
  ],
};

export const slowVariant: LogPlant = {
  name: 'slow_variant',
  meaning: 'some nightly chains have a step more, which makes them slow: REVHOLD',
  size: { default: 0.25, min: 0.01, max: 0.99, unit: 'share of nightly chains' },
  apply: (plan, size) => ({ ...plan, slowVariant: size }),
  watch() {
    const held = new Set<Run>();
    const [slow, usual] = [new Tally(), new Tally()];
    const rows = new RowTally();
    return {
      see(run, row) {
        const { master, job } = run;
        if (master === undefined) return;
        if (job.code === 'REVHOLD') {
          held.add(master);
          rows.add(row);
        }
        if (job.code !== 'REVPOST') return;
        (held.delete(master) ? slow : usual).add((run.ended - master.queued) / HOUR);
      },
      facts: () => ({
        kind: 'slow_variant',
        statement: 'Nightly chains with the step REVHOLD take longer from queueing to the end of REVPOST.',
        target: { activity: 'REVHOLD', chain: 'REVNIGHT' },
        rows: rows.facts,
        measured: {
          chains_with_it: slow.n,
          chains_without: usual.n,
          mean_hours_with_it: slow.mean,
          mean_hours_without: usual.mean,
        },
      }),
    };
  },
};
