import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  appPaths,
  byCodePoint,
  randomId,
  removeTree,
  type Sha256,
  sha256,
  systemClock,
} from '../../base/index.ts';
import { withDefaults } from '../../contract/index.ts';
import {
  type EngineIdentity,
  type ExecutionContext,
  executeEntry,
  type Outcome,
  type PlannedPlugin,
  type ThrowAwayTable,
  unmetNeed,
} from '../../pipeline/index.ts';
import { ceilingsFor, type LoadedPlugin } from '../../plugin-host/index.ts';

/** What is tried: a plugin, with those that may be upstream of it. */
export interface Trial {
  readonly plugin: LoadedPlugin;
  readonly others: readonly LoadedPlugin[];
  readonly engine: EngineIdentity;
  readonly osSandbox: 'auto' | 'off';
}

/** How a plugin ended on a table; `bytes` is the hash of its result and all its artifacts. */
export type Tried =
  | { readonly applies: false; readonly reason: string }
  | {
      readonly applies: true;
      readonly outcome: Outcome;
      readonly bytes: Sha256;
      /** What it said while it streamed: how much, and what of it broke the rules first. */
      readonly said: { readonly facts: number; readonly problem: string | null };
    };

interface How {
  readonly chunkRows?: number;
  readonly mergeFrom?: 'left' | 'right';
  /** What it may take, where that is less than its limits allow. */
  readonly mostSeconds?: number;
}

/** Executes a plugin on a table as a run does, in the real sandbox, from nothing and with nothing kept. */
export async function tryPlugin(trial: Trial, table: ThrowAwayTable, how: How = {}): Promise<Tried> {
  const reason = unmetNeed(trial.plugin.manifest, table);
  if (reason !== undefined) return { applies: false, reason };
  const dataset = await table.open(how.chunkRows);
  const folder = join(table.folder, `trial-${randomId()}`);
  await mkdir(folder);
  try {
    const said = { facts: 0, problem: null as string | null };
    const context: ExecutionContext = {
      ...contextOf(trial, table, { dataset, folder, ...how }),
      onProvisional: (id, { findings, problem }) => {
        if (id !== trial.plugin.manifest.id) return;
        said.facts += findings.length;
        said.problem ??= problem;
      },
    };
    const done = new Map<string, Outcome>();
    const missing = await executeUpstream(trial.plugin, trial, context, done);
    if (missing !== undefined) return { applies: false, reason: missing };
    const outcome = await executeEntry(entryOf(trial.plugin), done, context);
    return { applies: true, outcome, bytes: await bytesOf(outcome, context.folders.artifacts), said };
  } finally {
    await dataset.close();
    await removeTree(folder);
  }
}

/** Executes what a plugin depends on, where that is there; says what is missing. */
async function executeUpstream(
  plugin: LoadedPlugin,
  trial: Trial,
  context: ExecutionContext,
  done: Map<string, Outcome>,
): Promise<string | undefined> {
  for (const { id, required } of plugin.manifest.depends_on) {
    if (done.has(id)) continue;
    const other = trial.others.find(({ manifest }) => manifest.id === id);
    if (other === undefined && required) return `it depends on ${id}, which is not among the plugins`;
    if (other === undefined) continue;
    const missing = await executeUpstream(other, trial, context, done);
    const outcome = missing ?? (await executeEntry(entryOf(other), done, context));
    if (typeof outcome !== 'string') done.set(id, outcome);
    if (required && (typeof outcome === 'string' || outcome.status !== 'ok'))
      return `it depends on ${id}, which did not end ok`;
  }
  return undefined;
}

function entryOf(plugin: LoadedPlugin): PlannedPlugin {
  const { depends_on, config_schema } = plugin.manifest;
  return {
    plugin,
    settings: withDefaults(config_schema, {}),
    upstream: [...depends_on].sort((a, b) => byCodePoint(a.id, b.id)),
    leftOut: undefined,
    grants: [],
    missing: [],
  };
}

function contextOf(
  { engine, osSandbox }: Trial,
  { version, parts, roles, folder: appdata }: ThrowAwayTable,
  {
    dataset,
    folder,
    mergeFrom = 'left',
    mostSeconds = Number.MAX_SAFE_INTEGER,
  }: How & { readonly dataset: ExecutionContext['dataset']; readonly folder: string },
): ExecutionContext {
  const rows = version.row_count;
  const coverage = { kind: 'FULL', rows, of_rows: rows, rejected_rows: version.rejected_rows } as const;
  return {
    runId: randomId(),
    kind: 'synthetic',
    input: { version, parts, roles, coverage },
    dataset,
    engine,
    runSeed: '1',
    paths: appPaths(appdata),
    clock: systemClock,
    cache: 'none',
    osSandbox,
    sandboxMemoryBytes: Number.MAX_SAFE_INTEGER,
    ceilings: (type) => {
      const { wall_s, cpu_s, ...others } = ceilingsFor(type);
      return { ...others, wall_s: Math.min(wall_s, mostSeconds), cpu_s: Math.min(cpu_s, mostSeconds) };
    },
    folders: { work: join(folder, 'work'), artifacts: join(folder, 'artifacts'), logs: folder },
    signal: undefined,
    mergeFrom,
    onProgress: () => undefined,
  };
}

async function bytesOf({ ok, manifest, status, reason }: Outcome, artifacts: string): Promise<Sha256> {
  const folder = join(artifacts, manifest.id);
  const names = (ok?.result.artifacts ?? []).length === 0 ? [] : (await readdir(folder)).sort(byCodePoint);
  const contents = await Promise.all(names.map(async (name) => sha256(await readFile(join(folder, name)))));
  return sha256([ok?.text ?? `${status}: ${reason}`, ...names, ...contents].join('\n'));
}
