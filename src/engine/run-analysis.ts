import { constants, existsSync, statSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import {
  ensureDirectory,
  failPoint,
  HarnessError,
  messageOf,
  randomId,
  readBytes,
  removeTemporariesOf,
  writeFileAtomic,
} from '../base/index.ts';
import type { RunManifest, RunSummary } from '../contract/index.ts';
import type { App } from './app.ts';
import { backUpDaily } from './back-up.ts';
import { executeRun, summarise } from './execute-run.ts';
import { listUnlisted } from './list-unlisted.ts';
import { asLiveRun } from './live-run.ts';
import { type PreparedRun, prepareRun, type RunRequest } from './plan-run.ts';

/** The files of a run that `--out` copies, besides what plugins handed over. */
const REPORT_FILES = ['report.html', 'report.md', 'report.json', 'trace.json', 'run_manifest.json'];

/** The main job: ingest, plan, analyse, report. */
export async function runAnalysis(app: App, request: RunRequest): Promise<RunSummary> {
  const createdAt = app.clock.now();
  const begun = app.clock.monotonicMs();
  await backUpDaily(app);
  await listUnlisted(app, (event) => request.onProgress(event));
  const out = request.out === undefined ? undefined : await outFolder(request.out);
  const runId = request.runId ?? randomId();
  return asLiveRun(app, runId, request.onProgress, async (onProgress) => {
    const prepared = await prepareRun(app, { ...request, onProgress }, runId);
    refuseUnlessConfirmed(prepared, request);
    prepared.ingested.record();
    const finished = await executeRun(app, prepared, {
      runId,
      createdAt,
      resumes: false,
      asked: {
        force: request.force,
        os_sandbox: request.osSandbox,
        allow_network: [...(request.allowNetwork ?? [])],
        plugin_folders: request.pluginFolders.map((folder) => resolve(folder)),
        chunk_rows: request.chunkRows ?? null,
        ...(request.ignoreHealth === true && { ignore_health: true }),
      },
      wait: request.wait,
      signal: request.signal,
      onProgress,
    });
    if (out !== undefined && finished.manifest !== undefined)
      await copyReport(app.paths.run(runId), out, finished.manifest);
    return summarise(app, runId, prepared, finished, app.clock.monotonicMs() - begun);
  });
}

/** Throws SH_PLAN_CHANGED. */
function refuseUnlessConfirmed(
  { fingerprint: { sha256: found } }: PreparedRun,
  { confirmed = found }: RunRequest,
): void {
  if (confirmed !== found) throw new HarnessError('SH_PLAN_CHANGED', { confirmed, found });
}

/** The folder of `--out`, made and tried before anything else is done. Throws SH_OUT_UNUSABLE. */
async function outFolder(path: string): Promise<string> {
  const folder = resolve(path);
  const ancestor = nearestExisting(folder);
  const refuse = (reason: string): HarnessError =>
    new HarnessError('SH_OUT_UNUSABLE', { path: folder, reason });
  if (!statSync(ancestor).isDirectory()) throw refuse(`${ancestor} is no folder`);
  try {
    if (ancestor !== folder) await mkdir(join(ancestor, relative(ancestor, folder).split(sep)[0] ?? ''));
    await ensureDirectory(folder);
    await access(folder, constants.W_OK);
    return folder;
  } catch (error) {
    throw refuse(messageOf(error));
  }
}

function nearestExisting(folder: string): string {
  return existsSync(folder) ? folder : nearestExisting(dirname(folder));
}

async function copyReport(from: string, to: string, { artifacts }: RunManifest): Promise<void> {
  const handedOver = artifacts.map(({ path }) => path).filter((path) => path.startsWith('artifacts/'));
  for (const name of [...REPORT_FILES, ...handedOver]) {
    await ensureDirectory(dirname(join(to, name)));
    await removeTemporariesOf(join(to, name));
    await writeFileAtomic(join(to, name), await readBytes(join(from, name)));
    failPoint('report.copied', name);
  }
}
