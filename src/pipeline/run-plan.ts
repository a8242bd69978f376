import { appendFile } from 'node:fs/promises';
import {
  type AppPaths,
  type Clock,
  canonicalJsonFile,
  messageOf,
  randomId,
  removeTree,
  renameDurably,
  type Sha256,
} from '../base/index.ts';
import type {
  IngestReport,
  ManifestArtifact,
  Report,
  RunManifest,
  RunStatus,
  Trace,
} from '../contract/index.ts';
import type { Dataset } from '../dataset/index.ts';
import { sandboxLayers } from '../plugin-host/index.ts';
import { buildReport, isFact, renderHtml, renderMarkdown } from '../report/index.ts';
import { currentOwner, type RunCounts, runLineage, type State } from '../state/index.ts';
import type { ResolvedConfig } from './config.ts';
import type { EngineIdentity } from './engine-identity.ts';
import { type ExecutionContext, executeEntry, skippedOutcome } from './execute-entry.ts';
import { executePlan } from './execute-plan.ts';
import type { Fingerprint, RunInput } from './fingerprint.ts';
import { buildManifest, type RunUpload } from './manifest.ts';
import { isFailure, type Outcome } from './outcome.ts';
import type { Plan } from './plan.ts';
import { takeRunLock } from './run-lock.ts';
import { keepOnlyLogs, openStaging, type Staging } from './staging.ts';
import { buildTrace } from './trace.ts';

/** Something worth telling while a run is under way. */
export type PipelineEvent =
  | { readonly kind: 'stage'; readonly stage: string }
  | { readonly kind: 'plugin_started'; readonly plugin: string }
  | {
      readonly kind: 'plugin_progress';
      readonly plugin: string;
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly kind: 'plugin_finished';
      readonly plugin: string;
      readonly status: string;
      readonly reused: boolean;
      readonly reason: string;
    };

/** A run that is planned in every detail. */
export interface PlannedRun {
  readonly runId: string;
  readonly createdAt: string;
  readonly input: RunInput;
  readonly ingest: readonly IngestReport[];
  readonly uploads: readonly RunUpload[];
  readonly config: ResolvedConfig;
  readonly plan: Plan;
  readonly fingerprint: Fingerprint;
  readonly engine: EngineIdentity;
  readonly force: boolean;
  readonly wait: boolean;
  readonly osSandbox: 'auto' | 'off';
  readonly signal: AbortSignal | undefined;
  onEvent(event: PipelineEvent): void;
}

export interface PipelineEnvironment {
  readonly state: State;
  readonly paths: AppPaths;
  readonly clock: Clock;
  /** Opens the dataset version of the run; closed when the run ends. */
  openDataset(): Promise<Dataset>;
  /** Hashes the parts again when all has been asked of them; throws SH_INTEGRITY_… where one has changed. */
  checkParts(): Promise<void>;
}

/** How a run ended. `manifest` where it was committed. */
export interface FinishedRun {
  readonly status: RunStatus;
  readonly reason: string;
  readonly outcomes: readonly Outcome[];
  readonly manifest?: RunManifest;
  readonly counts: RunCounts;
  /** Findings that describe the columns rather than claim something. */
  readonly facts: number;
}

/**
 * Runs a plan: queue, lock, execute, report, commit. What it writes appears in `runs/` by one rename, or not at all;
 * after that the database says so in one transaction. A run that can't finish leaves its logs only.
 */
export async function runPlan(run: PlannedRun, environment: PipelineEnvironment): Promise<FinishedRun> {
  const { state, paths } = environment;
  record(run, state);
  try {
    const release = await takeRunLock(state, run.runId, {
      wait: run.wait,
      signal: run.signal,
      onWait: (owner) => run.onEvent({ kind: 'stage', stage: `waiting for the run of process ${owner}` }),
    });
    try {
      return await runLocked(run, environment);
    } finally {
      release();
    }
  } catch (error) {
    const cancelled = run.signal?.aborted === true;
    end(run, state, cancelled ? 'CANCELLED' : 'FAILED', messageOf(error));
    await removeTree(paths.run(run.runId));
    await keepOnlyLogs(paths, run.runId);
    if (cancelled) return unfinished('CANCELLED', 'the run was interrupted', []);
    throw error;
  }
}

function record(run: PlannedRun, state: State): void {
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
  event(run, state, 'run.queued', 'run', run.runId);
}

