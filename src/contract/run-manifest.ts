import Type, { type Static } from 'typebox';
import { Coverage, closed, oneOf, SeedText, Sha256Schema } from './common.ts';
import { IngestOptions } from './dataset.ts';
import { IssueOutcome } from './known-issue.ts';
import { LimitName, Limits } from './limits.ts';
import { OutcomeStatus } from './report.ts';

export const RUN_STATUSES = [
  'QUEUED',
  'RUNNING',
  'COMPLETED',
  'PARTIAL',
  'FAILED',
  'ABORTED',
  'CANCELLED',
] as const;
export const RunStatus = oneOf(...RUN_STATUSES);
export type RunStatus = Static<typeof RunStatus>;

/** Not ended by anything yet: waiting for its turn, or at work. */
export function isUnderWay({ status }: { readonly status: RunStatus }): boolean {
  return status === 'QUEUED' || status === 'RUNNING';
}

export const ManifestInput = closed({
  upload_sha256: Sha256Schema,
  original_filename: Type.String(),
  original_path: Type.String(),
  bytes: Type.Integer(),
  part_id: Sha256Schema,
  parquet_sha256: Sha256Schema,
  rows_sha256: Type.Optional(Sha256Schema),
  ingest_report_sha256: Sha256Schema,
});

/** What was granted to a plugin beyond the profile of its type, and who consented to that, when and for what. */
export const ManifestGrant = closed({
  capability: Type.String(),
  /** The hosts that it could reach; empty where the capability has none. */
  hosts: Type.Array(Type.String()),
  consents: Type.Array(
    closed({
      approved_by: Type.String(),
      approved_at: Type.String(),
      /** `all`: for every dataset. */
      scope: closed({ kind: Type.String(), name: Type.String() }),
      hosts: Type.Array(Type.String()),
      /** The code that was looked at, which is the code that ran. */
      code_sha256: Sha256Schema,
    }),
  ),
});
export type ManifestGrant = Static<typeof ManifestGrant>;

/** Where the code of a plugin came from. */
export const PluginOrigin = closed({
  /** `folder`: one that the operator named with `--plugin-dir`. */
  from: oneOf('built-in', 'installed', 'folder'),
  /** Of the bundle that was installed. */
  bundle_sha256: Type.Optional(Sha256Schema),
});
export type PluginOrigin = Static<typeof PluginOrigin>;

export const ManifestPlugin = closed({
  id: Type.String(),
  version: Type.String(),
  code_sha256: Sha256Schema,
  manifest_sha256: Sha256Schema,
  config_schema_sha256: Sha256Schema,
  output_schema_sha256: Sha256Schema,
  execution_fingerprint: Type.Union([Sha256Schema, Type.Null()]),
  status: OutcomeStatus,
  /** Run whose execution was taken over; null where it was executed in this run, or not at all. */
  reused_from: Type.Union([Type.String(), Type.Null()]),
  /** What it declares. */
  capabilities: Type.Array(Type.String()),
  /** Of these, what the execution of this run made use of, as the host saw it; of the network the host sees nothing. */
  capabilities_used: Type.Optional(Type.Array(Type.String())),
  /** Layers that confined the execution: deno_permissions, bubblewrap, process_watch … */
  sandbox_layers: Type.Array(Type.String()),
  granted: Type.Optional(Type.Array(ManifestGrant)),
  origin: Type.Optional(PluginOrigin),
  duration_ms: Type.Union([Type.Number(), Type.Null()]),
  peak_memory_bytes: Type.Union([Type.Integer(), Type.Null()]),
  // Runs of the first engines lack what is optional here.
  /** Why, where the status is not `ok`; empty otherwise. */
  reason: Type.Optional(Type.String()),
  started_at: Type.Optional(Type.String()),
  finished_at: Type.Optional(Type.String()),
  /** Of the sandbox's process; null where a signal ended it, or none was started. */
  exit_code: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  /** What its execution in this run might use at most: the lower of what it asks for and what the operator allows. */
  limits: Type.Optional(Limits),
  /** The limit that ended it, where one did. */
  limit: Type.Optional(LimitName),
  /** Environment variables that its settings take: their values are in no document, so it is never reused. */
  environment: Type.Optional(Type.Array(Type.String())),
  /** Why it said that it can't work on this machine, where the operator had it executed all the same. */
  unhealthy_ignored: Type.Optional(Type.String()),
});

export const ManifestArtifact = closed({
  /** Path inside the run directory, with forward slashes. */
  path: Type.String(),
  sha256: Sha256Schema,
  bytes: Type.Integer(),
  media_type: Type.String(),
  /** Plugin id, or `engine`. */
  producer: Type.String(),
  keep: Type.Boolean(),
});
export type ManifestArtifact = Static<typeof ManifestArtifact>;

