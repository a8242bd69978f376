import { byCodePoint, failPoint, randomId, type Sha256 } from '../base/index.ts';
import type { ManifestArtifact, RunManifest, Trace } from '../contract/index.ts';
import {
  currentOwner,
  type Lineage,
  type RunCounts,
  runEntityId,
  runLineage,
  type State,
} from '../state/index.ts';
import type { Outcome } from './outcome.ts';
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

/** What the database is told of a sealed run. */
export interface Committed {
  readonly manifest: RunManifest;
  readonly sealed: ManifestArtifact;
  readonly artifacts: readonly ManifestArtifact[];
  readonly outcomes: readonly Outcome[];
  readonly trace: Trace;
  readonly counts: RunCounts;
}

/** Records a sealed run: executions, artifacts, lineage, its link in the chain, its status. In one transaction. */
export function recordCommit(run: PlannedRun, state: State, committed: Committed): void {
  const { manifest, sealed, counts } = committed;
  const manifestHash = sealed.sha256 as Sha256;
  for (const outcome of committed.outcomes.toSorted((a, b) => byCodePoint(a.manifest.id, b.manifest.id))) {
    state.executions.save({
      id: randomId(),
      run_id: run.runId,
      plugin_id: outcome.manifest.id,
      execution_fingerprint: outcome.executionFingerprint,
      status: outcome.status,
      reason: outcome.reason,
      started_at: outcome.startedAt,
      finished_at: outcome.finishedAt,
      exit_code: outcome.exitCode,
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
  state.lineage.saveAll(lineageOf(run.runId, committed.trace, committed.artifacts));
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
  state.events.append({
    correlation_id: run.runId,
    kind: 'run.finished',
    subject_kind: 'run',
    subject_id: run.runId,
    data: { status },
    at: manifest.finished_at,
  });
}

/** The lineage of a committed run: what its trace says, and the documents that are made of it. */
export function lineageOf(runId: string, trace: Trace, artifacts: readonly ManifestArtifact[]): Lineage {
  return withDocuments(runLineage(runId, trace), runId, artifacts);
}

/** What is made of the report, and the trace: they hold circumstances or the report's own hash, so no trace names them. */
function withDocuments(lineage: Lineage, runId: string, artifacts: readonly ManifestArtifact[]): Lineage {
  const report = lineage.entities.find((entity) => entity.kind === 'report');
  const documents = artifacts.filter(({ path }) => ['report.html', 'report.md', 'trace.json'].includes(path));
  const entities = documents.map(({ path, sha256 }) => ({
    entity_id: runEntityId(runId, 'artifact', path),
    kind: 'artifact' as const,
    label: path,
    sha256: sha256 as Sha256,
    run_id: runId,
  }));
  const edges = entities.flatMap(({ entity_id }) =>
    report === undefined
      ? []
      : [{ from_id: report.entity_id, to_id: entity_id, relation: 'produced' as const }],
  );
  return { entities: [...lineage.entities, ...entities], edges: [...lineage.edges, ...edges] };
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