async function runLocked(run: PlannedRun, environment: PipelineEnvironment): Promise<FinishedRun> {
  const { state, paths, clock } = environment;
  state.runs.start(run.runId, currentOwner());
  event(run, state, 'run.started', 'run', run.runId);
  const startedAt = state.runs.get(run.runId)?.started_at ?? clock.now();
  const staging = await openStaging(paths, run.runId, clock);
  await staging.enter('executing');
  const dataset = await environment.openDataset();
  let outcomes: readonly Outcome[];
  try {
    outcomes = await executeAll(run, environment, staging, dataset);
  } finally {
    await dataset.close();
  }
  const stopped = stoppedBy(run, outcomes);
  if (stopped !== undefined) {
    end(run, state, stopped.status, stopped.reason);
    await keepOnlyLogs(paths, run.runId);
    return unfinished(stopped.status, stopped.reason, outcomes);
  }
  await environment.checkParts();
  await staging.enter('reporting');
  run.onEvent({ kind: 'stage', stage: 'writing the report' });
  const report = buildReport({
    kind: run.config.kind,
    version: run.input.version,
    parts: run.input.parts,
    ingest: run.ingest,
    createViewSql: dataset.createViewSql,
    coverage: run.input.coverage,
    roles: run.input.roles,
    outcomes: outcomes.map((outcome) => ({
      manifest: outcome.manifest,
      status: outcome.status,
      reason: outcome.reason,
      ...(outcome.ok && { result: outcome.ok.result }),
    })),
    q: run.config.policy.false_discovery_rate,
  });
  const trace = await writeContent(run, staging, outcomes, report);
  return commit({ run, environment, staging, outcomes, report, trace, startedAt });
}

async function executeAll(
  run: PlannedRun,
  { state, paths, clock }: PipelineEnvironment,
  staging: Staging,
  dataset: Dataset,
): Promise<readonly Outcome[]> {
  const context: ExecutionContext = {
    runId: run.runId,
    kind: run.config.kind,
    input: run.input,
    dataset,
    engine: run.engine,
    runSeed: run.fingerprint.runSeed,
    paths,
    clock,
    cache: run.force ? 'renew' : 'reuse',
    osSandbox: run.osSandbox,
    sandboxMemoryBytes: Math.floor(run.config.memoryBytes / 2 / run.config.workers),
    folders: { work: staging.work, artifacts: staging.path('artifacts'), logs: staging.path('logs') },
    signal: run.signal,
    onProgress: (plugin, done, total) => run.onEvent({ kind: 'plugin_progress', plugin, done, total }),
  };
  return executePlan(run.plan, {
    workers: run.config.workers,
    stopOnFailure: run.config.policy.on_failure === 'stop',
    signal: run.signal,
    skip: (entry, status, reason) => skippedOutcome(entry, context, status, reason),
    async execute(entry, done) {
      const plugin = entry.plugin.manifest.id;
      run.onEvent({ kind: 'plugin_started', plugin });
      event(run, state, 'execution.started', 'plugin', plugin);
      const outcome = await executeEntry(entry, done, context);
      const reused = outcome.reusedFrom !== null;
      event(run, state, 'execution.finished', 'plugin', plugin, { status: outcome.status, reused });
      if ((outcome.ok?.result.findings.length ?? 0) > 0) state.runs.markFirstResult(run.runId);
      run.onEvent({
        kind: 'plugin_finished',
        plugin,
        status: outcome.status,
        reused,
        reason: outcome.reason,
      });
      return outcome;
    },
  });
}

/** An interruption or the policy ends a run without a report. */
function stoppedBy(
  run: PlannedRun,
  outcomes: readonly Outcome[],
): { status: 'CANCELLED' | 'FAILED'; reason: string } | undefined {
  if (run.signal?.aborted === true) return { status: 'CANCELLED', reason: 'the run was interrupted' };
  const failed = outcomes.find((outcome) => isFailure(outcome.status) && outcome.status !== 'cancelled');
  if (failed === undefined || run.config.policy.on_failure === 'continue') return undefined;
  const reason = `${failed.manifest.id} ended ${failed.status} (${failed.reason}) and the policy is to stop`;
  return { status: 'FAILED', reason };
}

/** Writes everything that is content: results in order of plugin id, report, trace. */
async function writeContent(
  run: PlannedRun,
  staging: Staging,
  outcomes: readonly Outcome[],
  report: Report,
): Promise<Trace> {
  for (const outcome of outcomes) {
    if (outcome.ok === undefined) continue;
    const { id } = outcome.manifest;
    await staging.write(`results/${id}.json`, outcome.ok.text, 'application/json');
    for (const artifact of outcome.ok.result.artifacts) {
      const { title: _title, path, ...content } = artifact;
      staging.register({ ...content, path: `artifacts/${id}/${path}`, producer: id });
    }
  }
  const written = await staging.write('report.json', canonicalJsonFile(report), 'application/json');
  const circumstances = {
    run_fingerprint: run.fingerprint.sha256,
    engine_version: run.engine.version,
  };
  await staging.write('report.md', renderMarkdown(report, circumstances), 'text/markdown');
  await staging.write('report.html', await renderHtml(report, circumstances), 'text/html');
  const trace = buildTrace(run.input, outcomes, written.sha256 as Sha256);
  await staging.write('trace.json', canonicalJsonFile(trace), 'application/json');
  return trace;
}

