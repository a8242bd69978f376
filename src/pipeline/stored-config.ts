import Type from 'typebox';
import { CONFIG_SOURCES, check, closed, IngestOptions, Limits, oneOf, SeedText } from '../contract/index.ts';
import type { ResolvedConfig } from './config.ts';
import { ErpOfRun } from './erp-of-run.ts';

const Profile = closed({
  limits: Limits,
  capabilities: Type.Array(oneOf('dataset.read', 'artifacts.write', 'full_load', 'network', 'gpu')),
});

const StoredConfig = closed({
  dataset: Type.String(),
  erp: Type.Optional(ErpOfRun),
  kind: oneOf('real', 'synthetic'),
  ingest: IngestOptions,
  roles: Type.Record(Type.String(), Type.Array(Type.String())),
  plugins: Type.Union([oneOf('auto', 'all'), Type.Array(Type.String())]),
  disabled: Type.Array(Type.String()),
  settings: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown())),
  seed: SeedText,
  sample: Type.Optional(closed({ fraction: Type.Number(), by: Type.Optional(Type.String()) })),
  workers: Type.Integer({ minimum: 1 }),
  memoryBytes: Type.Integer({ minimum: 1 }),
  policy: closed({
    on_failure: oneOf('continue', 'stop'),
    require_os_sandbox: Type.Boolean(),
    false_discovery_rate: Type.Number(),
    profiles: closed({ profile: Profile, analysis: Profile, report: Profile, llm: Profile }),
  }),
  sources: Type.Record(Type.String(), oneOf(...CONFIG_SOURCES)),
});

/** The resolved configuration of a run, as the database has it; undefined where this engine's would be another. */
export function readStoredConfig(stored: unknown): ResolvedConfig | undefined {
  const checked = check(StoredConfig, stored);
  return checked.ok ? checked.value : undefined;
}
