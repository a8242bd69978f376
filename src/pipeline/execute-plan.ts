import { isFailure, type Outcome } from './outcome.ts';
import type { LeftOut, Plan, PlannedPlugin } from './plan.ts';

export interface ExecutePlanOptions {
  readonly workers: number;
  readonly stopOnFailure: boolean;
  readonly signal: AbortSignal | undefined;
  /** Executes one plugin; the outcomes of what it depends on are there. */
  execute(entry: PlannedPlugin, done: ReadonlyMap<string, Outcome>): Promise<Outcome>;
  /** An outcome that needs no execution: upstream failed, cancelled, not applicable, denied. */
  skip(
    entry: PlannedPlugin,
    status: 'upstream_failed' | 'cancelled' | LeftOut['status'],
    reason: string,
  ): Outcome;
}

/**
 * Executes a plan with up to `workers` executions at once. Parallelism changes when things happen, never what comes
 * out: each plugin sees the outcomes of what it depends on, and the outcomes are returned in plan order.
 */
export async function executePlan(plan: Plan, options: ExecutePlanOptions): Promise<Outcome[]> {
  const done = new Map<string, Outcome>();
  const planned = new Set(plan.planned.map((entry) => entry.plugin.manifest.id));
  const waiting = [...plan.planned];
  const running = new Map<string, Promise<void>>();
  const broken: unknown[] = [];
  let stopped = false;

  const start = (entry: PlannedPlugin): void => {
    const { id } = entry.plugin.manifest;
    const finished = options
      .execute(entry, done)
      .then((outcome) => {
        done.set(id, outcome);
        if (isFailure(outcome.status) && options.stopOnFailure) stopped = true;
      })
      .catch((error: unknown) => void broken.push(error))
      .finally(() => running.delete(id));
    running.set(id, finished);
  };

  while (waiting.length + running.size > 0 && broken.length === 0) {
    const ended = stopped || options.signal?.aborted === true;
    const free = ended ? waiting.length : options.workers - running.size;
    for (const entry of takeReady(waiting, done, planned, free)) {
      const skipped = ended
        ? options.skip(entry, 'cancelled', 'the run was stopped')
        : skippedOutcome(entry, done, planned, options);
      if (skipped === undefined) start(entry);
      else done.set(entry.plugin.manifest.id, skipped);
    }
    if (running.size > 0) await Promise.race(running.values());
  }
  await Promise.all(running.values());
  if (broken.length > 0) throw broken[0];
  return plan.planned.flatMap((entry) => done.get(entry.plugin.manifest.id) ?? []);
}

/** Takes up to `free` entries out of the waiting list whose upstream is done, or is not in the plan at all. */
function takeReady(
  waiting: PlannedPlugin[],
  done: ReadonlyMap<string, Outcome>,
  planned: ReadonlySet<string>,
  free: number,
): PlannedPlugin[] {
  const ready = waiting
    .filter((entry) => entry.upstream.every(({ id }) => done.has(id) || !planned.has(id)))
    .slice(0, Math.max(0, free));
  for (const entry of ready) waiting.splice(waiting.indexOf(entry), 1);
  return ready;
}

function skippedOutcome(
  entry: PlannedPlugin,
  done: ReadonlyMap<string, Outcome>,
  planned: ReadonlySet<string>,
  options: ExecutePlanOptions,
): Outcome | undefined {
  if (entry.leftOut !== undefined) return options.skip(entry, entry.leftOut.status, entry.leftOut.reason);
  const failed = entry.upstream.find(
    ({ id, required }) => required && planned.has(id) && done.get(id)?.status !== 'ok',
  );
  return failed && options.skip(entry, 'upstream_failed', `it depends on ${failed.id}, which did not end ok`);
}
