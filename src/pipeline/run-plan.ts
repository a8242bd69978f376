import { join } from 'node:path';
import {
  asFileError,
  byCodePoint,
  type HarnessError,
  isThere,
  messageOf,
  removeTree,
} from '../base/index.ts';
import { Report, sampleOf, sampleText } from '../contract/index.ts';
import type { Dataset } from '../dataset/index.ts';
import { buildReport, NO_FINDINGS } from '../report/index.ts';
import { currentOwner } from '../state/index.ts';
import { stopReason, watchForCancel } from './cancel-watch.ts';
import { catchUp } from './catch-up.ts';
import { commitRun } from './commit-run.ts';
import { claimOf, type ExecutionContext, executeEntry, skippedOutcome } from './execute-entry.ts';
import { executePlan } from './execute-plan.ts';
import { withoutSecrets } from './guard-secrets.ts';
import { grantOf, hadNetwork } from './manifest.ts';
import { sharesOfRun } from './memory-shares.ts';
import { countOutcomes, isFailure, type Outcome } from './outcome.ts';
import { networkHosts } from './permissions.ts';
import type { FinishedRun, PipelineEnvironment, PlannedRun } from './planned-run.ts';
import { chunkRecorder } from './record-chunks.ts';
import { refuseRevoked } from './refuse-revoked.ts';
import { takeRunLock } from './run-lock.ts';
import { recordEnd, recordEvent, recordQueued } from './run-records.ts';
import { appendLog, keepOnlyLogs, openStaging, type Staging } from './staging.ts';
import { writeContent } from './write-content.ts';

/**
 * Runs a plan: queue, lock, execute, report, commit. What it writes appears in `runs/` by one rename, or not at all;
 * after that the database says so in one transaction. A run that can't finish leaves its logs only.
 */
export async function runPlan(run: PlannedRun, environment: PipelineEnvironment): Promise<FinishedRun> {
  const { state } = environment;
  recordQueued(run, state);
  for (const [id, reason] of run.unhealthy)
    recordEvent(run, state, 'plugin.unhealthy_ignored', 'plugin', id, { reason });
  const watch = watchForCancel(state, run.runId, run.signal);
  try {
    return await runQueued({ ...run, signal: watch.signal }, environment);
  } finally {
    watch.stop();
  }
}

async function runQueued(run: PlannedRun, environment: PipelineEnvironment): Promise<FinishedRun> {
  const { state } = environment;
  try {
    const release = await takeRunLock(state, run.runId, {
      wait: run.wait,
      signal: run.signal,
      onWait: (foreign, owner) => run.onEvent({ kind: 'stage', stage: waiting(foreign, owner) }),
    });
    try {
      return await runLocked(run, environment);
    } finally {
      release();
    }
  } catch (error) {
    const stopped = run.signal?.aborted === true;
    const reason = stopped ? stopReason(run.signal) : messageOf(asFileError(error));
    await endWithout(run, environment, stopped ? 'CANCELLED' : 'FAILED', reason).catch((second: unknown) => {
      // What went wrong first is what counts; the next start cleans up.
      if (stopped) throw second;
    });
    if (stopped) return unfinished('CANCELLED', reason, []);
    throw error;
  }
}

function waiting(foreign: HarnessError | undefined, owner: string): string {
  return foreign === undefined
    ? `waiting for the run of process ${owner}`
    : `${foreign.message} ${foreign.hint}`;
}

/**
 * Ends a run of which nothing but its logs is to stay. One that is recorded as finished, or whose sealed folder lies in
 * `runs/` and only could not be recorded, stays as it is: the next start records it.
 */
async function endWithout(
  run: PlannedRun,
  { state, paths }: PipelineEnvironment,
  status: 'CANCELLED' | 'FAILED',
  reason: string,
): Promise<void> {
  if (state.runs.get(run.runId)?.manifest_sha256 != null) return;
  if (await isThere(join(paths.run(run.runId), 'run_manifest.json'))) return;
  await removeTree(paths.run(run.runId));
  await keepOnlyLogs(paths, run.runId);
  recordEnd(run, state, status, reason);
}

