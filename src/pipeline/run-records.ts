import { failPoint, HarnessError, type Json, type Sha256 } from '../base/index.ts';
import { currentOwner, type State } from '../state/index.ts';
import { plannedWith, type Queued } from './how-asked.ts';
import type { PlannedRun } from './planned-run.ts';

/** Notes a run as queued, for the first time or again. Throws SH_RUN_NOT_RESUMABLE where another resumed it meanwhile. */
export function recordQueued(run: PlannedRun, state: State): void {
  state.transaction(() => (run.resumes ? queueAgain(run, state) : queueFirst(run, state)));
  failPoint('run.queued', run.runId);
}

function queueAgain(run: PlannedRun, state: State): void {
  if (!state.runs.requeue(run.runId, currentOwner())) {
    const status = state.runs.get(run.runId)?.status ?? 'gone';
    const advice = 'Wait for it: another process has taken it up.';
    throw new HarnessError('SH_RUN_NOT_RESUMABLE', { id: run.runId, reason: `it is ${status}`, advice });
  }
  recordEvent(run, state, 'run.resumed', 'run', run.runId);
}

function queueFirst(run: PlannedRun, state: State): void {
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
  const data = { asked: run.asked, planned_with: plannedWith(run.plan, run.engine) } satisfies Queued;
  recordEvent(run, state, 'run.queued', 'run', run.runId, data);
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
  data: Json = {},
): void {
  state.events.append({
    correlation_id: run.runId,
    kind,
    subject_kind: subjectKind,
    subject_id: subjectId,
    data,
  });
}
