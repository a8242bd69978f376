import type { State } from './open-state.ts';
import { type IsAlive, isProcessAlive, type Owner, ownerState } from './owner.ts';

/**
 * Marks as ABORTED the runs under way whose process is dead, and returns their ids. What a live owner holds, or one
 * that can't be seen from here, is left alone.
 */
export function abortOrphans(
  state: State,
  self: Owner,
  isAlive: IsAlive = isProcessAlive,
): readonly string[] {
  return state.transaction(() => {
    const orphans = state.runs.underWay().filter((run) => ownerState(run.owner, self, isAlive) === 'dead');
    for (const { run_id, owner } of orphans) {
      end(state, run_id, `the process ${owner.pid} ended without finishing the run`);
    }
    return orphans.map((run) => run.run_id);
  });
}

/** Marks one run under way as ABORTED, whoever holds it. */
export function abortRun(state: State, runId: string, reason: string): void {
  state.transaction(() => end(state, runId, reason));
}

function end(state: State, run_id: string, reason: string): void {
  state.runs.finish(run_id, { status: 'ABORTED', reason });
  state.events.append({
    correlation_id: run_id,
    kind: 'run.aborted',
    subject_kind: 'run',
    subject_id: run_id,
    data: { reason },
  });
}
