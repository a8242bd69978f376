import type { PluginManifest } from '../contract/index.ts';

/** What an execution takes while it runs. */
export interface Claim {
  readonly concurrencyClass: PluginManifest['concurrency_class'];
  /** The most that its sandbox may hold. */
  readonly memoryBytes: number;
}

/** What all executions of a run have together. */
export interface Room {
  /** Executions that compute at once. */
  readonly workers: number;
  readonly memoryBytes: number;
}

/** What an execution waits for: `memory_class`, another one of that class to end; `turn`, that one before it starts. */
export type WaitsFor = 'workers' | 'memory' | 'memory_class' | 'turn';

/**
 * What those that are ready may do, in their order: start (undefined), or wait. Of the classes `cpu` and `memory` as
 * many run at once as there are workers, of `memory` one; of `io`, which mostly wait for answers, as many again. None
 * starts before the most that it may hold is free; with nothing beside it, it always starts. Whatever waits for memory is
 * not overtaken: small ones could keep a large one waiting for ever.
 */
export function admit(
  ready: readonly Claim[],
  running: readonly Claim[],
  room: Room,
): (WaitsFor | undefined)[] {
  const taken = [...running];
  let isHeld = false;
  return ready.map((claim) => {
    const waitsFor = isHeld ? 'turn' : lacking(claim, taken, room);
    if (waitsFor === undefined) taken.push(claim);
    isHeld ||= waitsFor === 'memory';
    return waitsFor;
  });
}

function lacking(claim: Claim, taken: readonly Claim[], room: Room): WaitsFor | undefined {
  const isLarge = ({ concurrencyClass }: Claim): boolean => concurrencyClass === 'memory';
  if (isLarge(claim) && taken.some(isLarge)) return 'memory_class';
  const isWaiting = ({ concurrencyClass }: Claim): boolean => concurrencyClass === 'io';
  const alike = taken.filter((other) => isWaiting(other) === isWaiting(claim));
  if (alike.length >= room.workers) return 'workers';
  const held = taken.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  return taken.length > 0 && held + claim.memoryBytes > room.memoryBytes ? 'memory' : undefined;
}