/** `run_manifest.json`: the circumstances of a run, and the hash of everything it wrote. */
export const RunManifest = closed(
  {
    schema_version: Type.Literal('run_manifest.v1'),
    run_id: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    run_fingerprint: Sha256Schema,
    /** The document whose hash is the fingerprint. */
    fingerprint_document: Type.Unknown(),
    created_at: Type.String(),
    started_at: Type.String(),
    finished_at: Type.String(),
    /** When the first finding was there; null where there was none. */
    first_result_at: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    engine: closed({
      version: Type.String(),
      code_sha256: Sha256Schema,
      commit: Type.Union([Type.String(), Type.Null()]),
      node: Type.String(),
      duckdb: Type.String(),
      deno: Type.String(),
    }),
    dataset: closed({
      name: Type.String(),
      dataset_version_id: Sha256Schema,
      /** The ERP that it belongs to. */
      erp: Type.Optional(Type.String()),
    }),
    inputs: Type.Array(ManifestInput),
    kind: oneOf('real', 'synthetic'),
    ingest: closed({
      row_count: Type.Integer(),
      column_count: Type.Integer(),
      rejected_rows: Type.Integer(),
      options: Type.Array(IngestOptions),
      schema_sha256: Sha256Schema,
    }),
    coverage: Coverage,
    config: closed({
      resolved: Type.Record(Type.String(), Type.Unknown()),
      /** Key path → flag, config, erp or default. */
      sources: Type.Record(Type.String(), Type.String()),
      sha256: Sha256Schema,
    }),
    determinism: closed({
      requested_seed: SeedText,
      run_seed: SeedText,
      seed_source: oneOf('fingerprint', 'literal'),
      generator: Type.String(),
      plugin_seeds: Type.Record(Type.String(), SeedText),
    }),
    plugins: Type.Array(ManifestPlugin),
    /** Plugins that the operator had taken out of all runs; not those that the configuration leaves out. */
    disabled_plugins: Type.Optional(Type.Array(Type.String())),
    features: closed({
      network_enabled: Type.Boolean(),
      vector_store_enabled: Type.Boolean(),
      gpu: Type.Boolean(),
    }),
    execution: closed({
      workers: Type.Integer(),
      memory_limit_bytes: Type.Integer(),
      platform: Type.String(),
      host_sandbox_layers: Type.Array(Type.String()),
    }),
    artifacts: Type.Array(ManifestArtifact),
    results: closed({
      status: RunStatus,
      failed_plugins: Type.Array(Type.String()),
      missing_plugins: Type.Array(Type.String()),
      findings: Type.Integer(),
    }),
    /** The events of the run up to its sealing: how many, and the hash of all of them in order. */
    events: Type.Optional(closed({ count: Type.Integer(), sha256: Sha256Schema })),
    previous_manifest_sha256: Type.Union([Sha256Schema, Type.Null()]),
  },
  { $id: 'run_manifest.v1' },
);
export type RunManifest = Static<typeof RunManifest>;

/** What `run --json` prints. */
export const RunSummary = closed(
  {
    schema_version: Type.Literal('run_summary.v1'),
    run_id: Type.String(),
    run_fingerprint: Sha256Schema,
    status: RunStatus,
    dataset_version_id: Sha256Schema,
    coverage: Coverage,
    /** Where its files lie; of a run that did not finish, its logs. */
    run_dir: Type.String(),
    /** Null where the run has none, because it did not finish. */
    report_path: Type.Union([Type.String(), Type.Null()]),
    manifest_path: Type.Union([Type.String(), Type.Null()]),
    ttfr_ms: Type.Union([Type.Number(), Type.Null()]),
    duration_ms: Type.Number(),
    counts: closed({
      findings: Type.Integer(),
      /** Findings that tell by other means what one before them tells; the report numbers them 2.1, 2.2 … */
      repeated: Type.Integer(),
      /** Descriptions of columns and roles, which claim nothing; not among the findings. */
      facts: Type.Integer(),
      plugins_ok: Type.Integer(),
      plugins_reused: Type.Integer(),
      plugins_failed: Type.Integer(),
      plugins_not_applicable: Type.Integer(),
    }),
    missing_plugins: Type.Array(
      closed({
        id: Type.String(),
        status: Type.String(),
        reason: Type.String(),
        /** Path of its log, where it left one. */
        log: Type.Optional(Type.String()),
      }),
    ),
    /** Taken out of all runs by the operator. */
    disabled_plugins: Type.Array(Type.String()),
    /** Encodings that were guessed, and what the settings name and the table does not have. */
    notes: Type.Optional(Type.Array(Type.String())),
    /** The ERP of the dataset, and what the run says of the issues that it knows. */
    erp: Type.Optional(
      closed({
        name: Type.String(),
        /** How the columns differ from every schema that the ERP accepts; empty where they are one of them. */
        schema_differs: Type.Array(Type.String()),
        known_issues: Type.Array(
          closed({
            id: Type.String(),
            title: Type.String(),
            strict: Type.Boolean(),
            outcome: IssueOutcome,
            reason: Type.String(),
          }),
        ),
      }),
    ),
  },
  { $id: 'run_summary.v1' },
);
export type RunSummary = Static<typeof RunSummary>;
