import { join } from 'node:path';
import {
  type AppPaths,
  type Clock,
  canonicalJsonFile,
  messageOf,
  redact,
  removeTree,
  type Sha256,
  sha256,
} from '../base/index.ts';
import {
  check,
  type DatasetSchema,
  describeProblems,
  environmentNames,
  type Limits,
  type OutcomeStatus,
  PluginResult,
} from '../contract/index.ts';
import type { Dataset } from '../dataset/index.ts';
import {
  type ExecutionEnd,
  effectiveLimits,
  executePlugin,
  type PluginType,
  SANDBOX_RUNTIME_BYTES,
} from '../plugin-host/index.ts';
import { prepareToDraw } from '../report/index.ts';
import { cachedChunk, cachedExecution, keepChunk, keepExecution } from './cache.ts';
import { collectArtifacts } from './collect-artifacts.ts';
import { copyWhole } from './copy-files.ts';
import { type ChunkStates, openDoor } from './data-door.ts';
import type { EngineIdentity } from './engine-identity.ts';
import { withEnvironment } from './environment-settings.ts';
import { evidenceRegistry } from './evidence-registry.ts';
import { fillIn } from './fill-in.ts';
import { fingerprintChunk, fingerprintExecution, type RunInput } from './fingerprint.ts';
import type { Claim } from './governor.ts';
import { guardDoor, refuseSecrets } from './guard-secrets.ts';
import { InvalidOutput } from './invalid-output.ts';
import type { Outcome } from './outcome.ts';
import { networkHosts } from './permissions.ts';
import type { PlannedPlugin } from './plan.ts';
import { type ProvisionalFindings, provisionalFindings } from './provisional.ts';
import type { DoneChunk } from './record-chunks.ts';
import { pluginSeed } from './seeds.ts';
import { withWhatHelps } from './short-of-share.ts';
import { appendLog } from './staging.ts';

const MEBIBYTE = 2 ** 20;

/** What all executions of a run share. */
export interface ExecutionContext {
  readonly runId: string;
  readonly kind: 'real' | 'synthetic';
  readonly input: RunInput;
  readonly dataset: Dataset;
  readonly engine: EngineIdentity;
  readonly runSeed: string;
  readonly paths: AppPaths;
  readonly clock: Clock;
  /** Take over finished executions and chunks (`own`: only those of this very run); keep new ones. `none` does neither. */
  readonly cache: 'reuse' | 'own' | 'renew' | 'none';
  readonly osSandbox: 'auto' | 'off';
  /** Bytes that all sandboxes together may use, and so the most that one may. */
  readonly sandboxMemoryBytes: number;
  /** What the operator allows plugins of a type. */
  ceilings(type: PluginType): Limits;
  readonly folders: { readonly work: string; readonly artifacts: string; readonly logs: string };
  readonly signal: AbortSignal | undefined;
  /** From which end states of chunks are merged; `left` unless told otherwise. Results must not depend on it. */
  readonly mergeFrom?: 'left' | 'right';
  onProgress(pluginId: string, done: number, total: number): void;
  /** Told of each chunk whose state a plugin has. */
  onChunk?(pluginId: string, done: DoneChunk): void;
  /** Told what a plugin says of the rows that it has merged so far; no part of its result. */
  onProvisional?(pluginId: string, said: ProvisionalFindings): void;
}

/** The results of plugins that are done, by id. */
export type Upstream = ReadonlyMap<
  string,
  { readonly ok?: { readonly result: PluginResult; readonly sha256: Sha256 } | undefined }
>;

/** Executes one plugin, or takes over its result, and leaves its artifacts in the run's folder. */
export async function executeEntry(
  entry: PlannedPlugin,
  done: Upstream,
  context: ExecutionContext,
): Promise<Outcome> {
  const fingerprint = fingerprintExecution({
    input: context.input,
    entry,
    kind: context.kind,
    engine: context.engine,
    upstream: Object.fromEntries(entry.upstream.map(({ id }) => [id, done.get(id)?.ok?.sha256 ?? null])),
    seed: seedOf(entry, context),
  });
  const within = { ...context, cache: cacheFor(entry, context) };
  return (
    (await takeOver(entry, fingerprint, within)) ?? (await executeAnew(entry, done, fingerprint, within))
  );
}

/** What no fingerprint holds decides the result: such an execution is never reused, and kept for no other run. */
function cacheFor(entry: PlannedPlugin, context: ExecutionContext): ExecutionContext['cache'] {
  const names = environmentNames(entry.settings);
  const hosts = networkHosts(entry);
  const why = [
    ...(names.length === 0 ? [] : [`settings from the environment (${names.join(', ')})`]),
    ...(hosts.length === 0 ? [] : [`the network is open to it (${hosts.join(', ')})`]),
  ];
  if (why.length === 0 || context.cache === 'none') return context.cache;
  const { id } = entry.plugin.manifest;
  const line = `${why.join('; ')}: executed anew, and kept for no other run`;
  appendLog(join(context.folders.logs, `${id}.log`), line);
  return 'none';
}

