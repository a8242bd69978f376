import { HarnessError } from '../base/index.ts';
import { currentOwner, describeOwner, type State } from '../state/index.ts';

const PAUSE_MS = 200;

/**
 * Takes the run lock of an appdata, waiting for it unless told not to; returns how to give it back. Throws
 * SH_LOCK_HELD without waiting, and the signal's reason when it is aborted while it waits.
 */
export async function takeRunLock(
  state: State,
  runId: string,
  options: { readonly wait: boolean; readonly signal: AbortSignal | undefined; onWait(owner: string): void },
): Promise<() => void> {
  const request = { name: 'run', owner: currentOwner(), purpose: runId } as const;
  for (let attempt = 0; ; attempt++) {
    const answer = state.locks.acquire(request);
    if (answer.acquired) return () => void state.locks.release(request);
    const owner = describeOwner(answer.holder.owner);
    if (!options.wait) throw new HarnessError('SH_LOCK_HELD', { owner });
    if (attempt === 0) options.onWait(owner);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    options.signal?.throwIfAborted();
  }
}
