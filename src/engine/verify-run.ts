import { HarnessError, type Sha256 } from '../base/index.ts';
import { type Coverage, PluginResult, Report, type RunManifest } from '../contract/index.ts';
import {
  engineIdentity,
  notRecomputable,
  type Recomputed,
  recompute,
  sharesOfRun,
  type Tally,
} from '../pipeline/index.ts';
import type { App } from './app.ts';
import { checkRun } from './check-run.ts';
import { type Damage, damageText } from './damage.ts';
import { openVersion, partsOf } from './open-version.ts';
import { type Pins, runPlugins } from './plugins/run-plugins.ts';
import type { ProgressEvent } from './progress-event.ts';
import { finishedRun, readDocument } from './read-run.ts';

/** What `verify --json` prints. */
export interface Verification {
  readonly schema_version: 'verification.v1';
  readonly run_id: string;
  /** Which rows it looked at; null where its manifest is gone or damaged. */
  readonly coverage: Coverage | null;
  readonly ok: boolean;
  readonly recomputed: boolean;
  readonly files: Tally;
  readonly queries: Tally;
  readonly derivations: Tally;
  /** What is not as it was recorded. */
  readonly damages: readonly Damage[];
  /** Since when data that the run was made of are gone on purpose, which is no damage; null where all must be there. */
  readonly data_expired_at: string | null;
  /** The damages, and what could not be computed again, a sentence each. */
  readonly problems: readonly string[];
}

export interface VerifyOptions {
  readonly recompute: boolean;
  readonly pluginFolders: readonly string[];
  onProgress(event: ProgressEvent): void;
}

const NOTHING: Tally = { checked: 0, failed: 0, unavailable: 0 };

/** Checks everything that a run wrote against what was recorded; with `recompute`, computes the evidence again. */
export async function verifyRun(app: App, id: string, options: VerifyOptions): Promise<Verification> {
  const run = finishedRun(app, id);
  options.onProgress({ kind: 'stage', stage: 'checking files' });
  const { manifest, files, damages, expired_at } = await checkRun(app, run);
  const recomputed =
    options.recompute && manifest !== null && damages.length === 0
      ? await recomputeWhatIsThere(app, manifest, expired_at, options)
      : undefined;
  const failed = (recomputed?.queries.failed ?? 0) + (recomputed?.derivations.failed ?? 0);
  return {
    schema_version: 'verification.v1',
    run_id: run.run_id,
    coverage: manifest?.coverage ?? null,
    ok: failed === 0 && damages.length === 0,
    recomputed: recomputed !== undefined,
    files: { checked: files, failed: damagedFiles(damages), unavailable: 0 },
    queries: recomputed?.queries ?? NOTHING,
    derivations: recomputed?.derivations ?? NOTHING,
    damages,
    data_expired_at: expired_at,
    problems: [...damages.map(damageText), ...(recomputed?.problems ?? [])],
  };
}

/** Where the data are gone on purpose, nothing can be computed again; that is said, and it is no failure. */
async function recomputeWhatIsThere(
  app: App,
  manifest: RunManifest,
  expiredAt: string | null,
  options: VerifyOptions,
): Promise<Recomputed> {
  if (expiredAt === null) return recomputeRun(app, manifest, options);
  return notRecomputable(await readResults(app, manifest), `the data are gone on purpose since ${expiredAt}`);
}

/** How many of the files that were compared are damaged: records and files that nobody knows are none of them. */
function damagedFiles(damages: readonly Damage[]): number {
  return damages.filter(({ kind }) => kind === 'file').length;
}

async function recomputeRun(app: App, manifest: RunManifest, options: VerifyOptions): Promise<Recomputed> {
  const id = manifest.dataset.dataset_version_id;
  const version = app.state.versions.get(id as Sha256);
  if (version === undefined) {
    throw new HarnessError('SH_INTEGRITY_MISSING', { what: 'The record of a dataset version', path: id });
  }
  const parts = partsOf(app, version);
  const [plugins, engine, results, report] = await Promise.all([
    runPlugins(app, options.pluginFolders, { pins: pinsOf(manifest) }),
    engineIdentity(),
    readResults(app, manifest),
    readDocument(app, manifest, 'report.json', Report),
  ]);
  const { memory_limit_bytes, workers } = manifest.execution;
  const dataset = await openVersion(app, version, parts, {
    ...sharesOfRun(memory_limit_bytes, workers).duckDb,
    coverage: manifest.coverage,
    manyQuestions: true,
  });
  try {
    return await recompute({
      results,
      manifest,
      input: { version, parts, roles: report.roles, coverage: manifest.coverage },
      dataset,
      plugins,
      engine,
      osSandbox: 'auto',
      paths: app.paths,
      clock: app.clock,
      onPlugin: (id) => options.onProgress({ kind: 'stage', stage: `recomputing ${id}` }),
    });
  } finally {
    await dataset.close();
  }
}

/** What it was made with, as far as it is still installed. */
function pinsOf({ plugins }: RunManifest): Pins {
  return Object.fromEntries(plugins.map(({ id, code_sha256 }) => [id, code_sha256]));
}

async function readResults(app: App, manifest: RunManifest): Promise<PluginResult[]> {
  const ids = manifest.plugins.filter((plugin) => plugin.status === 'ok').map((plugin) => plugin.id);
  return Promise.all(ids.map((id) => readDocument(app, manifest, `results/${id}.json`, PluginResult)));
}
