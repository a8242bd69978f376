import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError, messageOf } from '../base/index.ts';
import { check, describeProblems, PluginResult, Report, type RunManifest, Trace } from '../contract/index.ts';
import { engineIdentity, type Recomputed, recompute, type Tally } from '../pipeline/index.ts';
import { loadPlugins } from '../plugin-host/index.ts';
import type { Run } from '../state/index.ts';
import type { App } from './app.ts';
import { pluginFolders } from './built-in-plugins.ts';
import { checkFile, openVersion, partsOf } from './open-version.ts';
import type { ProgressEvent } from './progress-event.ts';
import { finishedRun, readDocument, readManifest } from './read-run.ts';

/** What `verify --json` prints. */
export interface Verification {
  readonly schema_version: 'verification.v1';
  readonly run_id: string;
  readonly ok: boolean;
  readonly recomputed: boolean;
  readonly files: Tally;
  readonly queries: Tally;
  readonly derivations: Tally;
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
  const problems: string[] = [];
  const manifest = await readManifest(app, run);
  problems.push(...chainProblems(app, run, manifest));
  const files = await checkFiles(app, manifest, problems);
  const recomputed =
    options.recompute && problems.length === 0 ? await recomputeRun(app, manifest, options) : undefined;
  problems.push(...(recomputed?.problems ?? []));
  const failed = (recomputed?.queries.failed ?? 0) + (recomputed?.derivations.failed ?? 0);
  return {
    schema_version: 'verification.v1',
    run_id: run.run_id,
    ok: failed === 0 && (recomputed !== undefined || problems.length === 0),
    recomputed: recomputed !== undefined,
    files,
    queries: recomputed?.queries ?? NOTHING,
    derivations: recomputed?.derivations ?? NOTHING,
    problems,
  };
}

function chainProblems(app: App, run: Run, manifest: RunManifest): string[] {
  const link = app.state.chain.ofRun(run.run_id);
  if (link === undefined) return ['the run is missing from the chain of manifests'];
  if (
    link.manifest_sha256 !== run.manifest_sha256 ||
    link.previous_manifest_sha256 !== manifest.previous_manifest_sha256
  ) {
    return ['the chain of manifests does not agree with the manifest'];
  }
  return [];
}

/** Every file against its hash, the inputs included, and every document against its schema. */
async function checkFiles(app: App, manifest: RunManifest, problems: string[]): Promise<Tally> {
  const folder = app.paths.run(manifest.run_id);
  const files = [
    ...manifest.artifacts.map(({ path, sha256 }) => ({
      what: 'The file',
      path: join(folder, ...path.split('/')),
      sha256,
    })),
    ...manifest.inputs.flatMap((input) => [
      { what: 'The upload', path: app.paths.blob(input.upload_sha256), sha256: input.upload_sha256 },
      {
        what: 'The Parquet file of a part',
        path: join(app.paths.part(input.part_id), 'part.parquet'),
        sha256: input.parquet_sha256,
      },
      {
        what: 'The ingest report of a part',
        path: join(app.paths.part(input.part_id), 'ingest_report.json'),
        sha256: input.ingest_report_sha256,
      },
    ]),
  ];
  let failed = 0;
  for (const { what, path, sha256 } of files) {
    const problem = await problemOf(() => checkFile(what, path, sha256));
    if (problem === undefined) continue;
    failed += 1;
    problems.push(problem);
  }
  if (failed === 0) problems.push(...(await schemaProblems(folder, manifest)));
  return { checked: files.length + 1, failed, unavailable: 0 };
}

async function schemaProblems(folder: string, manifest: RunManifest): Promise<string[]> {
  const problems: string[] = [];
  for (const { path } of manifest.artifacts) {
    const schema =
      path === 'report.json'
        ? Report
        : path === 'trace.json'
          ? Trace
          : path.startsWith('results/')
            ? PluginResult
            : undefined;
    if (schema === undefined) continue;
    const checked = check(schema, JSON.parse(await readFile(join(folder, ...path.split('/')), 'utf8')));
    if (!checked.ok) problems.push(`${path} does not fit its schema: ${describeProblems(checked.problems)}`);
  }
  return problems;
}

async function recomputeRun(app: App, manifest: RunManifest, options: VerifyOptions): Promise<Recomputed> {
  const version = app.state.versions.find(manifest.dataset.dataset_version_id);
  const parts = partsOf(app, version);
  const [plugins, engine, results, report] = await Promise.all([
    loadPlugins(pluginFolders(options.pluginFolders)),
    engineIdentity(),
    readResults(app, manifest),
    readDocument(app, manifest, 'report.json', Report),
  ]);
  const dataset = await openVersion(app, version, parts, {
    memoryBytes: Math.floor(manifest.execution.memory_limit_bytes / 2),
    threads: manifest.execution.workers,
  });
  try {
    return await recompute({
      results,
      manifest,
      input: { version, parts, roles: report.roles, coverage: manifest.coverage },
      dataset,
      plugins,
      engine,
      paths: app.paths,
      clock: app.clock,
      onPlugin: (id) => options.onProgress({ kind: 'stage', stage: `recomputing ${id}` }),
    });
  } finally {
    await dataset.close();
  }
}

async function readResults(app: App, manifest: RunManifest): Promise<PluginResult[]> {
  const ids = manifest.plugins.filter((plugin) => plugin.status === 'ok').map((plugin) => plugin.id);
  return Promise.all(ids.map((id) => readDocument(app, manifest, `results/${id}.json`, PluginResult)));
}

async function problemOf(action: () => Promise<void>): Promise<string | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    if (error instanceof HarnessError) return messageOf(error);
    throw error;
  }
}
