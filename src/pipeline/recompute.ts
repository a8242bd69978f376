import { join } from 'node:path';
import {
  type AppPaths,
  type Clock,
  canonicalJson,
  canonicalJsonFile,
  environmentValue,
  messageOf,
  randomId,
  removeTree,
  sha256,
} from '../base/index.ts';
import {
  type Evidence,
  environmentNames,
  type FieldValue,
  type PluginResult,
  type QueryEvidence,
  type RunManifest,
} from '../contract/index.ts';
import type { Dataset } from '../dataset/index.ts';
import { assertOsSandbox, ceilingsFor, type LoadedPlugin } from '../plugin-host/index.ts';
import type { EngineIdentity } from './engine-identity.ts';
import { type ExecutionContext, executeEntry, type Upstream } from './execute-entry.ts';
import { fieldFromCell } from './field-values.ts';
import type { RunInput } from './fingerprint.ts';
import { sharesOfRun } from './memory-shares.ts';
import type { Outcome } from './outcome.ts';

/** How many of something were checked, how many were not as recorded, how many can't be checked any more. */
export interface Tally {
  checked: number;
  failed: number;
  unavailable: number;
}

export interface Recomputed {
  readonly queries: Tally;
  readonly derivations: Tally;
  readonly problems: string[];
}

export interface RecomputeInput {
  readonly results: readonly PluginResult[];
  readonly manifest: RunManifest;
  readonly input: RunInput;
  readonly dataset: Dataset;
  readonly plugins: readonly LoadedPlugin[];
  readonly engine: EngineIdentity;
  readonly osSandbox: 'auto' | 'off';
  readonly paths: AppPaths;
  readonly clock: Clock;
  onPlugin(id: string): void;
}

/**
 * Runs every cited query again and compares its result and each field that it yields; executes again, in the
 * sandbox and without any cache, every plugin that cites a derivation, and compares its whole result. Throws
 * SH_SANDBOX_UNAVAILABLE where the run's own policy asks for more of a sandbox than there is now.
 */
export async function recompute(from: RecomputeInput): Promise<Recomputed> {
  await assertOsSandbox(requiresOsSandbox(from.manifest), from.osSandbox);
  const done = nothingYet();
  for (const result of from.results) {
    from.onPlugin(result.plugin_id);
    await checkQueriesOf(result, from.dataset, done);
    const derivations = claimsOf(result).flatMap((claim) => claim.evidence.flatMap(derivationsIn));
    if (derivations.length > 0) await checkDerivations(result, derivations.length, from, done);
  }
  return done;
}

/** Runs every query that a result cites again, and compares; what does not come out as it is cited is named. */
export async function recheckQueries(result: PluginResult, dataset: Dataset): Promise<Recomputed> {
  const done = nothingYet();
  await checkQueriesOf(result, dataset, done);
  return done;
}

async function checkQueriesOf(result: PluginResult, dataset: Dataset, done: Recomputed): Promise<void> {
  for (const claim of claimsOf(result)) {
    for (const evidence of claim.evidence) await checkQueries(evidence, claim, dataset, done);
  }
}

function nothingYet(): Recomputed {
  return {
    queries: { checked: 0, failed: 0, unavailable: 0 },
    derivations: { checked: 0, failed: 0, unavailable: 0 },
    problems: [],
  };
}

/** What is said where nothing of the evidence can be computed again, for a reason that is no failure. */
export function notRecomputable(results: readonly PluginResult[], reason: string): Recomputed {
  const evidence = results.flatMap((result) => claimsOf(result).flatMap((claim) => [...claim.evidence]));
  const queries = evidence.flatMap(queriesIn).length;
  const derivations = evidence.flatMap(derivationsIn).length;
  return {
    queries: { checked: 0, failed: 0, unavailable: queries },
    derivations: { checked: 0, failed: 0, unavailable: derivations },
    problems: [`${reason}: ${queries} queries and ${derivations} derivations can not be computed again`],
  };
}

interface Cited {
  readonly where: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly evidence: readonly Evidence[];
}

/** Every place of a result that cites evidence. */
function claimsOf(result: PluginResult): Cited[] {
  const findings = result.findings.flatMap((finding) =>
    [finding, ...finding.items].map(({ fields, evidence }) => ({
      where: `${result.plugin_id}, "${finding.title}"`,
      fields,
      evidence,
    })),
  );
  const charts = result.charts.map((chart) => ({
    where: `${result.plugin_id}, chart ${chart.name}`,
    fields: {},
    evidence: [chart.evidence],
  }));
  const metrics = {
    where: `${result.plugin_id}, metrics`,
    fields: result.metrics,
    evidence: result.metric_evidence,
  };
  return [...findings, ...charts, metrics];
}

function derivationsIn(evidence: Evidence): Evidence[] {
  return evidence.kind === 'derivation' ? [evidence, ...evidence.inputs.flatMap(derivationsIn)] : [];
}

function queriesIn(evidence: Evidence): Evidence[] {
  return evidence.kind === 'derivation' ? evidence.inputs.flatMap(queriesIn) : [evidence];
}

async function checkQueries(
  evidence: Evidence,
  claim: Cited,
  dataset: Dataset,
  done: Recomputed,
): Promise<void> {
  if (evidence.kind === 'derivation') {
    for (const input of evidence.inputs) await checkQueries(input, { ...claim, fields: {} }, dataset, done);
    return;
  }
  done.queries.checked += 1;
  const problem = await queryProblem(evidence, claim, dataset);
  if (problem === undefined) return;
  done.queries.failed += 1;
  done.problems.push(`${claim.where}: ${problem}\n    ${evidence.sql}`);
}

