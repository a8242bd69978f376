import { byCodePoint, hashJson, type Sha256 } from '../base/index.ts';
import {
  type DatasetSchema,
  environmentNames,
  type ManifestArtifact,
  type ManifestGrant,
  type RunManifest,
  type RunStatus,
} from '../contract/index.ts';
import type { ResolvedConfig } from './config.ts';
import type { EngineIdentity } from './engine-identity.ts';
import type { Fingerprint, RunInput } from './fingerprint.ts';
import { isFailure, type Outcome } from './outcome.ts';
import { type Grant, networkHosts } from './permissions.ts';
import type { SealedEvents } from './seal-events.ts';
import { GENERATOR, pluginSeed } from './seeds.ts';

/** A file as it was uploaded for this run. */
export interface RunUpload {
  readonly sha256: Sha256;
  readonly originalPath: string;
  readonly originalFilename: string;
  readonly bytes: number;
}

/** Everything that the manifest of a run is made of. */
export interface ManifestInput {
  readonly runId: string;
  readonly datasetName: string;
  readonly fingerprint: Fingerprint;
  readonly config: ResolvedConfig;
  readonly engine: EngineIdentity;
  readonly input: RunInput;
  /** One per part, in order. */
  readonly uploads: readonly RunUpload[];
  readonly outcomes: readonly Outcome[];
  readonly unhealthy: ReadonlyMap<string, string>;
  /** Plugins that the operator had taken out of all runs. */
  readonly disabled: readonly string[];
  readonly artifacts: readonly ManifestArtifact[];
  readonly findings: number;
  readonly times: {
    readonly created: string;
    readonly started: string;
    readonly firstResult: string | null;
    readonly finished: string;
  };
  readonly events: SealedEvents;
  readonly hostSandboxLayers: readonly string[];
  readonly previousManifest: Sha256 | null;
}

/** The run manifest: circumstances, and the hash of everything that was written. */
export function buildManifest(from: ManifestInput): RunManifest {
  return {
    schema_version: 'run_manifest.v1',
    run_id: from.runId,
    run_fingerprint: from.fingerprint.sha256,
    fingerprint_document: from.fingerprint.document,
    created_at: from.times.created,
    started_at: from.times.started,
    finished_at: from.times.finished,
    first_result_at: from.times.firstResult,
    engine: {
      version: from.engine.version,
      code_sha256: from.engine.codeSha256,
      commit: null,
      node: from.engine.node,
      duckdb: from.engine.duckdb,
      deno: from.engine.deno,
    },
    dataset: {
      name: from.datasetName,
      dataset_version_id: from.input.version.dataset_version_id,
      ...(from.config.erp && { erp: from.config.erp.name }),
    },
    inputs: inputsOf(from),
    kind: from.config.kind,
    ingest: ingestOf(from.input),
    coverage: from.input.coverage,
    config: configOf(from.config),
    determinism: determinismOf(from),
    plugins: [...from.outcomes].sort(byPluginId).map((outcome) => pluginOf(outcome, from.unhealthy)),
    ...(from.disabled.length > 0 && { disabled_plugins: [...from.disabled] }),
    features: { network_enabled: from.outcomes.some(hadNetwork), vector_store_enabled: false, gpu: false },
    execution: {
      workers: from.config.workers,
      memory_limit_bytes: from.config.memoryBytes,
      platform: `${process.platform}-${process.arch}`,
      host_sandbox_layers: [...from.hostSandboxLayers],
    },
    artifacts: [...from.artifacts].sort((a, b) => byCodePoint(a.path, b.path)),
    results: {
      status: statusOf(from.outcomes),
      failed_plugins: idsOf(from.outcomes, (outcome) => isFailure(outcome.status)),
      missing_plugins: idsOf(from.outcomes, (outcome) => outcome.status !== 'ok'),
      findings: from.findings,
    },
    events: from.events,
    previous_manifest_sha256: from.previousManifest,
  };
}

/** COMPLETED where nothing failed; a plugin that does not apply is no failure. */
export function statusOf(outcomes: readonly Outcome[]): RunStatus {
  return outcomes.some((outcome) => isFailure(outcome.status)) ? 'PARTIAL' : 'COMPLETED';
}