interface Commit {
  readonly run: PlannedRun;
  readonly environment: PipelineEnvironment;
  readonly staging: Staging;
  readonly outcomes: readonly Outcome[];
  readonly report: Report;
  readonly trace: Trace;
  readonly startedAt: string;
}

/** Seals the staging folder with its manifest, renames it into `runs/`, then records it: all or nothing. */
async function commit({
  run,
  environment,
  staging,
  outcomes,
  report,
  trace,
  startedAt,
}: Commit): Promise<FinishedRun> {
  const { state, paths, clock } = environment;
  const previous = state.chain.head()?.manifest_sha256 ?? null;
  const manifest = buildManifest({
    runId: run.runId,
    datasetName: run.config.dataset,
    fingerprint: run.fingerprint,
    config: run.config,
    engine: run.engine,
    input: run.input,
    uploads: run.uploads,
    outcomes,
    artifacts: staging.artifacts,
    findings: report.findings.length,
    times: { created: run.createdAt, started: startedAt, finished: clock.now() },
    hostSandboxLayers: await sandboxLayers(),
    previousManifest: previous,
  });
  const counts = countOutcomes(outcomes, report.findings.length);
  const artifacts = [...staging.artifacts];
  await removeTree(staging.work);
  const sealed = await staging.write('run_manifest.json', canonicalJsonFile(manifest), 'application/json');
  await appendFile(staging.path('run.log'), logLines(outcomes));
  await staging.enter('sealed');
  await renameDurably(staging.folder, paths.run(run.runId));
  state.transaction(() => recordCommit(run, state, { manifest, sealed, artifacts, outcomes, trace, counts }));
  return {
    status: manifest.results.status,
    reason: '',
    outcomes,
    manifest,
    counts,
    facts: report.findings.filter(isFact).length,
  };
}

interface Committed {
  readonly manifest: RunManifest;
  readonly sealed: ManifestArtifact;
  readonly artifacts: readonly ManifestArtifact[];
  readonly outcomes: readonly Outcome[];
  readonly trace: Trace;
  readonly counts: RunCounts;
}

function recordCommit(run: PlannedRun, state: State, committed: Committed): void {
  const { manifest, sealed, counts } = committed;
  const manifestHash = sealed.sha256 as Sha256;
  for (const outcome of [...committed.outcomes].sort((a, b) => (a.manifest.id < b.manifest.id ? -1 : 1))) {
    state.executions.save({
      id: randomId(),
      run_id: run.runId,
      plugin_id: outcome.manifest.id,
      execution_fingerprint: outcome.executionFingerprint,
      status: outcome.status,
      reason: outcome.reason,
      started_at: outcome.startedAt,
      finished_at: outcome.finishedAt,
      exit_code: null,
      reused_from_run: outcome.reusedFrom,
      output_sha256: outcome.ok?.sha256 ?? null,
      peak_memory_bytes: outcome.peakMemoryBytes,
      sandbox_layers: [...outcome.sandboxLayers],
    });
  }
  state.artifacts.saveAll(
    run.runId,
    committed.artifacts.map((artifact) => ({ ...artifact, sha256: artifact.sha256 as Sha256 })),
  );
  state.lineage.saveAll(runLineage(run.runId, committed.trace));
  state.chain.append({
    run_id: run.runId,
    manifest_sha256: manifestHash,
    previous_manifest_sha256: manifest.previous_manifest_sha256 as Sha256 | null,
  });
  const status = manifest.results.status === 'PARTIAL' ? 'PARTIAL' : 'COMPLETED';
  state.runs.finish(run.runId, {
    status,
    manifest_sha256: manifestHash,
    counts,
    finished_at: manifest.finished_at,
  });
  event(run, state, 'run.finished', 'run', run.runId, { status });
}

function countOutcomes(outcomes: readonly Outcome[], findings: number): RunCounts {
  const count = (wanted: (outcome: Outcome) => boolean): number => outcomes.filter(wanted).length;
  return {
    findings,
    plugins_ok: count((outcome) => outcome.status === 'ok'),
    plugins_reused: count((outcome) => outcome.reusedFrom !== null),
    plugins_failed: count((outcome) => isFailure(outcome.status)),
    plugins_not_applicable: count((outcome) => outcome.status === 'not_applicable'),
  };
}

function unfinished(
  status: 'CANCELLED' | 'FAILED',
  reason: string,
  outcomes: readonly Outcome[],
): FinishedRun {
  return { status, reason, outcomes, counts: countOutcomes(outcomes, 0), facts: 0 };
}

function end(run: PlannedRun, state: State, status: 'CANCELLED' | 'FAILED', reason: string): void {
  state.transaction(() => {
    state.runs.finish(run.runId, { status, reason });
    event(run, state, `run.${status.toLowerCase()}`, 'run', run.runId, { reason });
  });
}

function event(
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

function logLines(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map(
    (o) => `${o.finishedAt} ${o.manifest.id} ${o.status}${o.reason === '' ? '' : `: ${o.reason}`}`,
  );
  return `${lines.join('\n')}\n`;
}
