import { admit, type Claim, type Room, type WaitsFor } from './governor.ts';
import { isFailure, type Outcome } from './outcome.ts';
import type { LeftOut, Plan, PlannedPlugin } from './plan.ts';

export interface ExecutePlanOptions {
  /** What executions have together. */
  readonly room: Room;
  readonly stopOnFailure: boolean;
  readonly signal: AbortSignal | undefined;
  /** What an execution takes of the room. */
  claimOf(entry: PlannedPlugin): Claim;
  /** Told of one that could start by what it depends on, and has to wait; told again when that is for something else. */
  onWait(entry: PlannedPlugin, waitsFor: WaitsFor, running: readonly string[]): void;
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
 * Executes a plan, as many at once as there is room for. That changes when things happen, never what comes out: each
 * plugin sees the outcomes of what it depends on, and the outcomes are returned in plan order.
 */
export async function executePlan(plan: Plan, options: ExecutePlanOptions): Promise<Outcome[]> {
  const done = new Map<string, Outcome>();
  const planned = new Set(plan.planned.map(idOf));
  const waiting = new Set(plan.planned);
  const running = new Map<PlannedPlugin, Promise<void>>();
  const toldOf = new Map<PlannedPlugin, WaitsFor>();
  const broken: unknown[] = [];
  let stopped = false;

  const start = (entry: PlannedPlugin): void => {
    waiting.delete(entry);
    const finished = options
      .execute(entry, done)
      .then((outcome) => {
        done.set(idOf(entry), outcome);
        if (isFailure(outcome.status) && options.stopOnFailure) stopped = true;
      })
      .catch((error: unknown) => void broken.push(error))
      .finally(() => running.delete(entry));
    running.set(entry, finished);
  };

  const tell = (entry: PlannedPlugin, waitsFor: WaitsFor): void => {
    if (toldOf.get(entry) === waitsFor) return;
    toldOf.set(entry, waitsFor);
    options.onWait(entry, waitsFor, [...running.keys()].map(idOf));
  };

  /** Settles those that are not to be executed; true if that let go of others. */
  const skipSome = (ready: readonly PlannedPlugin[]): boolean => {
    const ended = stopped || options.signal?.aborted === true;
    const before = done.size;
    for (const entry of ready) {
      const skipped = ended
        ? options.skip(entry, 'cancelled', 'the run was stopped')
        : skippedOutcome(entry, done, planned, options);
      if (skipped === undefined) continue;
      waiting.delete(entry);
      done.set(idOf(entry), skipped);
    }
    return done.size > before;
  };

  while (waiting.size + running.size > 0 && broken.length === 0) {
    const ready = [...waiting].filter(({ upstream }) =>
      upstream.every(({ id }) => done.has(id) || !planned.has(id)),
    );
    if (skipSome(ready)) continue;
    const taken = [...running.keys()].map(options.claimOf);
    const decided = admit(ready.map(options.claimOf), taken, options.room);
    const decisions = ready.map((entry, i) => ({ entry, waitsFor: decided[i] }));
    for (const { entry, waitsFor } of decisions) if (waitsFor === undefined) start(entry);
    for (const { entry, waitsFor } of decisions) if (waitsFor !== undefined) tell(entry, waitsFor);
    if (running.size > 0) await Promise.race(running.values());
  }
  await Promise.all(running.values());
  if (broken.length > 0) throw broken[0];
  return plan.planned.flatMap((entry) => done.get(idOf(entry)) ?? []);
}

function idOf({ plugin }: PlannedPlugin): string {
  return plugin.manifest.id;
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
