import { Heap } from '../heap.ts';
import type { Job, Run } from './run.ts';

/** A process server. */
export interface Server {
  readonly name: string;
  /** What it multiplies service times by; 1 is usual. */
  readonly factor: number;
}

/** The machinery that runs meet. */
export interface QueueRules {
  readonly servers: readonly Server[];
  /** Runs at once on each server. */
  readonly slots: number;
  /** Jobs of at least so many seconds in the median go to the last server while it has a free slot. */
  readonly lastTakes?: number;
  /** While a run of `job` is under way, runs of other jobs that start take longer. */
  readonly contention?: { readonly job: string; readonly stretch: number };
}

const FIRST_ID = 610_001;

/**
 * A discrete-event simulation of a batch queue. `days` gives the runs that are queued from outside, a list per day;
 * what is queued within (runs after a failure) arises here. A run becomes eligible when its prerequisite has ended,
 * is seen by the dispatcher a moment later, and starts as soon as a slot is free and its job is below its cap: lower
 * priority number first, then the earlier eligible, then the lower id. Every wait comes out of that.
 *
 * Yields runs in the order of their ids, which is the order of queueing, each when it and all before it are done.
 * Keeps only what is on its way. The days must be in order, and no run may be queued before its day begins.
 */
export function* simulateQueue(
  days: Iterable<{ readonly begins: number; readonly runs: readonly Run[] }>,
  rules: QueueRules,
): Generator<Run> {
  const queue = new BatchQueue(rules);
  for (const { begins, runs } of days) {
    while (queue.step(begins)) {
      for (let run = queue.nextDone(); run !== undefined; run = queue.nextDone()) yield run;
    }
    queue.expectDay(runs);
  }
  while (queue.step(Number.POSITIVE_INFINITY)) {
    for (let run = queue.nextDone(); run !== undefined; run = queue.nextDone()) yield run;
  }
}

class BatchQueue {
  readonly #rules: QueueRules;
  readonly #events = new Heap<Run>((a, b) => a.at < b.at || (a.at === b.at && a.turn < b.turn));
  readonly #waiting = new Heap<Run>(goesBefore);
  /** Runs that wait for another of their own job to end, per job at its cap. */
  readonly #held = new Map<Job, Heap<Run>>();
  /** Runs under way of each job that has a cap. */
  readonly #running = new Map<Job, number>();
  #arrivals: Run[] = [];
  /** How many of them have come. */
  #arrived = 0;
  readonly #free: number[];
  #freeSlots: number;
  #contenders = 0;
  #turn = 0;
  #nextId = FIRST_ID;
  readonly #done = new Map<number, Run>();
  #nextDone = FIRST_ID;

  constructor(rules: QueueRules) {
    this.#rules = rules;
    this.#free = rules.servers.map(() => rules.slots);
    this.#freeSlots = rules.servers.length * rules.slots;
  }

  /** Runs that are queued from outside. Each source gives them in order, which makes sorting them cheap. */
  expectDay(runs: readonly Run[]): void {
    const left = this.#arrivals.slice(this.#arrived);
    this.#arrivals = [...left, ...runs].sort((a, b) => a.queued - b.queued);
    this.#arrived = 0;
  }

