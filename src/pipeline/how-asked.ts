import Type, { type Static } from 'typebox';
import { check, closed, oneOf } from '../contract/index.ts';
import type { EngineIdentity } from './engine-identity.ts';
import type { Plan } from './plan.ts';

/** How a run was asked for, beside its configuration: what an attempt that resumes it must repeat. Circumstance. */
export const HowAsked = closed({
  /** Every plugin is executed, whatever was computed by other runs. */
  force: Type.Boolean(),
  os_sandbox: oneOf('auto', 'off'),
  /** Plugins that were let into the network, as far as that was approved. */
  allow_network: Type.Array(Type.String()),
  /** Folders of plugins besides the built-in ones. */
  plugin_folders: Type.Array(Type.String()),
  /** Forced rows per chunk; null where the parts decide. */
  chunk_rows: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  /** Plugins are run even where they say that they can't work on this machine. */
  ignore_health: Type.Optional(Type.Boolean()),
});
export type HowAsked = Static<typeof HowAsked>;

/** What code a run was planned with, so that what has changed since can be named. */
export const PlannedWith = closed({
  engine: closed({
    version: Type.String(),
    code_sha256: Type.String(),
    duckdb: Type.String(),
    deno: Type.String(),
  }),
  /** Plugin → hash of its code. */
  plugins: Type.Record(Type.String(), Type.String()),
});
export type PlannedWith = Static<typeof PlannedWith>;

/** What the event `run.queued` holds. */
const Queued = closed({ asked: HowAsked, planned_with: PlannedWith });
export type Queued = Static<typeof Queued>;

/** Reads the event `run.queued`; undefined where an older engine wrote it. */
export function readQueued(data: unknown): Queued | undefined {
  const checked = check(Queued, data);
  return checked.ok ? checked.value : undefined;
}

export function plannedWith(plan: Plan, engine: EngineIdentity): PlannedWith {
  const { version, codeSha256: code_sha256, duckdb, deno } = engine;
  const plugins = plan.planned.map(({ plugin }) => [plugin.manifest.id, plugin.codeSha256]);
  return { engine: { version, code_sha256, duckdb, deno }, plugins: Object.fromEntries(plugins) };
}

/** What is not as it was when a run was planned, in words; undefined where engine and plugins are the same. */
export function changedSince(then: PlannedWith, now: PlannedWith): string | undefined {
  const { engine } = then;
  if (engine.version !== now.engine.version)
    return `the engine is ${now.engine.version} now and was ${engine.version} then`;
  if (engine.code_sha256 !== now.engine.code_sha256) return "the engine's code has changed since";
  for (const library of ['duckdb', 'deno'] as const) {
    if (engine[library] !== now.engine[library])
      return `${library} is ${now.engine[library]} now and was ${engine[library]} then`;
  }
  const gone = Object.keys(then.plugins).find((id) => now.plugins[id] === undefined);
  if (gone !== undefined) return `the plugin ${gone} is not there any more`;
  const added = Object.keys(now.plugins).find((id) => then.plugins[id] === undefined);
  if (added !== undefined) return `the plugin ${added} was not there then`;
  const changed = Object.keys(then.plugins).find((id) => then.plugins[id] !== now.plugins[id]);
  return changed === undefined ? undefined : `the code of the plugin ${changed} has changed since`;
}
