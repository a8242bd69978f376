import { sha256 } from '../base/index.ts';
import {
  type Capability,
  type Coverage,
  check,
  type DerivedDefinition,
  describeProblems,
  type PluginManifest,
  PluginOutput,
  PluginResult,
  type ProvisionalFinding,
  type RoleBinding,
  withDefaults,
} from '../contract/index.ts';
import type { Dataset } from '../dataset/index.ts';
import {
  checkArtifacts,
  evidenceRegistry,
  fillIn,
  openDoor,
  pluginSeed,
  provisionalFindings,
} from '../pipeline/index.ts';
import { type ArtifactReceiver, receiveArtifacts, seededDraws } from '../plugin-host/index.ts';
import {
  type ContextDoor,
  decodeState,
  encodeState,
  makeContext,
  makePartialContext,
  type Plugin,
  type StartDocument,
  saidSoFar,
} from '../sdk/index.ts';
import { drawingFrom } from './seed-randomness.ts';

/** A plugin's code and its manifest. */
export interface Loaded {
  readonly plugin: Plugin;
  readonly manifest: PluginManifest;
}

/** What a plugin left: the filled-in result, what it said and logged before, and its artifacts as text, by name. */
export interface InProcess {
  readonly provisional: readonly ProvisionalFinding[];
  readonly result: PluginResult;
  readonly artifacts: ReadonlyMap<string, string>;
  readonly log: readonly string[];
}

/** What it runs on besides the rows. */
export interface Circumstances {
  readonly roles: readonly RoleBinding[];
  readonly derived?: readonly DerivedDefinition[];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A plugin that draws gets its own seed from it. */
  readonly runSeed?: string;
}

/**
 * Runs a plugin in this process, over a real dataset and the real filling-in of its output: everything but the
 * sandbox; it draws as there. States of chunks go through JSON as they do in a run.
 */
export async function runInProcess(
  { plugin, manifest }: Loaded,
  dataset: Dataset,
  { roles, derived = [], settings = {}, runSeed = '1' }: Circumstances,
): Promise<InProcess> {
  const resolved = withDefaults(manifest.config_schema, settings);
  const coverage = fullCoverage(dataset);
  const start: StartDocument = {
    schema: dataset.schema.columns,
    derived,
    roles: [...roles],
    settings: resolved,
    coverage,
    rowCount: dataset.rowCount,
    chunks: dataset.chunks,
    seed: manifest.randomness ? pluginSeed(runSeed, manifest.id) : null,
    upstream: {},
  };
  const registry = evidenceRegistry();
  const states = { get: async () => undefined, put: async () => {} };
  const opened = openDoor(dataset, manifest.id, registry, states, derived);
  const artifacts = receiveArtifacts(manifest.capabilities_required);
  const log: string[] = [];
  const door = contextDoor(opened.door, manifest, artifacts, log);
  const draws = seededDraws();
  const provisional: ProvisionalFinding[] = [];
  const made = await drawingFrom(draws, async () => {
    const state = await mergedState(plugin, start, door, (soFar, chunks) =>
      provisional.push(...saidBy(plugin, soFar, { start, chunks, dataset })),
    );
    draws.open(start.seed);
    const context = makeContext(start, state, door);
    await plugin.analyze(context.context);
    return context;
  });
  const output = checked(PluginOutput, JSON.parse(JSON.stringify(made.output())));
  const files = checkArtifacts(output.artifacts, artifacts.received);
  const result = fillIn({
    manifest,
    settings: resolved,
    schema: { ...dataset.schema, columns: [...dataset.schema.columns, ...derived] },
    coverage,
    output,
    registry,
    derivedColumns: opened.derivedColumns(),
    artifacts: files.map(({ artifact, content }) => ({
      ...artifact,
      sha256: sha256(content),
      bytes: content.length,
    })),
  });
  const texts = files.map(
    ({ artifact, content }) => [artifact.path, new TextDecoder().decode(content)] as const,
  );
  return {
    result: checked(PluginResult, JSON.parse(JSON.stringify(result))),
    provisional,
    artifacts: new Map(texts),
    log,
  };
}

function fullCoverage({ rowCount }: Dataset): Coverage {
  return { kind: 'FULL', rows: rowCount, of_rows: rowCount, rejected_rows: 0 };
}

async function mergedState(
  plugin: Plugin,
  start: StartDocument,
  door: ContextDoor,
  onMerged: (state: unknown, chunks: number) => void,
): Promise<unknown> {
  if (plugin.partial === undefined || plugin.merge === undefined) return undefined;
  let merged: unknown;
  for (const [ordinal, chunk] of start.chunks.entries()) {
    const state = await plugin.partial(chunk, makePartialContext(start, ordinal, door));
    const stored = decodeState(JSON.parse(JSON.stringify(encodeState(state))));
    merged = ordinal === 0 ? stored : plugin.merge(merged, stored);
    if (ordinal + 1 < start.chunks.length) onMerged(merged, ordinal + 1);
  }
  return merged;
}

/** What a run only leaves out and logs, a test is to fail for. */
function saidBy(
  { provisional }: Plugin,
  state: unknown,
  { start, chunks, dataset }: { start: StartDocument; chunks: number; dataset: Dataset },
): readonly ProvisionalFinding[] {
  if (provisional === undefined) return [];
  const { facts, problem: failure } = saidSoFar(provisional, state, start);
  const said = { chunks, facts: [...facts], problem: failure };
  const { findings, problem } = provisionalFindings(said, {
    ...{ schema: dataset.schema, chunks: start.chunks, sampled: false },
  });
  if (problem !== null) throw new Error(`provisional: ${problem}`);
  return findings;
}

function contextDoor(
  door: ReturnType<typeof openDoor>['door'],
  manifest: PluginManifest,
  artifacts: ArtifactReceiver,
  log: string[],
): ContextDoor {
  const { signal } = new AbortController();
  const read = <T>(answer: () => T, ...besides: Capability[]): T => {
    for (const capability of ['dataset.read', ...besides] as const) {
      if (!manifest.capabilities_required.includes(capability))
        throw new Error(`the manifest does not ask for ${capability}`);
    }
    return answer();
  };
  return {
    query: async (sql, parameters) => read(() => door.query(sql, parameters, signal)),
    exact: async (request) => read(() => door.exact(request, signal)),
    derive: async (name, sql) => read(() => door.derive(name, sql)),
    batches: (columns, chunk) => read(() => door.batches(columns, chunk, signal)),
    load: (columns) => read(() => door.batches(columns, undefined, signal), 'full_load'),
    chunkQuery: async (chunk, sql, parameters) => read(() => door.chunkQuery(chunk, sql, parameters, signal)),
    chunkExact: async (chunk, columns) => read(() => door.chunkExact(chunk, columns, signal)),
    writeArtifact: async (path, content) => {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      const problem = artifacts.keep(path, bytes);
      if (problem !== undefined) throw new Error(problem);
    },
    log: (text) => void log.push(text),
    progress: () => {},
    signal,
  };
}

function checked<S extends Parameters<typeof check>[0]>(schema: S, value: unknown) {
  const outcome = check(schema, value);
  if (!outcome.ok) throw new Error(describeProblems(outcome.problems));
  return outcome.value;
}
