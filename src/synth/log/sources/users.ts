import { HOUR, MINUTE, SECOND } from '../../civil-time.ts';
import { type Draws, weightedPick, zipfWeights } from '../../draws.ts';
import { exponential } from '../../elementary.ts';
import { BULK_REPORT, RECALCULATION, USER_JOBS, type UserJob } from '../jobs.ts';
import type { LogPlan } from '../plan.ts';
import { makeRun, type Run } from '../run.ts';
import { ALL_WEIGHTS, CLOSE_FACTOR, userRunsPerDay, WEEKEND_SHARE, weightOf } from '../volume.ts';
import { type LogDay, momentsOfDay, type Source } from './day.ts';

const USERS = (
  'ABAKER BCHAVEZ CDIAZ DSINGH EHOFF FKLINE GLOPEZ HNGUYEN IPATEL JREYES KMEYER LCHEN MROSSI NSTONE OTERRY PNOVAK ' +
  'QWELLS RYOUNG TORTIZ VHAHN'
).split(' ');
const pickUser = weightedPick(USERS, zipfWeights(USERS.length, 0.6));

export const userRuns: Source = (day) => {
  const random = day.stream('user runs');
  const usual = userRunsPerDay(day.plan.rowsPerDay) * (day.working ? 1 : WEEKEND_SHARE);
  const moments = momentsOfDay(random, day.begins, usual * (day.closing ? CLOSE_FACTOR : 1));
  const pick = jobsOf(day);
  const runs = moments.map((at) => askedFor(day, random, pick(random), at));
  const tries = day.stream('retries');
  return [...runs, ...extraRuns(day), ...allocations(day), ...reruns(day, runs)].map((run) =>
    withRetries(day, run, tries),
  );
};

function jobsOf({ plan, closing }: LogDay): (random: Draws) => UserJob {
  const weights = USER_JOBS.map((job) => weightOf(job, plan.rowsPerDay) * (closing ? job.inClose : 1));
  return weightedPick<UserJob>(USER_JOBS, weights);
}

/** What comes on top of a job's usual runs where its number was planted to rise. */
function extraRuns(day: LogDay): Run[] {
  const { closeUplift, jump, close } = day.plan;
  const [uplifted, jumped] = [jobOf('TAXCALC'), jobOf('ARAPPLY')];
  const inWindow = close.inWindow(day.begins);
  const more = (job: UserJob, factor: number, label: string): Run[] => {
    if (!day.working || factor <= 1) return [];
    const random = day.stream(label);
    const expected = (userRunsPerDay(day.plan.rowsPerDay) * job.weight * (factor - 1)) / ALL_WEIGHTS;
    return momentsOfDay(random, day.begins, expected).map((at) => askedFor(day, random, job, at));
  };
  return [
    ...more(uplifted, inWindow ? closeUplift : 1, 'uplift'),
    ...more(jumped, day.begins >= jump.from ? jump.factor : 1, 'jump'),
  ];
}

/** Runs of a job that has to wait for itself, however many slots are free. */
function allocations(day: LogDay): Run[] {
  const { allocations: share } = day.plan;
  if (!day.working || share === 0) return [];
  const [random, job] = [day.stream('allocations'), jobOf('GLALLOC')];
  const meanSeconds = job.median * exponential((job.sigma * job.sigma) / 2);
  return momentsOfDay(random, day.begins, (share * 36_000) / meanSeconds).map((at) =>
    askedFor(day, random, job, at),
  );
}

function askedFor(day: LogDay, random: Draws, job: UserJob, at: number): Run {
  const user = pickUser(random);
  const run = makeRun(random, job, at, {
    user,
    parameters: parametersOf(day, random, job, at),
    mayFail: true,
  });
  run.work = Math.round(run.work * serviceFactor(day.plan, job, at));
  return run;
}

function serviceFactor({ closeSlowdown, drift, close }: LogPlan, { code }: UserJob, at: number): number {
  if (code === 'JIBCALC' && close.inWindow(at)) return closeSlowdown;
  return code === 'APIMPORT' && at >= drift.from ? drift.factor : 1;
}

function parametersOf({ plan }: LogDay, random: Draws, { module }: UserJob, at: number): string {
  const number = random.integer(400);
  if (module === 'RPT') return `Property=${1000 + number};Format=${random.chance(0.7) ? 'PDF' : 'XLSX'}`;
  if (module === 'EDI') return `Batch=${20_000 + random.integer(60_000)};Partner=${10 + (number % 25)}`;
  return `Accounting Month (date)=${plan.close.accountingMonth(at)};Operator=${10 + (number % 60)}`;
}

/** The same run asked for again some minutes later, by the same user with the same parameters. */
function reruns(day: LogDay, runs: readonly Run[]): Run[] {
  const { share, admitted } = day.plan.reruns;
  if (share === 0) return [];
  const random = day.stream('reruns');
  return runs.flatMap((first) => {
    const [again, later] = [random.chance(share), random.between(20, 300)];
    const { user, parameters } = first;
    const run = makeRun(random, first.job, first.queued + later * SECOND, { user, parameters });
    run.work = Math.round(first.work * (0.95 + 0.1 * random.uniform()));
    return again && admitted && first.status === 'C' ? [run] : [];
  });
}

/** EDIIMPRT: whether it fails, and the tries after that, are drawn beforehand. */
function withRetries({ plan }: LogDay, first: Run, random: Draws): Run {
  const { share, most } = plan.retries;
  if (most === 0 || first.job.code !== 'EDIIMPRT' || first.status === 'X') return first;
  let run = first;
  for (let attempt = 1; attempt <= most + 1; attempt += 1) {
    run.status = random.chance(share) ? 'F' : 'C';
    const { user, parameters, job } = run;
    const next = makeRun(random, job, 0, { user, parameters, attempt: attempt + 1 });
    if (attempt <= most) run.retry = { run: next, delay: random.between(60, 240) * SECOND };
    run = next;
  }
  return first;
}

/** One user's heap of reports at 10 o'clock. */
export const bulkReports: Source = (day) => {
  const { runs, overMinutes } = day.plan.bulk;
  if (!day.working) return [];
  const random = day.stream('bulk reports');
  return Array.from({ length: runs }, (_, i) => {
    const at =
      day.begins + 10 * HOUR + Math.round((i * overMinutes * MINUTE) / runs) + random.between(0, 900);
    return makeRun(random, BULK_REPORT, at, {
      user: 'MHALE',
      parameters: `Lease=${3000 + random.integer(900)}`,
    });
  });
};

/** Over five hours from the planned one; once on other working days. */
export const recalculations: Source = (day) => {
  const { closeRuns, fromHour } = day.plan.contention;
  if (!day.working || closeRuns === 0) return [];
  const random = day.stream('recalculations');
  const count = day.closing ? closeRuns : 1;
  return Array.from({ length: closeRuns }, (_, i) => {
    const at =
      day.begins + fromHour * HOUR + Math.round((i * 5 * HOUR) / closeRuns) + random.between(0, 600_000);
    const parameters = `Accounting Month (date)=${day.plan.close.accountingMonth(at)}`;
    return makeRun(random, RECALCULATION, at, { user: 'RCLOSE', parameters });
  }).slice(0, count);
};

function jobOf(code: string): UserJob {
  const job = USER_JOBS.find((one) => one.code === code);
  if (job === undefined) throw new RangeError(`no user job ${code}`);
  return job;
}
