import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { HarnessError } from '../base/index.ts';
import { check, describeProblems, isUnderWay, RunManifest } from '../contract/index.ts';
import type { Run } from '../state/index.ts';
import type { App } from './app.ts';
import { checkFile } from './open-version.ts';

/**
 * The run with this id, prefix or `latest`. Throws SH_RUN_UNDER_WAY or SH_RUN_INCOMPLETE where it has no report, and
 * SH_STATE_CORRUPT rather than SH_RUN_DELETED where nobody has deleted it.
 */
export function finishedRun(app: App, id: string): Run {
  const { run_id, deleted_at } = app.state.runs.find(id, { deleted: id !== 'latest' });
  if (deleted_at !== null) app.state.refuseChanged([{ table: 'runs', column: 'run_id', value: run_id }]);
  const run = app.state.runs.find(run_id);
  if (run.manifest_sha256 === null) {
    // What had died was settled when the appdata was opened: a process is at it.
    if (isUnderWay(run)) throw new HarnessError('SH_RUN_UNDER_WAY', { id: run.run_id });
    throw new HarnessError('SH_RUN_INCOMPLETE', { id: run.run_id, status: run.status });
  }
  return run;
}

/** The manifest, once its bytes are what the database recorded. */
export async function readManifest(app: App, run: Run): Promise<RunManifest> {
  const path = join(app.paths.run(run.run_id), 'run_manifest.json');
  await checkFile('The manifest', path, run.manifest_sha256 ?? '');
  return readChecked(path, 'run_manifest.v1', RunManifest);
}

/** A document of a run, by its path in the run; its bytes are not checked. */
export async function readDocument<S extends TSchema>(
  app: App,
  manifest: RunManifest,
  name: string,
  schema: S,
): Promise<Static<S>> {
  return readChecked(join(app.paths.run(manifest.run_id), ...name.split('/')), name, schema);
}

/** A document of a run, once its bytes are what the manifest says. */
export async function readVerified<S extends TSchema>(
  app: App,
  manifest: RunManifest,
  name: string,
  schema: S,
): Promise<Static<S>> {
  await verifiedHash(app, manifest, name);
  return readDocument(app, manifest, name, schema);
}

/** The hash of a file of a run, once its bytes have it. Throws SH_INTEGRITY_…. */
export async function verifiedHash(app: App, manifest: RunManifest, name: string): Promise<string> {
  const path = join(app.paths.run(manifest.run_id), ...name.split('/'));
  const listed = manifest.artifacts.find((artifact) => artifact.path === name);
  if (listed === undefined) throw new HarnessError('SH_INTEGRITY_MISSING', { what: 'The file', path });
  await checkFile('The file', path, listed.sha256);
  return listed.sha256;
}

async function readChecked<S extends TSchema>(path: string, name: string, schema: S): Promise<Static<S>> {
  const checked = check(schema, JSON.parse(await readFile(path, 'utf8')));
  if (checked.ok) return checked.value;
  const problems = describeProblems(checked.problems);
  throw new HarnessError('SH_DOCUMENT_INVALID', { path, schema: name, problems });
}