function inputsOf({ input, uploads }: ManifestInput): RunManifest['inputs'] {
  return input.parts.map((part, index) => ({
    upload_sha256: part.upload_sha256,
    original_filename: uploads[index]?.originalFilename ?? '',
    original_path: uploads[index]?.originalPath ?? '',
    bytes: uploads[index]?.bytes ?? 0,
    part_id: part.part_id,
    parquet_sha256: part.parquet_sha256,
    ...(part.rows_sha256 !== undefined && { rows_sha256: part.rows_sha256 }),
    ingest_report_sha256: part.ingest_report_sha256 ?? hashJson(null),
  }));
}

function ingestOf({ version, parts }: RunInput): RunManifest['ingest'] {
  return {
    row_count: version.row_count,
    column_count: version.schema.columns.length,
    rejected_rows: version.rejected_rows,
    options: parts.map((part) => part.options),
    schema_sha256: hashJson(version.schema satisfies DatasetSchema),
  };
}

function configOf(config: ResolvedConfig): RunManifest['config'] {
  const { sources, ...resolved } = config;
  return { resolved: { ...resolved }, sources: { ...sources }, sha256: hashJson(resolved) };
}

function determinismOf({ config, fingerprint, outcomes }: ManifestInput): RunManifest['determinism'] {
  const ids = outcomes.map((outcome) => outcome.manifest.id).sort(byCodePoint);
  return {
    requested_seed: config.seed,
    run_seed: fingerprint.runSeed,
    seed_source: config.seed === '0' ? 'fingerprint' : 'literal',
    generator: GENERATOR,
    plugin_seeds: Object.fromEntries(ids.map((id) => [id, pluginSeed(fingerprint.runSeed, id)])),
  };
}

function pluginOf(outcome: Outcome, unhealthy: ReadonlyMap<string, string>): RunManifest['plugins'][number] {
  const { plugin, settings, grants } = outcome.entry;
  const environment = environmentNames(settings);
  const reason = unhealthy.get(plugin.manifest.id);
  return {
    id: plugin.manifest.id,
    version: plugin.manifest.version,
    code_sha256: plugin.codeSha256,
    manifest_sha256: plugin.manifestSha256,
    config_schema_sha256: plugin.configSchemaSha256,
    output_schema_sha256: plugin.outputSchemaSha256,
    execution_fingerprint: outcome.executionFingerprint,
    status: outcome.status,
    reused_from: outcome.reusedFrom,
    capabilities: [...plugin.manifest.capabilities_required],
    ...(outcome.usedCapabilities !== null && { capabilities_used: [...outcome.usedCapabilities] }),
    sandbox_layers: [...outcome.sandboxLayers],
    ...(outcome.executionFingerprint !== null && grants.length > 0 && { granted: grants.map(grantOf) }),
    ...(plugin.origin && { origin: plugin.origin }),
    duration_ms: outcome.durationMs,
    peak_memory_bytes: outcome.peakMemoryBytes,
    reason: outcome.reason,
    started_at: outcome.startedAt,
    finished_at: outcome.finishedAt,
    exit_code: outcome.exitCode,
    ...(reason !== undefined && { unhealthy_ignored: reason }),
    ...(outcome.limits && { limits: outcome.limits }),
    ...(outcome.limit && { limit: outcome.limit }),
    ...(environment.length > 0 && { environment: [...environment] }),
  };
}

/** True where it was executed with the network open to it. */
export function hadNetwork({ entry, executionFingerprint }: Outcome): boolean {
  return executionFingerprint !== null && networkHosts(entry).length > 0;
}

export function grantOf({ capability, hosts, consents }: Grant): ManifestGrant {
  return {
    capability,
    hosts: [...hosts],
    consents: consents.map((consent) => ({
      approved_by: consent.approved_by,
      approved_at: consent.approved_at,
      scope: { kind: consent.scope_kind, name: consent.scope_name },
      hosts: [...consent.hosts],
      code_sha256: consent.code_sha256,
    })),
  };
}

function idsOf(outcomes: readonly Outcome[], wanted: (outcome: Outcome) => boolean): string[] {
  return outcomes
    .filter(wanted)
    .map((outcome) => outcome.manifest.id)
    .sort(byCodePoint);
}

function byPluginId(a: Outcome, b: Outcome): number {
  return byCodePoint(a.manifest.id, b.manifest.id);
}
