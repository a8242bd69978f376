import { hashJson, type Sha256 } from '../base/index.ts';
import {
  type Coverage,
  type DatasetVersion,
  type Part,
  type RoleMap,
  type Sample,
  sampleOf,
} from '../contract/index.ts';
import type { ResolvedConfig } from './config.ts';
import type { EngineIdentity } from './engine-identity.ts';
import { networkHosts } from './permissions.ts';
import type { Plan, PlannedPlugin } from './plan.ts';
import { runSeed } from './seeds.ts';

/** What a run works on. */
export interface RunInput {
  readonly version: DatasetVersion;
  readonly parts: readonly Part[];
  readonly roles: RoleMap;
  readonly coverage: Coverage;
}

/** The document that determines a run's result, its hash, and the seed that follows from it. */
export interface Fingerprint {
  readonly document: Readonly<Record<string, unknown>>;
  readonly sha256: Sha256;
  readonly runSeed: string;
}

/**
 * The run fingerprint (docs/explain/fingerprint.md). In: content of the input, how it was read, roles, plugins with
 * code and settings, seed request, policy that can change a result, known issues and history of the ERP by value, the
 * engine's code and its numeric libraries.
 * Out: names and paths of files, clock, machine, workers, memory.
 */
export function fingerprintRun(
  input: RunInput,
  plan: Plan,
  config: ResolvedConfig,
  engine: EngineIdentity,
): Fingerprint {
  const data = dataPart(input, sampleOf(input.coverage));
  const document = {
    schema_version: 'run_fingerprint.v1',
    data,
    kind: config.kind,
    roles: input.roles,
    plugins: plan.planned.map((entry) => pluginPart(entry)).sort((a, b) => (a.id < b.id ? -1 : 1)),
    seed: config.seed,
    policy: {
      on_failure: config.policy.on_failure,
      false_discovery_rate: config.policy.false_discovery_rate,
    },
    known_issues: config.erp?.known_issues ?? [],
    history: config.erp?.history ?? [],
    engine: enginePart(engine),
  };
  return { document, sha256: hashJson(document), runSeed: runSeed(config.seed, data) };
}

/** The seed of a run, and of the sample that it draws: a literal one, or from everything else that decides what is read. */
export function seedOfData(
  requested: string,
  input: Pick<RunInput, 'version' | 'parts'>,
  sampling: Omit<Sample, 'seed'> | undefined,
): string {
  return runSeed(requested, dataPart(input, sampling));
}

export interface ExecutionFingerprintInput {
  readonly input: RunInput;
  readonly entry: PlannedPlugin;
  readonly kind: string;
  readonly engine: EngineIdentity;
  /** Id and hash of the result of each upstream plugin, null where it is absent. */
  readonly upstream: Readonly<Record<string, Sha256 | null>>;
  /** The plugin's seed, which counts only if it declares randomness. */
  readonly seed: string;
}

/** The fingerprint of one plugin's execution: what determines its result. */
export function fingerprintExecution(of: ExecutionFingerprintInput): Sha256 {
  return hashJson({
    schema_version: 'execution_fingerprint.v1',
    plugin: pluginPart(of.entry),
    data: dataPart(of.input, sampleOf(of.input.coverage)),
    ...drawnPart(of.input),
    kind: of.kind,
    roles: of.input.roles,
    upstream: of.upstream,
    seed: of.entry.plugin.manifest.randomness ? of.seed : null,
    engine: enginePart(of.engine),
  });
}

/**
 * The fingerprint of a plugin's state of one chunk: the same for an append that leaves the chunk as it is. Types of
 * columns are not in it: they are kept with the state, of the columns that it depends on. Of a sample it holds all that
 * decides which rows of the chunk are drawn, so that under a literal seed an append leaves it as it is too.
 */
export function fingerprintChunk(
  of: Pick<ExecutionFingerprintInput, 'input' | 'entry' | 'engine'>,
  chunk: { readonly part: number; readonly firstRow: number; readonly lastRow: number },
): Sha256 {
  return hashJson({
    schema_version: 'chunk_fingerprint.v2',
    plugin: pluginPart(of.entry),
    // The ordinal too: `_sh_part` can be seen from inside a chunk.
    part: [chunk.part, of.input.parts[chunk.part - 1]?.part_id ?? null],
    rows: [chunk.firstRow, chunk.lastRow],
    ...drawnPart(of.input),
    columns: of.input.version.schema.columns.map(({ name, sql_name }) => [name, sql_name]),
    roles: boundColumns(of.input.roles),
    engine: enginePart(of.engine),
  });
}

function dataPart(
  { version, parts }: Pick<RunInput, 'version' | 'parts'>,
  sampling: Omit<Sample, 'seed'> | undefined,
): Record<string, unknown> {
  return {
    dataset_version_id: version.dataset_version_id,
    parts: parts.map((part) => ({
      part_id: part.part_id,
      upload_sha256: part.upload_sha256,
      options: part.options,
      reader_version: part.reader_version,
    })),
    coverage: sampling === undefined ? 'FULL' : { kind: 'SAMPLED', ...withoutSeed(sampling) },
  };
}

/** The seed of a sample follows from the data part, or was asked for. */
function withoutSeed({ method, column, fraction }: Omit<Sample, 'seed'>) {
  return { method, fraction, ...(column !== undefined && { column }) };
}

/** Which rows are drawn: the sample, and the type by which the values of its column are told apart. */
function drawnPart({ coverage, version }: RunInput): Record<string, unknown> {
  const sample = sampleOf(coverage);
  if (sample === undefined) return {};
  const column = version.schema.columns.find(({ sql_name }) => sql_name === sample.column);
  return { sample, ...(column && { sample_by: column.type }) };
}

function boundColumns(roles: RoleMap): string[][] {
  return roles.bindings.map((binding) => [binding.role, binding.sql_name]);
}

function pluginPart({ plugin, settings, leftOut, grants }: PlannedPlugin) {
  const network = networkHosts({ grants });
  return {
    id: plugin.manifest.id,
    version: plugin.manifest.version,
    code_sha256: plugin.codeSha256,
    manifest_sha256: plugin.manifestSha256,
    config_schema_sha256: plugin.configSchemaSha256,
    output_schema_sha256: plugin.outputSchemaSha256,
    settings,
    ...(network.length > 0 && { network }),
    ...(leftOut?.status === 'denied' && { denied: leftOut.reason }),
  };
}

function enginePart(engine: EngineIdentity): Record<string, string> {
  return {
    version: engine.version,
    code_sha256: engine.codeSha256,
    duckdb: engine.duckdb,
    deno: engine.deno,
  };
}
