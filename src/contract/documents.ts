import type { TSchema } from 'typebox';
import { BenchBaseline } from './bench-baseline.ts';
import { Config } from './config.ts';
import { DatasetSchema, DatasetVersion, IngestReport, Part, RoleMap } from './dataset.ts';
import { Erp } from './erp.ts';
import { ErpHistory } from './erp-history.ts';
import { Evaluation } from './evaluation.ts';
import { GroundTruth } from './ground-truth.ts';
import { KnownIssue } from './known-issue.ts';
import { PluginBundle } from './plugin-bundle.ts';
import { PluginManifest } from './plugin-manifest.ts';
import { PluginOutput } from './plugin-output.ts';
import { PluginValidation } from './plugin-validation.ts';
import { Report } from './report.ts';
import { ReproPack } from './repro-pack.ts';
import { Finding, PluginResult } from './result.ts';
import { RetentionPolicy } from './retention-policy.ts';
import { RunComparison } from './run-comparison.ts';
import { RunEvents } from './run-events.ts';
import { RunManifest, RunSummary } from './run-manifest.ts';
import { Trace } from './trace.ts';

/** Every document with a schema of its own, by the name and version that it carries. */
export const DOCUMENTS: Readonly<Record<string, TSchema>> = {
  'bench_baseline.v1': BenchBaseline,
  'config.v1': Config,
  'dataset_schema.v1': DatasetSchema,
  'dataset_version.v1': DatasetVersion,
  'evaluation.v1': Evaluation,
  'erp.v1': Erp,
  'erp_history.v1': ErpHistory,
  'finding.v1': Finding,
  'ground_truth.v1': GroundTruth,
  'ingest_report.v1': IngestReport,
  'known_issue.v1': KnownIssue,
  'part.v1': Part,
  'plugin_bundle.v1': PluginBundle,
  'plugin_manifest.v1': PluginManifest,
  'plugin_output.v1': PluginOutput,
  'plugin_result.v1': PluginResult,
  'plugin_validation.v1': PluginValidation,
  'report.v1': Report,
  'repro_pack.v1': ReproPack,
  'retention_policy.v1': RetentionPolicy,
  'role_map.v1': RoleMap,
  'run_comparison.v1': RunComparison,
  'run_events.v1': RunEvents,
  'run_manifest.v1': RunManifest,
  'run_summary.v1': RunSummary,
  'trace.v1': Trace,
};

/** The name of the file that holds a document's schema. */
export function schemaFile(document: string): string {
  return `${document}.schema.json`;
}

/** A schema as its file holds it. */
export function schemaText(schema: object): string {
  const document = { $schema: 'http://json-schema.org/draft-07/schema#', ...schema };
  return `${JSON.stringify(document, null, 2)}\n`;
}