async function takeOver(
  entry: PlannedPlugin,
  fingerprint: Sha256,
  context: ExecutionContext,
): Promise<Outcome | undefined> {
  if (context.cache !== 'reuse' && context.cache !== 'own') return undefined;
  const startedAt = context.clock.now();
  const cached = await cachedExecution(context.paths, fingerprint);
  if (cached === undefined || !mayTakeOver(cached, context)) return undefined;
  const { id } = entry.plugin.manifest;
  if (cached.result.artifacts.length > 0)
    await copyWhole(cached.artifacts, join(context.folders.artifacts, id));
  return {
    ...emptyOutcome(entry, context, startedAt),
    status: 'ok',
    executionFingerprint: fingerprint,
    ok: { result: cached.result, text: cached.resultText, sha256: sha256(cached.resultText) },
    reusedFrom: cached.runId,
  };
}

/** A run that was to compute everything itself takes over only what it has computed itself, in an attempt before. */
function mayTakeOver({ runId }: { readonly runId: string }, context: ExecutionContext): boolean {
  return context.cache === 'reuse' || (context.cache === 'own' && runId === context.runId);
}

async function executeAnew(
  entry: PlannedPlugin,
  done: Upstream,
  fingerprint: Sha256,
  context: ExecutionContext,
): Promise<Outcome> {
  const { manifest } = entry.plugin;
  const startedAt = context.clock.now();
  const work = join(context.folders.work, manifest.id);
  const artifacts = join(context.folders.artifacts, manifest.id);
  const registry = evidenceRegistry();
  const chunks = { computed: 0, takenOver: 0 };
  const { door, derivedColumns } = openDoor(
    context.dataset,
    manifest.id,
    registry,
    chunkStates(entry, context, chunks),
    context.input.roles.derived,
  );
  const limits = limitsOf(entry, context);
  const end = await runSandboxed(entry, done, guardDoor(door), { work, limits }, context);
  const circumstances = {
    ...emptyOutcome(entry, context, startedAt),
    executionFingerprint: fingerprint,
    durationMs: end.durationMs,
    peakMemoryBytes: end.peakMemoryBytes,
    exitCode: end.exitCode,
    sandboxLayers: end.sandboxLayers,
    usedCapabilities: end.usedCapabilities,
    undeclaredCapabilities: end.undeclaredCapabilities,
    limits,
    chunks,
  };
  try {
    if (end.status !== 'ok') {
      const { status, limit } = end;
      const reason = withWhatHelps(end.reason, limits, allowedTo(entry, context));
      return { ...circumstances, status, reason, ...(limit && { limit }) };
    }
    const collected = await collectArtifacts(
      end.output.artifacts,
      end.artifacts,
      artifacts,
      context.input.coverage,
    );
    const result = checked(
      fillIn({
        manifest,
        settings: entry.settings,
        schema: schemaWithDerived(context.input),
        coverage: context.input.coverage,
        output: end.output,
        registry,
        derivedColumns: derivedColumns(),
        artifacts: collected,
      }),
    );
    const text = canonicalJsonFile(result);
    refuseSecrets('its output', text);
    if (context.cache !== 'none') {
      await keepExecution(context.paths, fingerprint, { runId: context.runId, resultText: text, artifacts });
    }
    return { ...circumstances, status: 'ok', ok: { result, text, sha256: sha256(text) } };
  } catch (error) {
    if (!(error instanceof InvalidOutput)) throw error;
    await removeTree(artifacts);
    return { ...circumstances, status: 'invalid_output', reason: redact(messageOf(error)) };
  } finally {
    await removeTree(work);
  }
}

/** What an execution takes of what a run has: its class, and the most memory that its sandbox may hold. */
export function claimOf(
  entry: PlannedPlugin,
  context: Pick<ExecutionContext, 'ceilings' | 'sandboxMemoryBytes'>,
): Claim {
  const { memory_mb } = limitsOf(entry, context);
  return {
    concurrencyClass: entry.plugin.manifest.concurrency_class,
    memoryBytes: memory_mb * MEBIBYTE + SANDBOX_RUNTIME_BYTES,
  };
}

/** The lowest of what the plugin asks for, what the operator allows, and the run's memory. */
function limitsOf(
  entry: PlannedPlugin,
  context: Pick<ExecutionContext, 'ceilings' | 'sandboxMemoryBytes'>,
): Limits {
  const limits = allowedTo(entry, context);
  const memory = Math.floor((context.sandboxMemoryBytes - SANDBOX_RUNTIME_BYTES) / MEBIBYTE);
  return { ...limits, memory_mb: Math.min(limits.memory_mb, memory) };
}

/** The same but for the run's memory. */
function allowedTo(
  { plugin: { manifest } }: PlannedPlugin,
  { ceilings }: Pick<ExecutionContext, 'ceilings'>,
): Limits {
  return effectiveLimits(manifest.limits, ceilings(manifest.type));
}