async function runLocked(run: PlannedRun, environment: PipelineEnvironment): Promise<FinishedRun> {
  const { state, paths, clock } = environment;
  await catchUp(state, paths, (id) => run.onEvent({ kind: 'stage', stage: listedAgain(id) }));
  refuseRevoked(run.plan, state);
  state.runs.start(run.runId, currentOwner());
  recordEvent(run, state, 'run.started', 'run', run.runId);
  const startedAt = state.runs.get(run.runId)?.started_at ?? clock.now();
  const staging = await openStaging(paths, run.runId, clock);
  await staging.enter('executing');
  const sample = sampleOf(run.input.coverage);
  const drawn = sample === undefined ? 'FULL' : `SAMPLED: ${sampleText(sample)}`;
  appendLog(staging.path('run.log'), `${clock.now()} coverage: ${drawn}`);
  const dataset = await environment.openDataset();
  let outcomes: readonly Outcome[];
  try {
    const ended = await executeAll(run, environment, staging, dataset);
    appendLog(staging.path('run.log'), `${clock.now()} ${answersLine(dataset)}`);
    outcomes = ended.toSorted((a, b) => byCodePoint(a.manifest.id, b.manifest.id));
  } finally {
    await dataset.close();
  }
  const stopped = stoppedBy(run, outcomes);
  if (stopped !== undefined) {
    await keepOnlyLogs(paths, run.runId);
    recordEnd(run, state, stopped.status, stopped.reason);
    return unfinished(stopped.status, stopped.reason, outcomes);
  }
  if (outcomes.some(({ durationMs }) => durationMs !== null)) await environment.checkParts();
  await staging.enter('reporting');
  run.onEvent({ kind: 'stage', stage: 'writing the report' });
  const report = withoutSecrets(Report, reportOf(run, outcomes, dataset.createViewSql));
  const trace = await writeContent(run, staging, outcomes, report);
  run.signal?.throwIfAborted();
  return commitRun({ run, environment, staging, outcomes, report, trace, startedAt });
}

/** What the operator is told of a run that was listed again. */
export function listedAgain(runId: string): string {
  return `the run ${runId}, which the database did not know, is listed again`;
}

function reportOf(run: PlannedRun, outcomes: readonly Outcome[], createViewSql: string): Report {
  return buildReport({
    kind: run.config.kind,
    version: run.input.version,
    parts: run.input.parts,
    ingest: run.ingest,
    createViewSql,
    coverage: run.input.coverage,
    roles: run.input.roles,
    outcomes: outcomes.map((outcome) => ({
      manifest: outcome.manifest,
      status: outcome.status,
      reason: outcome.reason,
      ...(outcome.limit && { limit: outcome.limit }),
      settings: outcome.entry.settings,
      networkHosts: hadNetwork(outcome) ? networkHosts(outcome.entry) : [],
      ...(outcome.ok && { result: outcome.ok.result }),
    })),
    q: run.config.policy.false_discovery_rate,
    knownIssues: run.config.erp?.known_issues ?? [],
  });
}

