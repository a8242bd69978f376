import { HarnessError } from '../base/index.ts';
import { isUnderWay, type RunStatus } from '../contract/index.ts';
import { abandonRun, recoverRuns } from '../pipeline/index.ts';
import { currentOwner, describeOwner, isProcessAlive, ownerState, type Run } from '../state/index.ts';
import type { App } from './app.ts';

/** What `runs cancel --json` prints. */
export interface RunCancellation {
  readonly schema_version: 'run_cancellation.v1';
  readonly run_id: string;
  /** CANCELLED; ABORTED where its process was gone; another where it ended by itself before it heard of it. */
  readonly status: RunStatus;
  readonly reason: string;
}

export interface CancelRequest {
  /** The operator says that the process of the run, which can't be seen from here, is gone. */
  readonly ownerIsGone: boolean;
  readonly patienceMs?: number;
}

type Activity = ReturnType<App['state']['activities']['all']>[number];

const PATIENCE_MS = 30_000;
const PAUSE_MS = 100;

/**
 * Asks the process of a run to end it, and waits until it has. Throws SH_RUN_NOT_UNDER_WAY, and SH_RUN_NOT_CANCELLED
 * where the process did not answer.
 */
export async function cancelRun(app: App, id: string, request: CancelRequest): Promise<RunCancellation> {
  const beginning = activityOf(app, id);
  if (beginning !== undefined) return endBeginning(app, beginning);
  const run = app.state.runs.find(id);
  const { run_id, status } = run;
  if (!isUnderWay(run)) throw new HarnessError('SH_RUN_NOT_UNDER_WAY', { id: run_id, status });
  if (request.ownerIsGone) await abandon(app, run);
  else requestEnd(app, run);
  const ended = await endOf(app, run, request.patienceMs ?? PATIENCE_MS);
  return { schema_version: 'run_cancellation.v1', run_id, status: ended.status, reason: ended.reason };
}

/** A run whose file is still being read, by its id: nothing is recorded of it yet. */
function activityOf({ state }: App, id: string): Activity | undefined {
  return state.runs.get(id) === undefined
    ? state.activities.all().find(({ purpose }) => purpose === id)
    : undefined;
}

/**
 * Ends the process of a run that reads its file: it hears nothing before that is read, and leaves nothing half-made,
 * whenever it ends.
 */
function endBeginning({ state }: App, { purpose: run_id, owner }: Activity): RunCancellation {
  const known = ownerState(owner, currentOwner(), isProcessAlive);
  if (known === 'foreign' || owner.pid === process.pid) {
    const advice = 'Its process is not one that can be ended from here: end it there.';
    throw new HarnessError('SH_RUN_NOT_CANCELLED', {
      id: run_id,
      status: 'beginning',
      owner: describeOwner(owner),
      advice,
    });
  }
  if (known === 'alive') process.kill(owner.pid, 'SIGKILL');
  const [status, reason] = ['CANCELLED', 'ended while its file was being read'] as const;
  state.events.append({
    correlation_id: run_id,
    kind: 'run.refused',
    subject_kind: 'run',
    subject_id: run_id,
    data: { reason, exit_code: 130 },
  });
  return { schema_version: 'run_cancellation.v1', run_id, status, reason };
}

async function abandon(app: App, run: Run): Promise<void> {
  const known = stateOf(run);
  if (known === 'foreign') return abandonRun(app.state, app.paths, run);
  const advice = `Its process can be seen from here, and is ${known}: leave --owner-is-gone out.`;
  throw notCancelled(run, advice);
}

function requestEnd(app: App, { run_id }: Run): void {
  app.state.events.append({
    correlation_id: run_id,
    kind: 'run.cancel_requested',
    subject_kind: 'run',
    subject_id: run_id,
  });
}

async function endOf(app: App, asked: Run, patienceMs: number): Promise<Run> {
  const until = app.clock.monotonicMs() + patienceMs;
  for (;;) {
    const run = app.state.runs.find(asked.run_id);
    if (!isUnderWay(run)) return run;
    if (app.clock.monotonicMs() > until) throw notCancelled(run, adviceFor(run));
    if (stateOf(run) === 'dead') await recoverRuns(app.state, app.paths);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function adviceFor(run: Run): string {
  switch (stateOf(run)) {
    case 'alive':
      return 'It ends as soon as its process looks; look again with "stat-harness runs list".';
    case 'dead':
      return 'Its process is gone: it will read ABORTED when the run that is under way has ended.';
    case 'foreign':
      return `Its process can not be seen from here. If you know that it is gone: "stat-harness runs cancel ${run.run_id} --owner-is-gone".`;
  }
}

function stateOf({ owner }: Run) {
  return ownerState(owner, currentOwner(), isProcessAlive);
}

function notCancelled({ run_id, status, owner }: Run, advice: string): HarnessError {
  return new HarnessError('SH_RUN_NOT_CANCELLED', {
    id: run_id,
    status,
    owner: describeOwner(owner),
    advice,
  });
}
