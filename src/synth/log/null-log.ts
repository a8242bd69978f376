import { type Draws, weightedPick, zipfWeights } from '../draws.ts';
import type { LogPlan } from './plan.ts';
import { type Job, makeRun, type Run } from './run.ts';
import { logDay, steadyMoments } from './sources/day.ts';

/** Of a run's work. */
export const MEAN_SECONDS = 120;
const SIGMA = 0.7;
const CODES =
  'AUDITLOG BALSHEET CHKPRINT DIVORDER ESCHEAT FIXASSET GASBAL HEDGEVAL INTCALC LEASEOPR METERVOL NETBACK'.split(
    ' ',
  );
const MODULES = ['ACC', 'GAS', 'LND', 'TRS'];
const PRIORITIES = [4, 5, 6];
const USERS = ['ANWAR', 'BERGER', 'CONTI', 'DAHL', 'EVANS', 'FISCHER', 'GRANT', 'HOLM'];
const SCHEDULES = ['SCH-101', 'SCH-102', 'SCH-103', ''];

/** One kind of work for all: the same service times whatever it is called. e^(−σ²/2) of the mean is the median. */
const job = (code: string, module: string, priority: number): Job => ({
  code,
  module,
  median: MEAN_SECONDS * 0.7827045382,
  sigma: SIGMA,
  priority,
});
const JOBS = CODES.map((code) =>
  MODULES.flatMap((module) => PRIORITIES.map((priority) => job(code, module, priority))),
);
const pickCode = weightedPick(JOBS, zipfWeights(CODES.length, 0.5));
const pickUser = weightedPick(USERS, zipfWeights(USERS.length, 0.5));

/**
 * A log without structure: runs are asked for at a steady rate, day and night; what a run is called, who asks, what
 * it is asked with, how long it works and whether it fails are drawn each on its own.
 */
export function* nullDemand(plan: LogPlan): Generator<{ begins: number; runs: Run[] }> {
  for (let ordinal = 0; ; ordinal += 1) {
    const day = logDay(plan, ordinal);
    const random = day.stream('null runs');
    const runs = steadyMoments(random, day.begins, plan.rowsPerDay).map((at) => nullRun(random, at));
    yield { begins: day.begins, runs };
  }
}

/** A run of which everything is drawn on its own, but for what is given. */
export function nullRun(
  random: Draws,
  at: number,
  given: { readonly job?: Job; readonly user?: string; readonly parameters?: string } = {},
): Run {
  const user = pickUser(random);
  const schedule = random.pick(SCHEDULES);
  const parameters = `Ledger=${random.between(1, 12)};Format=${random.pick(['PDF', 'CSV'])}`;
  const job = random.pick(pickCode(random));
  return makeRun(random, given.job ?? job, at, { user, schedule, parameters, mayFail: true, ...given });
}

/** So many that hardly a run in the life of the universe finds them all busy. */
export function ampleServers(rowsPerDay: number, slots: number): number {
  const erlang = (rowsPerDay * MEAN_SECONDS) / 86_400;
  return Math.max(6, Math.ceil((2 * erlang + 12 * Math.sqrt(erlang) + 12) / slots));
}