async function executeAll(
  run: PlannedRun,
  { state, paths, clock }: PipelineEnvironment,
  staging: Staging,
  dataset: Dataset,
): Promise<readonly Outcome[]> {
  const shares = sharesOfRun(run.config.memoryBytes, run.config.workers);
  const chunks = chunkRecorder(run, { state, clock });
  const context: ExecutionContext = {
    runId: run.runId,
    kind: run.config.kind,
    input: run.input,
    dataset,
    engine: run.engine,
    runSeed: run.fingerprint.runSeed,
    paths,
    clock,
    cache: run.asked.force ? (run.resumes ? 'own' : 'renew') : 'reuse',
    osSandbox: run.asked.os_sandbox,
    sandboxMemoryBytes: shares.sandboxesBytes,
    ceilings: (type) => run.config.policy.profiles[type].limits,
    folders: { work: staging.work, artifacts: staging.path('artifacts'), logs: staging.path('logs') },
    signal: run.signal,
    onProgress: (plugin, done, total) => run.onEvent({ kind: 'plugin_progress', plugin, done, total }),
    onChunk: chunks.add,
    onProvisional: (by, { findings }) => {
      for (const finding of findings) run.onEvent({ kind: 'provisional', source: 'plugin', by, finding });
    },
  };
  return executePlan(run.plan, {
    room: { workers: run.config.workers, memoryBytes: shares.sandboxesBytes },
    claimOf: (entry) => claimOf(entry, context),
    onWait(entry, waitsFor, running) {
      const plugin = entry.plugin.manifest.id;
      run.onEvent({ kind: 'plugin_queued', plugin, waitsFor });
      const data = { waits_for: waitsFor, running: [...running] };
      recordEvent(run, state, 'execution.queued', 'plugin', plugin, data);
    },
    stopOnFailure: run.config.policy.on_failure === 'stop',
    signal: run.signal,
    skip: (entry, status, reason) => {
      if (status === 'denied')
        recordEvent(run, state, 'plugin.denied', 'plugin', entry.plugin.manifest.id, { reason });
      return skippedOutcome(entry, context, status, reason);
    },
    async execute(entry, done) {
      const plugin = entry.plugin.manifest.id;
      run.onEvent({ kind: 'plugin_started', plugin });
      recordEvent(run, state, 'execution.started', 'plugin', plugin);
      for (const grant of entry.grants)
        recordEvent(run, state, 'capability.granted', 'plugin', plugin, grantOf(grant));
      const outcome = await executeEntry(entry, done, context);
      const reused = outcome.reusedFrom !== null;
      appendLog(staging.path('run.log'), logLine(outcome));
      const { status, reason, reusedFrom } = outcome;
      const how = { ...(reused && { reused_from: reusedFrom }), ...(reason !== '' && { reason }) };
      chunks.flush();
      recordEvent(run, state, 'execution.finished', 'plugin', plugin, { status, reused, ...how });
      if ((outcome.ok?.result.findings.length ?? 0) > 0) state.runs.markFirstResult(run.runId);
      run.onEvent({ kind: 'plugin_finished', plugin, status, reused, reason });
      return outcome;
    },
  });
}

/** An interruption or the policy ends a run without a report. */
function stoppedBy(
  run: PlannedRun,
  outcomes: readonly Outcome[],
): { status: 'CANCELLED' | 'FAILED'; reason: string } | undefined {
  if (run.signal?.aborted === true) return { status: 'CANCELLED', reason: stopReason(run.signal) };
  const failed = outcomes.find((outcome) => isFailure(outcome.status) && outcome.status !== 'cancelled');
  if (failed === undefined || run.config.policy.on_failure === 'continue') return undefined;
  const reason = `${failed.manifest.id} ended ${failed.status} (${failed.reason}) and the policy is to stop`;
  return { status: 'FAILED', reason };
}

function unfinished(
  status: 'CANCELLED' | 'FAILED',
  reason: string,
  outcomes: readonly Outcome[],
): FinishedRun {
  return { status, reason, outcomes, counts: countOutcomes(outcomes, 0), told: NO_FINDINGS, knownIssues: [] };
}

function answersLine(dataset: Dataset): string {
  const { computed, recalled } = dataset.answered();
  return `questions to the data: ${computed} computed, ${recalled} answered from earlier runs`;
}

function logLine(outcome: Outcome): string {
  const how = outcome.reusedFrom === null ? outcome.status : `${outcome.status}, reused`;
  const why = outcome.reason === '' ? '' : `: ${outcome.reason}`;
  return `${outcome.finishedAt} ${outcome.manifest.id} ${how}${why}${chunksLine(outcome)}`;
}

function chunksLine({ chunks: { computed, takenOver } }: Outcome): string {
  return computed + takenOver === 0 ? '' : `; chunks: ${computed} computed, ${takenOver} taken over`;
}
