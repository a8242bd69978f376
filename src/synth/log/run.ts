import type { Draws } from '../draws.ts';

/** A kind of work. */
export interface Job {
  readonly code: string;
  readonly module: string;
  /** Service time: lognormal, seconds. */
  readonly median: number;
  readonly sigma: number;
  /** Lower goes first. */
  readonly priority: number;
  /** At most so many at once, whatever is free: a vendor's cap, or 1 for a job that never runs twice at once. */
  readonly cap?: number;
  /** Runs all the time and does no work: kept out of wait totals. */
  readonly watchdog?: true;
}

/** One run of a job, on its way through the queue. Times are whole milliseconds. */
export interface Run {
  readonly job: Job;
  readonly user: string;
  readonly schedule: string;
  readonly parameters: string;
  readonly attempt: number;
  /** Service time on a server of usual speed. */
  work: number;
  /** From the last prerequisite's end (or the queueing) until the run is eligible. */
  eligibleLag: number;
  /** From eligible until the dispatcher looks. */
  readonly pollLag: number;
  /** In [0, 1): which server it tries first. */
  readonly lot: number;
  status: 'C' | 'F' | 'X';
  readonly prerequisite: Run | undefined;
  readonly parent: Run | undefined;
  readonly master: Run | undefined;
  /** Queued again so long after a failure. */
  retry: { readonly run: Run; readonly delay: number } | undefined;

  /** Set when it is queued: ids go up with the time of queueing. */
  id: number;
  queued: number;
  eligible: number;
  started: number;
  ended: number;
  /** Place of the server in the list of servers; −1 before. */
  server: number;

  /** The simulation's own: what happens next, when, and in which order among equals. */
  phase: 'arrives' | 'ready' | 'ends' | 'over';
  at: number;
  turn: number;
  waiters: Run[] | undefined;
}

/** What a run may have besides its job, its moment and its draws. */
export interface RunDetails {
  readonly user: string;
  readonly schedule?: string;
  readonly parameters?: string;
  readonly prerequisite?: Run | undefined;
  readonly parent?: Run | undefined;
  /** Undefined outside of chains; `self` for the first run of one, which points at itself. */
  readonly master?: Run | 'self' | undefined;
  readonly attempt?: number;
  /** Fails or is cancelled now and then; steps of chains do not. */
  readonly mayFail?: boolean;
}

const FAILS = 0.01;
const CANCELLED = 0.002;

/** A run with everything about it drawn beforehand, so that a changed world meets the same run. */
export function makeRun(random: Draws, job: Job, queued: number, details: RunDetails): Run {
  const work = Math.max(50, Math.round(random.lognormal(1000 * job.median, job.sigma)));
  const eligibleLag = random.between(0, 2500);
  const pollLag = random.between(100, 2500);
  const lot = random.uniform();
  const fate = random.uniform();
  const run: Run = {
    job,
    user: details.user,
    schedule: details.schedule ?? '',
    parameters: details.parameters ?? '',
    attempt: details.attempt ?? 1,
    work,
    eligibleLag,
    pollLag,
    lot,
    status: details.mayFail === true ? statusOf(fate) : 'C',
    prerequisite: details.prerequisite,
    parent: details.parent,
    master: details.master === 'self' ? undefined : details.master,
    retry: undefined,
    id: 0,
    queued,
    eligible: Number.NaN,
    started: Number.NaN,
    ended: Number.NaN,
    server: -1,
    phase: 'arrives',
    at: queued,
    turn: 0,
    waiters: undefined,
  };
  return details.master === 'self' ? Object.assign(run, { master: run }) : run;
}

function statusOf(fate: number): Run['status'] {
  if (fate < CANCELLED) return 'X';
  return fate < CANCELLED + FAILS ? 'F' : 'C';
}

/** Eligible until started: what capacity can remove. NaN for a run that never started. */
export const eligibleWait = (run: Pick<Run, 'eligible' | 'started'>): number => run.started - run.eligible;

/** Started until ended. */
export const serviceTime = (run: Pick<Run, 'started' | 'ended'>): number => run.ended - run.started;

/** No prerequisite, parent or chain. */
export const isStandalone = (run: Run): boolean =>
  run.prerequisite === undefined && run.parent === undefined && run.master === undefined;