  #expect(run: Run, phase: Run['phase'], at: number): void {
    run.phase = phase;
    run.at = at;
    run.turn = this.#turn += 1;
    this.#events.push(run);
  }

  /** Lets the next thing happen, if it comes before a moment; false where nothing does. */
  step(moment: number): boolean {
    const [arrival, event] = [this.#arrivals[this.#arrived], this.#events.first];
    if (arrival !== undefined && (event === undefined || arrival.queued <= event.at)) {
      if (arrival.queued >= moment) return false;
      this.#arrived += 1;
      this.#arrive(arrival, arrival.queued);
      return true;
    }
    if (event === undefined || event.at >= moment) return false;
    this.#events.pop();
    this.#happen(event);
    return true;
  }

  #happen(run: Run): void {
    const { phase, at } = run;
    if (phase === 'arrives') this.#arrive(run, at);
    else if (phase === 'ready') this.#waiting.push(run);
    else this.#end(run);
    if (phase !== 'arrives') this.#dispatch(at);
  }

  /** The run whose turn it is in the log, once it is done. */
  nextDone(): Run | undefined {
    const run = this.#done.get(this.#nextDone);
    if (run === undefined) return undefined;
    this.#done.delete(this.#nextDone);
    this.#nextDone += 1;
    return run;
  }

  #arrive(run: Run, at: number): void {
    run.id = this.#nextId;
    this.#nextId += 1;
    run.queued = at;
    const { prerequisite } = run;
    if (run.status === 'X') this.#over(run);
    else if (prerequisite === undefined || prerequisite.phase === 'over')
      this.#becomesEligible(run, run.queued);
    else (prerequisite.waiters ??= []).push(run);
  }

  #becomesEligible(run: Run, from: number): void {
    run.eligible = from + run.eligibleLag;
    this.#expect(run, 'ready', run.eligible + run.pollLag);
  }

  #end(run: Run): void {
    this.#free[run.server] = (this.#free[run.server] ?? 0) + 1;
    this.#freeSlots += 1;
    this.#leaveJob(run.job);
    for (const waiter of run.waiters ?? []) this.#becomesEligible(waiter, run.ended);
    if (run.status === 'F' && run.retry !== undefined) {
      this.#expect(run.retry.run, 'arrives', run.ended + run.retry.delay);
    }
    this.#over(run);
  }

  #over(run: Run): void {
    run.phase = 'over';
    run.waiters = undefined;
    this.#done.set(run.id, run);
  }

  #leaveJob(job: Job): void {
    if (job.code === this.#rules.contention?.job) this.#contenders -= 1;
    if (job.cap === undefined) return;
    this.#running.set(job, (this.#running.get(job) ?? 0) - 1);
    const next = this.#held.get(job)?.pop();
    if (next !== undefined) this.#waiting.push(next);
  }

  #dispatch(now: number): void {
    while (this.#freeSlots > 0) {
      const run = this.#waiting.pop();
      if (run === undefined) return;
      if (this.#isAtCap(run.job)) this.#hold(run);
      else this.#start(run, now);
    }
  }

  #isAtCap(job: Job): boolean {
    return job.cap !== undefined && (this.#running.get(job) ?? 0) >= job.cap;
  }

  #hold(run: Run): void {
    const held = this.#held.get(run.job) ?? new Heap<Run>(goesBefore);
    held.push(run);
    this.#held.set(run.job, held);
  }

  #start(run: Run, now: number): void {
    const { servers, contention } = this.#rules;
    run.server = this.#freeServer(run);
    this.#free[run.server] = (this.#free[run.server] ?? 0) - 1;
    this.#freeSlots -= 1;
    if (run.job.cap !== undefined) this.#running.set(run.job, (this.#running.get(run.job) ?? 0) + 1);
    const contends = run.job.code === contention?.job;
    const stretch = this.#contenders > 0 && !contends ? 1 + (contention?.stretch ?? 0) : 1;
    if (contends) this.#contenders += 1;
    const factor = (servers[run.server]?.factor ?? 1) * stretch;
    run.started = now;
    run.ended = now + Math.max(1, Math.round(run.work * factor));
    this.#expect(run, 'ends', run.ended);
  }

  /** The server that the run's lot falls on, or the next one that has a free slot. */
  #freeServer({ lot, job }: Run): number {
    const count = this.#free.length;
    const takesLong = job.median >= (this.#rules.lastTakes ?? Number.POSITIVE_INFINITY);
    if (takesLong && (this.#free[count - 1] ?? 0) > 0) return count - 1;
    let server = Math.floor(lot * count);
    while ((this.#free[server] ?? 0) === 0) server = (server + 1) % count;
    return server;
  }
}

function goesBefore(a: Run, b: Run): boolean {
  if (a.job.priority !== b.job.priority) return a.job.priority < b.job.priority;
  return a.eligible < b.eligible || (a.eligible === b.eligible && a.id < b.id);
}
