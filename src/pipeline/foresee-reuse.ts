import { type AppPaths, type Sha256, sha256 } from '../base/index.ts';
import { environmentNames } from '../contract/index.ts';
import { cachedExecution } from './cache.ts';
import type { EngineIdentity } from './engine-identity.ts';
import { fingerprintExecution, type RunInput } from './fingerprint.ts';
import { networkHosts } from './permissions.ts';
import type { Plan, PlannedPlugin } from './plan.ts';
import { pluginSeed } from './seeds.ts';

/** A plan, and what else decides the fingerprints of its executions. */
export interface ForeseenRun {
  readonly plan: Plan;
  readonly input: RunInput;
  readonly kind: 'real' | 'synthetic';
  readonly engine: EngineIdentity;
  readonly runSeed: string;
}

/**
 * Which executions of a plan are there already and will be taken over: the run that did each, by plugin id. An execution
 * that builds on one that is still to be computed may yet turn out to be there; it is not among them.
 */
export async function foreseeReuse(run: ForeseenRun, paths: AppPaths): Promise<ReadonlyMap<string, string>> {
  const reused = new Map<string, string>();
  const results = new Map<string, Sha256 | null>();
  for (const entry of run.plan.planned) {
    const { id } = entry.plugin.manifest;
    if (entry.leftOut !== undefined) results.set(id, null);
    if (entry.leftOut !== undefined || !isKept(entry)) continue;
    const upstream = entry.upstream.map((other) => [other.id, results.get(other.id)] as const);
    if (upstream.some(([, result]) => result === undefined)) continue;
    const { input, kind, engine } = run;
    const fingerprint = fingerprintExecution({
      ...{ input, entry, kind, engine, seed: pluginSeed(run.runSeed, id) },
      upstream: Object.fromEntries(upstream.map(([other, result]) => [other, result ?? null])),
    });
    const cached = await cachedExecution(paths, fingerprint);
    if (cached === undefined) continue;
    reused.set(id, cached.runId);
    results.set(id, sha256(cached.resultText));
  }
  return reused;
}

/** What no fingerprint holds decides the result: such an execution is kept for no other run. */
function isKept(entry: PlannedPlugin): boolean {
  return environmentNames(entry.settings).length === 0 && networkHosts(entry).length === 0;
}
