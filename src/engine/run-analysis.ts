import { constants, existsSync, statSync } from 'node:fs';
import { access, mkdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import {
  ensureDirectory,
  HarnessError,
  messageOf,
  millisBetween,
  randomId,
  writeFileAtomic,
} from '../base/index.ts';
import type { RunSummary } from '../contract/index.ts';
import { answerFile, type FinishedRun, runPlan } from '../pipeline/index.ts';
import type { App } from './app.ts';
import { backUpDaily } from './back-up.ts';
import { checkedParts, openVersion } from './open-version.ts';
import { type PreparedRun, prepareRun, type RunRequest } from './plan-run.ts';

/** The files of a run that `--out` copies. */
const REPORT_FILES = ['report.html', 'report.md', 'report.json', 'trace.json', 'run_manifest.json'];

/** The main job: ingest, plan, analyse, report. */
export async function runAnalysis(app: App, request: RunRequest): Promise<RunSummary> {
  const createdAt = app.clock.now();
  await backUpDaily(app);
  const out = request.out === undefined ? undefined : await outFolder(request.out);
  const runId = randomId();
  const prepared = await prepareRun(app, request, { runId, record: true });
  const { config, version, parts, reports, uploads } = prepared.ingested;
  const finished = await runPlan(
    {
      runId,
      createdAt,
      input: prepared.input,
      ingest: reports,
      uploads,
      config,
      plan: prepared.plan,
      fingerprint: prepared.fingerprint,
      engine: prepared.engine,
      force: request.force,
      wait: request.wait,
      osSandbox: request.osSandbox,
      signal: request.signal,
      onEvent: request.onProgress,
    },
    {
      state: app.state,
      paths: app.paths,
      clock: app.clock,
      checkParts: async () => void (await checkedParts(app, parts)),
      openDataset: () =>
        openVersion(app, version, parts, {
          memoryBytes: Math.floor(config.memoryBytes / 2),
          threads: config.workers,
          answers: answerFile(app.paths, version.dataset_version_id, {
            engine: prepared.engine,
            reuse: !request.force,
          }),
          ...(request.chunkRows !== undefined && { chunkRows: request.chunkRows }),
        }),
    },
  );
  if (out !== undefined && finished.manifest !== undefined) await copyReport(app.paths.run(runId), out);
  return summarise(app, runId, prepared, finished);
}

function summarise(app: App, runId: string, prepared: PreparedRun, finished: FinishedRun): RunSummary {
  const folder = app.paths.run(runId);
  const run = app.state.runs.find(runId);
  const { ttfr_ms } = app.state.events.timeline(runId);
  return {
    schema_version: 'run_summary.v1',
    run_id: runId,
    run_fingerprint: prepared.fingerprint.sha256,
    status: finished.status,
    dataset_version_id: prepared.input.version.dataset_version_id,
    coverage: prepared.input.coverage,
    run_dir: folder,
    report_path: join(folder, 'report.html'),
    manifest_path: join(folder, 'run_manifest.json'),
    ttfr_ms,
    duration_ms: millisBetween(run.created_at, run.finished_at ?? app.clock.now()),
    counts: { ...finished.counts, facts: finished.facts },
    missing_plugins: finished.outcomes
      .filter((outcome) => outcome.status !== 'ok')
      .map(({ manifest, status, reason }) => ({ id: manifest.id, status, reason })),
  };
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

async function copyReport(from: string, to: string): Promise<void> {
  for (const name of REPORT_FILES) await writeFileAtomic(join(to, name), await readFile(join(from, name)));
}
