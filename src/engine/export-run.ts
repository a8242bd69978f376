import { stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { environmentValue, HarnessError, hashFile, redactorOf, type Sha256 } from '../base/index.ts';
import { environmentNames, type Part, Report, type ReproPack, type RunManifest } from '../contract/index.ts';
import { buildPack, type InputFiles, type StoredFile, writeArchive } from '../pack/index.ts';
import { engineVersion } from '../pipeline/index.ts';
import type { Run } from '../state/index.ts';
import type { App } from './app.ts';
import { programRoot } from './built-in-plugins.ts';
import { checkRun } from './check-run.ts';
import { damageText } from './damage.ts';
import { partsOf, refuseExpired } from './open-version.ts';
import { asUnusable, refuseOutFile } from './out-file.ts';
import { finishedRun, readVerified } from './read-run.ts';
import { verifyPack } from './verify-pack.ts';

export interface ExportRequest {
  /** Where to write the zip file. */
  readonly out: string;
  /** Also the uploads and the typed tables. */
  readonly data: boolean;
  readonly logs: boolean;
  readonly overwrite: boolean;
}

/** What `export --json` prints. */
export interface ExportSummary {
  readonly schema_version: 'export_summary.v1';
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly files: number;
  readonly contents: ReproPack;
}

/**
 * Writes a finished run as a repro pack: one zip that anyone can check. Nothing damaged is packed, and the pack is
 * verified before it gets its name. Throws SH_RUN_UNKNOWN, SH_RUN_INCOMPLETE, SH_RUN_DAMAGED, SH_OUT_FILE_…, SH_DISK_FULL.
 */
export async function exportRun(app: App, id: string, request: ExportRequest): Promise<ExportSummary> {
  const run = finishedRun(app, id);
  const path = resolve(request.out);
  refusePath(app, path, request);
  if (request.data) refuseExpired(app, app.state.versions.get(run.dataset_version_id)?.parts ?? []);
  const manifest = await wholeManifest(app, run, request.data);
  const files = buildPack({
    manifest,
    manifestSha256: run.manifest_sha256 ?? 'sha256:',
    manifestBytes: await sizeOf(inRun(app, run, 'run_manifest.json')),
    folder: app.paths.run(run.run_id),
    titles: await titlesOf(app, manifest),
    logs: request.logs,
    inputs: request.data ? await inputsOf(app, manifest) : [],
    software: `Statistic Harness ${await engineVersion(programRoot())}`,
  });
  const contents = await write(path, files, manifest.config.resolved);
  const summary: ExportSummary = {
    schema_version: 'export_summary.v1',
    path,
    sha256: await hashFile(path),
    bytes: await sizeOf(path),
    files: files.length,
    contents,
  };
  recordExport(app, run, summary);
  return summary;
}

function refusePath(app: App, path: string, { overwrite }: ExportRequest): void {
  if (!/\.zip$/i.test(path)) {
    const reason = 'a repro pack is a zip file, so its name must end in .zip';
    throw new HarnessError('SH_OUT_FILE_UNUSABLE', { path, reason });
  }
  const inside = relative(app.paths.root, path).split(sep)[0];
  if (inside !== '..' && inside !== '') {
    const reason = 'it is inside the appdata folder, where only the program writes';
    throw new HarnessError('SH_OUT_FILE_UNUSABLE', { path, reason });
  }
  refuseOutFile(path, { overwrite });
}

/** The manifest of a run that is as it was recorded. Throws SH_RUN_DAMAGED. */
async function wholeManifest(app: App, run: Run, inputs: boolean): Promise<RunManifest> {
  const { manifest, damages } = await checkRun(app, run, { inputs });
  const [first] = damages;
  if (manifest !== null && first === undefined) return manifest;
  throw new HarnessError('SH_RUN_DAMAGED', {
    id: run.run_id,
    count: damages.length,
    first: first === undefined ? 'its manifest' : damageText(first),
  });
}

async function titlesOf(app: App, manifest: RunManifest): Promise<ReadonlyMap<string, string>> {
  const report = await readVerified(app, manifest, 'report.json', Report);
  return new Map(report.plugins.map(({ plugin_id, title }) => [plugin_id, title]));
}

async function inputsOf(app: App, manifest: RunManifest): Promise<InputFiles[]> {
  const parts = partsOf(app, { parts: manifest.inputs.map(({ part_id }) => part_id) });
  return Promise.all(parts.map((part) => inputOf(app, part)));
}

async function inputOf(app: App, part: Part): Promise<InputFiles> {
  const folder = app.paths.part(part.part_id);
  const document = join(folder, 'part.json');
  const report = join(folder, 'ingest_report.json');
  return {
    part,
    upload: await uploadOf(app, part),
    parquet: await stored(join(folder, 'part.parquet'), part.parquet_sha256),
    document: await stored(document, await hashFile(document)),
    ingestReport: await stored(report, await hashFile(report)),
    ...(part.rejects_sha256 !== undefined && {
      rejects: await stored(join(folder, 'rejects.parquet'), part.rejects_sha256),
    }),
  };
}

async function uploadOf(app: App, { upload_sha256 }: Part): Promise<StoredFile> {
  const expired_at = app.state.uploads.expiredAt(upload_sha256);
  const path = app.state.uploads.byHash(upload_sha256)[0]?.original_path ?? upload_sha256;
  if (expired_at !== null) throw new HarnessError('SH_DATA_EXPIRED', { path, expired_at });
  return stored(app.paths.blob(upload_sha256), upload_sha256);
}

async function stored(file: string, sha256: Sha256): Promise<StoredFile> {
  return { file, sha256, bytes: await sizeOf(file) };
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file)).size;
}

function inRun(app: App, run: Run, name: string): string {
  return join(app.paths.run(run.run_id), name);
}

/** Writes the pack and reads it back before it gets its name: what is handed out has been verified. */
async function write(
  path: string,
  files: ReturnType<typeof buildPack>,
  settings: Readonly<Record<string, unknown>>,
): Promise<ReproPack> {
  let contents: ReproPack | null = null;
  try {
    await writeArchive(path, files, async (temporary) => {
      await refuseSecrets(path, temporary, settings);
      const verified = await verifyPack(temporary);
      const [first] = verified.problems;
      if (first !== undefined) throw new HarnessError('SH_PACK_REFUSED', { path, reason: first });
      contents = verified.contents;
    });
  } catch (error) {
    throw asUnusable(error, path);
  }
  if (contents === null) throw new Error('a pack was written without being verified');
  return contents;
}

/** Settings that took a value from the environment: where it is still there, the pack is searched for it. */
async function refuseSecrets(
  path: string,
  written: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const secrets = environmentNames(settings).flatMap((name) => {
    const value = environmentValue(name);
    return value === undefined ? [] : [{ name, value }];
  });
  // Members are stored as they are, so that looking at the archive is looking at them.
  const found = await redactorOf(secrets).findInFile(written);
  if (found === undefined) return;
  const reason = `it would hold the value of the environment variable ${found}`;
  throw new HarnessError('SH_PACK_REFUSED', { path, reason });
}

function recordExport(app: App, run: Run, { sha256, bytes, contents }: ExportSummary): void {
  app.state.events.append({
    correlation_id: run.run_id,
    kind: 'run.exported',
    subject_kind: 'run',
    subject_id: run.run_id,
    data: { sha256, bytes, includes_data: contents.includes.data, includes_logs: contents.includes.logs },
  });
}