async function queryProblem(
  evidence: QueryEvidence,
  claim: Cited,
  dataset: Dataset,
): Promise<string | undefined> {
  try {
    const result = await dataset.query({ sql: evidence.sql, parameters: evidence.parameters });
    if (result.resultSha256 !== evidence.result_sha256) {
      return `the query gives ${result.resultSha256}, recorded is ${evidence.result_sha256}`;
    }
    for (const [field, at] of Object.entries(evidence.yields)) {
      const column = result.columns.findIndex((candidate) => candidate.name === at.column);
      const found = fieldFromCell(result.rows[at.row]?.[column] ?? null, result.columns[column]?.type ?? '');
      const { unit: _unit, ...stated } = claim.fields[field] ?? { value: null };
      if (claim.fields[field] !== undefined && canonicalJson(found) !== canonicalJson(stated)) {
        return `the field "${field}" is ${String(stated.value)}, its query yields ${String(found.value)}`;
      }
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

async function checkDerivations(
  result: PluginResult,
  count: number,
  from: RecomputeInput,
  done: Recomputed,
): Promise<void> {
  const plugin = from.plugins.find((candidate) => candidate.manifest.id === result.plugin_id);
  const names = environmentNames(settingsIn(from.manifest, result.plugin_id));
  const reason = whyNotAgain(result.plugin_id, plugin, names, from.manifest);
  if (plugin === undefined || reason !== undefined) {
    done.derivations.unavailable += count;
    done.problems.push(`${notRepeated(result, count)}${reason}`);
    return;
  }
  done.derivations.checked += count;
  const again = await executeAgain(plugin, from);
  if (again.ok !== undefined && canonicalJson(again.ok.result) === canonicalJson(result)) return;
  done.derivations.failed += count;
  const how = again.ok === undefined ? `ended ${again.status}: ${again.reason}` : 'gave another result';
  const maybe =
    names.length === 0 ? '' : ` (${names.join(', ')} in the environment may have another value now)`;
  done.problems.push(`${result.plugin_id}: executed again, it ${how}${maybe}`);
}

/** Why a plugin can't be executed again as it was; undefined where it can. `names`: what it takes from the environment. */
function whyNotAgain(
  id: string,
  plugin: LoadedPlugin | undefined,
  names: readonly string[],
  manifest: RunManifest,
): string | undefined {
  const recorded = manifest.plugins.find((one) => one.id === id);
  if (plugin === undefined || recorded?.code_sha256 !== plugin.codeSha256)
    return `the code that ran is not here${whatToInstall(recorded)}`;
  if (recorded.granted?.some(({ capability }) => capability === 'network') === true)
    return 'it had the network, and what that answered is not kept';
  const unset = names.filter((name) => environmentValue(name) === undefined);
  if (unset.length === 0) return undefined;
  return `its settings take ${unset.join(', ')} from the environment, which is not set`;
}

/** `rates: 2 derivations could not be repeated: `. */
function notRepeated({ plugin_id }: PluginResult, count: number): string {
  return `${plugin_id}: ${count} ${count === 1 ? 'derivation' : 'derivations'} could not be repeated: `;
}

function whatToInstall(recorded: RunManifest['plugins'][number] | undefined): string {
  return recorded === undefined
    ? ''
    : `; to check them, install ${recorded.id} ${recorded.version} with the code ${recorded.code_sha256}${bundleOf(recorded)}`;
}

function bundleOf({ origin }: RunManifest['plugins'][number]): string {
  return origin?.bundle_sha256 === undefined ? '' : ` (bundle ${origin.bundle_sha256})`;
}

async function executeAgain(plugin: LoadedPlugin, from: RecomputeInput): Promise<Outcome> {
  const { manifest, paths } = from;
  const recorded = manifest.plugins.find(({ id }) => id === plugin.manifest.id);
  const folder = join(paths.temporary, `verify-${randomId()}`);
  const settings = settingsIn(manifest, plugin.manifest.id);
  const upstream = plugin.manifest.depends_on;
  const context: ExecutionContext = {
    runId: manifest.run_id,
    kind: manifest.kind,
    input: from.input,
    dataset: from.dataset,
    engine: from.engine,
    runSeed: manifest.determinism.run_seed,
    paths,
    clock: from.clock,
    cache: 'none',
    osSandbox: from.osSandbox,
    sandboxMemoryBytes: sharesOfRun(manifest.execution.memory_limit_bytes, 1).sandboxesBytes,
    ceilings: (type) => recorded?.limits ?? ceilingsFor(type),
    folders: { work: join(folder, 'work'), artifacts: join(folder, 'artifacts'), logs: folder },
    signal: undefined,
    onProgress: () => undefined,
  };
  try {
    const entry = { plugin, settings, upstream, leftOut: undefined, grants: [], missing: [] };
    return await executeEntry(entry, upstreamOf(from), context);
  } finally {
    await removeTree(folder);
  }
}

/** The recorded results of other plugins, as an execution sees them. */
function upstreamOf({ results }: RecomputeInput): Upstream {
  const ended = (result: PluginResult) => ({ ok: { result, sha256: sha256(canonicalJsonFile(result)) } });
  return new Map(results.map((result) => [result.plugin_id, ended(result)]));
}

function requiresOsSandbox({ config }: RunManifest): boolean {
  const policy = config.resolved['policy'];
  return (
    policy !== null &&
    typeof policy === 'object' &&
    'require_os_sandbox' in policy &&
    policy.require_os_sandbox === true
  );
}

function settingsIn(manifest: RunManifest, pluginId: string): Record<string, unknown> {
  const all = manifest.config.resolved['settings'];
  const own =
    all !== null && typeof all === 'object' ? (all as Record<string, unknown>)[pluginId] : undefined;
  return own !== null && typeof own === 'object' ? { ...own } : {};
}
