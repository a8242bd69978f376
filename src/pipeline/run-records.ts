import { failPoint, type Sha256 } from '../base/index.ts';
import { currentOwner, type State } from '../state/index.ts';
import type { PlannedRun } from './planned-run.ts';

/** Notes a run as queued. */
export function recordQueued(run: PlannedRun, state: State): void {
  state.runs.create({
    run_id: run.runId,
    fingerprint: run.fingerprint.sha256,
    dataset: run.config.dataset,
    dataset_version_id: run.input.version.dataset_version_id as Sha256,
    kind: run.config.kind,
    config: run.config,
    owner: currentOwner(),
    created_at: run.createdAt,
  });
  recordEvent(run, state, 'run.queued', 'run', run.runId);
  failPoint('run.queued', run.runId);
}

/** Notes that a run ended without a result. */
export function recordEnd(
  run: PlannedRun,
  state: State,
  status: 'CANCELLED' | 'FAILED',
  reason: string,
): void {
  state.transaction(() => {
    state.runs.finish(run.runId, { status, reason });
    recordEvent(run, state, `run.${status.toLowerCase()}`, 'run', run.runId, { reason });
    failPoint('run.ending', run.runId);
  });
  failPoint('run.ended', run.runId);
}

/** Appends an event of a run. */
export function recordEvent(
  run: PlannedRun,
  state: State,
  kind: string,
  subjectKind: string,
  subjectId: string,
  data: Readonly<Record<string, string | boolean>> = {},
): void {
  state.events.append({
    correlation_id: run.runId,
    kind,
    subject_kind: subjectKind,
    subject_id: subjectId,
    data,
  });
}