async function runSandboxed(
  entry: PlannedPlugin,
  done: Upstream,
  door: ReturnType<typeof openDoor>['door'],
  { work, limits }: { readonly work: string; readonly limits: Limits },
  context: ExecutionContext,
): Promise<ExecutionEnd> {
  const { manifest } = entry.plugin;
  const log = join(context.folders.logs, `${manifest.id}.log`);
  const chunks = context.dataset.chunks.map(({ rows, firstRow, lastRow }) => ({ rows, firstRow, lastRow }));
  return await executePlugin({
    plugin: entry.plugin,
    task: context.mergeFrom === 'right' ? 'analyze_from_right' : 'analyze',
    start: {
      schema: context.input.version.schema.columns,
      ...(context.input.roles.derived && { derived: context.input.roles.derived }),
      roles: context.input.roles.bindings,
      settings: withEnvironment(`plugins.${manifest.id}.settings`, entry.settings),
      coverage: context.input.coverage,
      rowCount: context.input.coverage.rows,
      chunks,
      seed: manifest.randomness ? seedOf(entry, context) : null,
      upstream: Object.fromEntries(entry.upstream.map(({ id }) => [id, done.get(id)?.ok?.result ?? null])),
    },
    door,
    workFolder: work,
    limits,
    osSandbox: context.osSandbox,
    networkHosts: networkHosts(entry),
    onLog: (line) => appendLog(log, line),
    onProgress: (finished, total) => context.onProgress(manifest.id, finished, total),
    onProvisional: (said) => {
      const schema = schemaWithDerived(context.input);
      const sampled = context.input.coverage.kind === 'SAMPLED';
      const told = provisionalFindings(said, { schema, chunks, sampled });
      if (told.problem !== null)
        appendLog(log, `what it says while it streams is left out: ${redact(told.problem)}`);
      context.onProvisional?.(manifest.id, told);
    },
    onStarted: prepareToDraw,
    ...(context.signal && { signal: context.signal }),
  });
}

/** The columns that a finding may name: of the table, and derived from it. */
function schemaWithDerived({ version, roles }: RunInput): DatasetSchema {
  return { ...version.schema, columns: [...version.schema.columns, ...(roles.derived ?? [])] };
}

/** A result that breaks its own schema is a bug of the host or a number that JSON can't carry. */
function checked(result: PluginResult): PluginResult {
  const valid = check(PluginResult, result);
  if (!valid.ok) throw new InvalidOutput(describeProblems(valid.problems));
  return result;
}

function chunkStates(
  entry: PlannedPlugin,
  context: ExecutionContext,
  count: { computed: number; takenOver: number },
): ChunkStates {
  const keyOf = (chunk: Parameters<ChunkStates['get']>[0]): Sha256 =>
    fingerprintChunk({ input: context.input, entry, engine: context.engine }, chunk);
  const { columns } = context.input.version.schema;
  const types = Object.fromEntries(columns.map(({ sql_name, type }) => [sql_name, type]));
  const { clock, runId } = context;
  let from = clock.now();
  const isDone = ({ ordinal }: Parameters<ChunkStates['get']>[0], takenOver: boolean): void => {
    const done = { chunk: ordinal + 1, from, to: clock.now(), takenOver };
    context.onChunk?.(entry.plugin.manifest.id, done);
  };
  return {
    get: async (chunk) => {
      from = clock.now();
      if (context.cache !== 'reuse' && context.cache !== 'own') return undefined;
      const cached = await cachedChunk(context.paths, keyOf(chunk), types);
      if (cached === undefined || !mayTakeOver(cached, context)) return undefined;
      count.takenOver += 1;
      isDone(chunk, true);
      return cached.state;
    },
    put: async (chunk, state, columns) => {
      count.computed += 1;
      if (context.cache !== 'none')
        await keepChunk(context.paths, keyOf(chunk), { state, runId }, types, columns);
      isDone(chunk, false);
    },
  };
}

/** An outcome without an execution. */
export function skippedOutcome(
  entry: PlannedPlugin,
  context: Pick<ExecutionContext, 'clock' | 'runSeed'>,
  status: OutcomeStatus,
  reason: string,
): Outcome {
  return { ...emptyOutcome(entry, context, context.clock.now()), status, reason };
}

function emptyOutcome(
  entry: PlannedPlugin,
  context: Pick<ExecutionContext, 'clock' | 'runSeed'>,
  startedAt: string,
): Omit<Outcome, 'status'> {
  return {
    entry,
    manifest: entry.plugin.manifest,
    reason: '',
    executionFingerprint: null,
    seed: seedOf(entry, context),
    reusedFrom: null,
    startedAt,
    finishedAt: context.clock.now(),
    durationMs: null,
    peakMemoryBytes: null,
    exitCode: null,
    sandboxLayers: [],
    usedCapabilities: null,
    undeclaredCapabilities: [],
    chunks: { computed: 0, takenOver: 0 },
  };
}

function seedOf(entry: PlannedPlugin, context: Pick<ExecutionContext, 'runSeed'>): string {
  return pluginSeed(context.runSeed, entry.plugin.manifest.id);
}
