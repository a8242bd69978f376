import { byCodePoint, randomId, type Sha256 } from '../base/index.ts';
import type { ManifestArtifact, Report, RunManifest, Trace } from '../contract/index.ts';
import { type Lineage, type RunCounts, runEntityId, runLineage, type State } from '../state/index.ts';
import { erpHistoryOf } from './erp-history.ts';

/** A run whose manifest is written: from then on the manifest and the files it names say all there is to record. */
export interface SealedRun {
  readonly manifest: RunManifest;
  readonly manifestSha256: Sha256;
  readonly trace: Trace;
  /** Where its dataset belongs to an ERP; that of another run is not needed. */
  readonly report?: Report;
}

/** Records a sealed run: executions, artifacts, lineage, its link in the chain, its status. In one transaction. */
export function recordCommit(state: State, sealed: SealedRun): void {
  const { manifest, manifestSha256, trace, report } = sealed;
  const { run_id } = manifest;
  recordExecutions(state, manifest);
  state.artifacts.saveAll(
    run_id,
    manifest.artifacts.map((artifact) => ({ ...artifact, sha256: artifact.sha256 as Sha256 })),
  );
  state.lineage.saveAll(lineageOf(run_id, trace, manifest.artifacts));
  // A run that was set aside has left its link and its events.
  const isNew = state.chain.ofRun(run_id) === undefined;
  if (isNew) {
    state.chain.append({
      run_id,
      manifest_sha256: manifestSha256,
      previous_manifest_sha256: manifest.previous_manifest_sha256 as Sha256 | null,
    });
  }
  const status = manifest.results.status === 'PARTIAL' ? 'PARTIAL' : 'COMPLETED';
  const { started_at, finished_at, first_result_at = null } = manifest;
  state.runs.finish(run_id, {
    status,
    manifest_sha256: manifestSha256,
    counts: countsOf(manifest),
    started_at,
    first_result_at,
    finished_at,
  });
  const history = report && erpHistoryOf(manifest, report);
  if (history !== undefined) state.erpHistory.save(history);
  if (!isNew) return;
  state.events.append({
    correlation_id: run_id,
    kind: 'run.finished',
    subject_kind: 'run',
    subject_id: run_id,
    data: { status },
    at: finished_at,
  });
}

function recordExecutions(state: State, { run_id, plugins, artifacts }: RunManifest): void {
  const outputs = new Map(artifacts.map(({ path, sha256 }) => [path, sha256]));
  for (const plugin of plugins.toSorted((a, b) => byCodePoint(a.id, b.id))) {
    state.executions.save({
      id: randomId(),
      run_id,
      plugin_id: plugin.id,
      execution_fingerprint: plugin.execution_fingerprint as Sha256 | null,
      status: plugin.status,
      reason: plugin.reason ?? '',
      started_at: plugin.started_at ?? null,
      finished_at: plugin.finished_at ?? null,
      exit_code: plugin.exit_code ?? null,
      reused_from_run: plugin.reused_from,
      output_sha256: (outputs.get(`results/${plugin.id}.json`) ?? null) as Sha256 | null,
      peak_memory_bytes: plugin.peak_memory_bytes,
      sandbox_layers: plugin.sandbox_layers,
    });
  }
}

/** How many plugins of a sealed run ended how. */
function countsOf({ plugins, results }: RunManifest): RunCounts {
  const count = (wanted: (plugin: RunManifest['plugins'][number]) => boolean): number =>
    plugins.filter(wanted).length;
  return {
    findings: results.findings,
    plugins_ok: count(({ status }) => status === 'ok'),
    plugins_reused: count(({ reused_from }) => reused_from !== null),
    plugins_failed: results.failed_plugins.length,
    plugins_not_applicable: count(({ status }) => status === 'not_applicable'),
  };
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
