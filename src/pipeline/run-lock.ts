import { HarnessError } from '../base/index.ts';
import {
  currentOwner,
  describeOwner,
  isProcessAlive,
  type Owner,
  ownerState,
  type State,
} from '../state/index.ts';

const PAUSE_MS = 200;

/**
 * Takes the run lock of an appdata, waiting for it unless told not to; returns how to give it back. Throws
 * SH_LOCK_HELD or SH_LOCK_FOREIGN without waiting, and the signal's reason when it is aborted while it waits.
 */
export async function takeRunLock(
  state: State,
  runId: string,
  options: {
    readonly wait: boolean;
    readonly signal: AbortSignal | undefined;
    /** `foreign`: what to know where the holder can't be seen, so that it may be gone without anybody noticing. */
    onWait(foreign: HarnessError | undefined, owner: string): void;
  },
): Promise<() => void> {
  const request = { name: 'run', owner: currentOwner(), purpose: runId } as const;
  for (let attempt = 0; ; attempt++) {
    const answer = state.locks.acquire(request);
    if (answer.acquired) return () => void state.locks.release(request);
    const { owner, purpose } = answer.holder;
    if (!options.wait) throw heldBy(owner, purpose);
    if (attempt === 0) {
      options.onWait(isForeign(owner) ? heldBy(owner, purpose) : undefined, describeOwner(owner));
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    options.signal?.throwIfAborted();
  }
}

function heldBy(owner: Owner, purpose: string): HarnessError {
  const described = describeOwner(owner);
  return isForeign(owner)
    ? new HarnessError('SH_LOCK_FOREIGN', { run: purpose, owner: described })
    : new HarnessError('SH_LOCK_HELD', { owner: described });
}

function isForeign(owner: Owner): boolean {
  return ownerState(owner, currentOwner(), isProcessAlive) === 'foreign';
}
