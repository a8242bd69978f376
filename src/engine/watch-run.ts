import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { byCodePoint, HarnessError } from '../base/index.ts';
import { check, isUnderWay, ProvisionalFinding, type RunStatus } from '../contract/index.ts';
import { recoverRuns } from '../pipeline/index.ts';
import { currentOwner, isProcessAlive, ownerState } from '../state/index.ts';
import type { App } from './app.ts';
import { eventsOf } from './events-of.ts';
import { liveActivities, progressIn } from './live-activities.ts';
import { Refusal } from './live-run.ts';
import { type LookedAt, lookedAtBy } from './looked-at.ts';
import type { ProgressEvent } from './progress-event.ts';
import { NO_PROGRESS, progressSince, type RunProgress } from './run-progress.ts';

/** What `runs watch --json` prints: how the run stood when the watching ended. */
export interface RunWatch {
  readonly schema_version: 'run_watch.v1';
  readonly run_id: string;
  /** Null where it has none yet, or never got one: its file is being read, or was refused. */
  readonly status: RunStatus | null;
  readonly reason: string;
  /** False where it has ended. */
  readonly under_way: boolean;
  /** What its process ended with, where that was before it got a status. */
  readonly refused_with: number | null;
  readonly report_path: string | null;
  /** Which rows it looks at; null where no run is recorded yet. */
  readonly looked_at: LookedAt['looked_at'] | null;
  readonly sample: LookedAt['sample'];
  /** Milliseconds from the question to the first provisional finding, to the first result, to the end. */
  readonly first_provisional_ms: number | null;
  readonly ttfr_ms: number | null;
  readonly duration_ms: number | null;
  /** What was told before the results were there, in order. */
  readonly provisional: readonly (ProvisionalFinding & { readonly by: string })[];
}

export interface WatchRequest {
  /** Ends the watching; the run goes on. */
  readonly signal: AbortSignal;
  /** Told all that happens; `id` where it is an event of the run, by which a watcher can go on later. */
  onProgress(event: ProgressEvent, id?: number): void;
  /** Leaves out the events up to this id: they were told before. */
  readonly after?: number;
}

const PAUSE_MS = 200;
const GONE = 'its process is gone';

/**
 * Follows a run from its beginning to its end, whichever process does it: all that has happened, then all that happens.
 * It only looks, and waits for nobody. `id`: that of a run, the beginning of it, or `latest`; without one, the run that
 * is executing, else one under way, else the newest. Throws SH_RUN_NONE, SH_RUN_UNKNOWN, SH_ID_AMBIGUOUS, SH_RUN_DELETED.
 */
export async function watchRun(app: App, id: string | undefined, request: WatchRequest): Promise<RunWatch> {
  const runId = runToWatch(app, id);
  let progress = NO_PROGRESS;
  let seen = request.after ?? 0;
  for (;;) {
    // In this order: what is read after the end was seen holds all that came before it.
    const underWay = isAlive(app, runId);
    for (const event of app.state.events.after(runId, seen)) {
      seen = event.id;
      for (const told of eventsOf(event)) request.onProgress(told, event.id);
    }
    const now = progressOf(app, runId);
    for (const event of progressSince(progress, now)) request.onProgress(event);
    progress = now;
    if (!underWay || request.signal.aborted) return watchOf(app, runId, underWay);
    await sleep(PAUSE_MS, undefined, { signal: request.signal }).catch(() => undefined);
  }
}

function runToWatch(app: App, id: string | undefined): string {
  const { runs } = app.state;
  const going = liveActivities(app).map(({ purpose }) => purpose);
  const unrecorded = going.filter((run) => runs.get(run) === undefined);
  const executing = going.findLast((run) => runs.get(run)?.status === 'RUNNING');
  if (id === undefined)
    return executing ?? going.at(-1) ?? runs.underWay().at(-1)?.run_id ?? runs.find('latest').run_id;
  if (id === 'latest') return unrecorded.at(-1) ?? runs.find('latest').run_id;
  const meant = unrecorded.filter((run) => id.length >= SHORTEST && run.startsWith(id.toLowerCase()));
  if (meant.length === 0) return runs.find(id).run_id;
  const [only = '', ...others] = [...new Set([...meant, ...recordedAs(app, id)])].sort(byCodePoint);
  if (others.length === 0) return only;
  throw new HarnessError('SH_ID_AMBIGUOUS', { id, count: others.length + 1, what: 'runs' });
}

const SHORTEST = 4;

function recordedAs(app: App, id: string): string[] {
  try {
    return [app.state.runs.find(id).run_id];
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'SH_RUN_UNKNOWN') return [];
    throw error;
  }
}

/** A process does it, or may: one that can't be seen from here counts as alive. */
function isAlive(app: App, runId: string): boolean {
  if (liveActivities(app).some(({ purpose }) => purpose === runId)) return true;
  const run = app.state.runs.get(runId);
  return (
    run !== undefined && isUnderWay(run) && ownerState(run.owner, currentOwner(), isProcessAlive) !== 'dead'
  );
}

/** How far a run says that it has come, in the words of what is told while it goes on. */
export function progressNow(app: App, runId: string): ProgressEvent[] {
  return progressSince(NO_PROGRESS, progressOf(app, runId));
}

function progressOf(app: App, runId: string): RunProgress {
  return progressIn(liveActivities(app).find(({ purpose }) => purpose === runId));
}

async function watchOf(app: App, runId: string, underWay: boolean): Promise<RunWatch> {
  const left = app.state.runs.get(runId);
  // Its process is gone: settled here as the next command would.
  if (!underWay && left !== undefined && isUnderWay(left)) await recoverRuns(app.state, app.paths);
  const run = app.state.runs.get(runId);
  const { ttfr_ms, first_provisional_ms, duration_ms, moments } = app.state.events.timeline(runId);
  const refused = check(Refusal, moments.find(({ kind }) => kind === 'run.refused')?.data);
  const refusal = refused.ok ? refused.value : undefined;
  const settled = run !== undefined && !isUnderWay(run);
  const finished = run?.status === 'COMPLETED' || run?.status === 'PARTIAL';
  return {
    schema_version: 'run_watch.v1',
    run_id: runId,
    status: run?.status ?? null,
    reason: underWay ? '' : run?.reason || refusal?.reason || (settled ? '' : GONE),
    under_way: underWay,
    refused_with: run === undefined ? (refusal?.exit_code ?? null) : null,
    report_path: finished ? join(app.paths.run(runId), 'report.html') : null,
    ...(run === undefined ? { looked_at: null, sample: null } : await lookedAtBy(app, run)),
    ...{ first_provisional_ms, ttfr_ms, duration_ms },
    provisional: moments.flatMap(({ kind, subject_id, data }) => {
      const checked = check(ProvisionalFinding, data);
      return kind === 'finding.provisional' && checked.ok ? [{ by: subject_id, ...checked.value }] : [];
    }),
  };
}
