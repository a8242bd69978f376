import { HarnessError } from '../base/index.ts';
import type { State } from '../state/index.ts';

const PAUSE_MS = 250;

/** Why a run ends that `runs cancel` was called for. */
export class CancelRequested extends Error {
  override readonly name = 'CancelRequested';
}

/**
 * Looks again and again whether another process has asked for the end of a run; its signal is aborted then, or when
 * `outer` is. The request is a record, not a signal: it works on every system, and for a run that waits.
 */
export function watchForCancel(
  state: State,
  runId: string,
  outer: AbortSignal | undefined,
): { readonly signal: AbortSignal; stop(): void } {
  const asked = new AbortController();
  const look = (): void => {
    try {
      if (state.events.isCancelRequested(runId))
        asked.abort(new CancelRequested('it was cancelled on request'));
    } catch (error) {
      // Another look follows; whatever is wrong with the database, the run itself will meet it.
      if (!(error instanceof HarnessError)) throw error;
    }
  };
  const timer = setInterval(look, PAUSE_MS);
  timer.unref();
  return {
    signal: outer === undefined ? asked.signal : AbortSignal.any([outer, asked.signal]),
    stop: () => clearInterval(timer),
  };
}

/** Why a run was stopped, in words. */
export function stopReason(signal: AbortSignal | undefined): string {
  return signal?.reason instanceof CancelRequested ? signal.reason.message : 'the run was interrupted';
}
