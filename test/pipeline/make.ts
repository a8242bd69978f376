import { sha256 } from '../../src/base/index.ts';
import type { DatasetSchema, PluginManifest, PluginOutput, RoleMap } from '../../src/contract/index.ts';
import type { LoadedPlugin } from '../../src/plugin-host/index.ts';

/** A valid manifest with some members replaced. */
export function manifest(change: Partial<PluginManifest> = {}): PluginManifest {
  return {
    schema_version: 'plugin_manifest.v1',
    id: 'sample',
    version: '1.0.0',
    title: 'Sample',
    type: 'analysis',
    entrypoint: 'plugin.ts',
    contract_version: 'plugin.v1',
    requires: { engine_semver: '*', schema_versions: [] },
    depends_on: [],
    needs: { roles: [], column_types: [], min_rows: 0 },
    capabilities_required: ['dataset.read'],
    randomness: false,
    config_schema: {
      type: 'object',
      properties: {
        bins: { type: 'integer', minimum: 1, default: 20 },
        names: { type: 'array', items: { type: 'string' }, default: [] },
      },
    },
    output_schema: 'plugin_output.v1',
    limits: { wall_s: 60, cpu_s: 60, memory_mb: 512, output_mb: 10 },
    question: 'What?',
    assumptions: [],
    misleads_when: [],
    finding_kinds: ['fact'],
    concurrency_class: 'cpu',
    claim: 'measured',
    method: { name: 'counting', reference: 'none' },
    health: false,
    ...change,
  };
}

export function plugin(change: Partial<PluginManifest> = {}): LoadedPlugin {
  const document = manifest(change);
  const hash = sha256(JSON.stringify(document));
  return {
    manifest: document,
    folder: '',
    bundle: '',
    codeSha256: hash,
    manifestSha256: hash,
    configSchemaSha256: hash,
    outputSchemaSha256: hash,
  };
}

export function output(change: Partial<PluginOutput> = {}): PluginOutput {
  return {
    schema_version: 'plugin_output.v1',
    notes: [],
    findings: [],
    metrics: {},
    derivations: [],
    tests: [],
    charts: [],
    artifacts: [],
    ...change,
  };
}

export const schema: DatasetSchema = {
  schema_version: 'dataset_schema.v1',
  columns: [
    { name: 'Amount 2', sql_name: 'Amount_2', type: { kind: 'decimal', precision: 10, scale: 2 } },
    { name: 'Job', sql_name: 'Job', type: { kind: 'text' } },
  ],
};

export const noRoles: RoleMap = { schema_version: 'role_map.v1', bindings: [] };
