import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import {
  check,
  type PluginManifest,
  PluginOutput,
  PluginResult,
  type RoleBinding,
  withDefaults,
} from '../../src/contract/index.ts';
import type { Dataset } from '../../src/dataset/index.ts';
import { openDoor } from '../../src/pipeline/data-door.ts';
import { evidenceRegistry } from '../../src/pipeline/evidence-registry.ts';
import { fillIn } from '../../src/pipeline/fill-in.ts';
import { pluginSeed } from '../../src/pipeline/seeds.ts';
import {
  type ContextDoor,
  decodeState,
  encodeState,
  makeContext,
  makePartialContext,
  type Plugin,
  type StartDocument,
} from '../../src/sdk/index.ts';

/** What a plugin left: the filled-in result, and the artifacts' contents. */
export interface InProcess {
  readonly result: PluginResult;
  readonly artifacts: ReadonlyMap<string, string>;
}

/**
 * Runs a built-in plugin in this process, over a real dataset and the real filling-in of its output: everything but
 * the sandbox. States of chunks go through JSON as they do in a run. A plugin that draws gets its seed from `runSeed`.
 */
export async function runInProcess(
  pluginId: string,
  dataset: Dataset,
  roles: readonly RoleBinding[],
  settings: Readonly<Record<string, unknown>> = {},
  runSeed = '1',
): Promise<InProcess> {
  return runLoaded(await loadPlugin(pluginId), dataset, roles, settings, runSeed);
}

/** A plugin and its manifest. */
export interface Loaded {
  readonly plugin: Plugin;
  readonly manifest: PluginManifest;
}

/** The same for a plugin that a test wrote itself. */
export async function runLoaded(
  { plugin, manifest }: Loaded,
  dataset: Dataset,
  roles: readonly RoleBinding[],
  settings: Readonly<Record<string, unknown>> = {},
  runSeed = '1',
): Promise<InProcess> {
  const resolved = withDefaults(manifest.config_schema, settings);
  const coverage = {
    kind: 'FULL',
    rows: dataset.rowCount,
    of_rows: dataset.rowCount,
    rejected_rows: 0,
  } as const;
  const start: StartDocument = {
    schema: dataset.schema.columns,
    roles: [...roles],
    settings: resolved,
    coverage,
    rowCount: dataset.rowCount,
    chunks: dataset.chunks,
    seed: manifest.randomness ? pluginSeed(runSeed, manifest.id) : null,
    upstream: {},
  };
  const registry = evidenceRegistry();
  const opened = openDoor(dataset, manifest.id, registry, {
    get: async () => undefined,
    put: async () => {},
  });
  const artifacts = new Map<string, string>();
  const door = contextDoor(opened.door, artifacts);
  const made = makeContext(start, await mergedState(plugin, start, door), door);
  await plugin.analyze(made.context);
  const output = checked(PluginOutput, JSON.parse(JSON.stringify(made.output())));
  const result = fillIn({
    manifest,
    settings: resolved,
    schema: dataset.schema,
    coverage,
    output,
    registry,
    derivedColumns: opened.derivedColumns(),
    artifacts: [],
  });
  return { result: checked(PluginResult, JSON.parse(JSON.stringify(result))), artifacts };
}

export async function loadPlugin(id: string): Promise<Loaded> {
  const folder = new URL(`../../plugins/${id}/`, import.meta.url);
  const manifest = JSON.parse(await readFile(new URL('plugin.json', folder), 'utf8')) as PluginManifest;
  const module = (await import(pathToFileURL(new URL(manifest.entrypoint, folder).pathname).href)) as {
    default: Plugin;
  };
  return { plugin: module.default, manifest };
}

async function mergedState(plugin: Plugin, start: StartDocument, door: ContextDoor): Promise<unknown> {
  if (plugin.partial === undefined || plugin.merge === undefined) return undefined;
  let merged: unknown;
  for (const [ordinal, chunk] of start.chunks.entries()) {
    const state = await plugin.partial(chunk, makePartialContext(start, ordinal, door));
    const stored = decodeState(JSON.parse(JSON.stringify(encodeState(state))));
    merged = ordinal === 0 ? stored : plugin.merge(merged, stored);
  }
  return merged;
}

function contextDoor(door: ReturnType<typeof openDoor>['door'], artifacts: Map<string, string>): ContextDoor {
  const { signal } = new AbortController();
  return {
    query: (sql, parameters) => door.query(sql, parameters, signal),
    exact: (request) => door.exact(request, signal),
    derive: (name, sql) => door.derive(name, sql),
    batches: (columns, chunk) => door.batches(columns, chunk, signal),
    chunkQuery: (chunk, sql, parameters) => door.chunkQuery(chunk, sql, parameters, signal),
    chunkExact: (chunk, columns) => door.chunkExact(chunk, columns, signal),
    async writeArtifact(path, content) {
      artifacts.set(path, typeof content === 'string' ? content : new TextDecoder().decode(content));
    },
    log: () => {},
    progress: () => {},
    signal,
  };
}

function checked<S extends Parameters<typeof check>[0]>(schema: S, value: unknown) {
  const outcome = check(schema, value);
  if (!outcome.ok) throw new Error(outcome.problems.map((p) => `${p.path}: ${p.message}`).join('; '));
  return outcome.value;
}
