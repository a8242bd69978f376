import { join } from 'node:path';
import type { RunSummary } from '../contract/index.ts';
import { guessNote } from '../ingest/index.ts';
import { answerFile, type FinishedRun, type HowAsked, runPlan, sharesOfRun } from '../pipeline/index.ts';
import type { App } from './app.ts';
import { checkedParts, openVersion } from './open-version.ts';
import type { PreparedRun } from './plan-run.ts';
import { refuseUnhealthy } from './plugin-health.ts';
import { withLog } from './plugin-log.ts';
import type { ProgressEvent } from './progress-event.ts';
import { unknownJobs } from './unknown-jobs.ts';

/** One attempt at a run that is planned. */
export interface Attempt {
  readonly runId: string;
  /** When the operator first asked for the run. */
  readonly createdAt: string;
  readonly resumes: boolean;
  readonly asked: HowAsked;
  /** Queue behind another run rather than refuse. */
  readonly wait: boolean;
  readonly signal: AbortSignal | undefined;
  onProgress(event: ProgressEvent): void;
}

/** Executes a prepared run: ask for health, queue, execute, report, commit. Throws SH_PLUGIN_UNHEALTHY. */
export async function executeRun(app: App, prepared: PreparedRun, attempt: Attempt): Promise<FinishedRun> {
  const { config, version, parts, reports, uploads, checked } = prepared.ingested;
  const { runId, createdAt, resumes, asked, wait, signal } = attempt;
  const { input, plan, fingerprint, engine, disabled } = prepared;
  const unhealthy = await refuseUnhealthy(plan, config, {
    osSandbox: asked.os_sandbox,
    ignore: asked.ignore_health === true,
  });
  return runPlan(
    {
      ...{
        runId,
        createdAt,
        resumes,
        asked,
        unhealthy,
        disabled,
        wait,
        signal,
        input,
        uploads,
        config,
        plan,
        fingerprint,
        engine,
      },
      ingest: reports,
      onEvent: attempt.onProgress,
    },
    {
      state: app.state,
      paths: app.paths,
      clock: app.clock,
      checkParts: async () => void (await checkedParts(app, parts)),
      openDataset: () =>
        openVersion(app, version, parts, {
          ...sharesOfRun(config.memoryBytes, config.workers).duckDb,
          checked,
          coverage: input.coverage,
          manyQuestions: true,
          answers: answerFile(app.paths, version.dataset_version_id, { engine, reuse: !asked.force }),
          useFacts: !asked.force,
          ...(asked.chunk_rows !== null && { chunkRows: asked.chunk_rows }),
        }),
    },
  );
}

/** What `run --json` prints. `durationMs` is that of this attempt, by a clock that nobody sets. */
export async function summarise(
  app: App,
  runId: string,
  prepared: PreparedRun,
  finished: FinishedRun,
  durationMs: number,
): Promise<RunSummary> {
  const hasResult = finished.manifest !== undefined;
  const folder = hasResult ? app.paths.run(runId) : app.paths.stagedRun(runId);
  const { ttfr_ms } = app.state.events.timeline(runId);
  const { erp } = prepared.ingested.config;
  const notes = hasResult ? [...guessedEncodings(prepared), ...(await unknownJobs(app, prepared))] : [];
  return {
    schema_version: 'run_summary.v1',
    run_id: runId,
    run_fingerprint: prepared.fingerprint.sha256,
    status: finished.status,
    dataset_version_id: prepared.input.version.dataset_version_id,
    coverage: prepared.input.coverage,
    run_dir: folder,
    report_path: hasResult ? join(folder, 'report.html') : null,
    manifest_path: hasResult ? join(folder, 'run_manifest.json') : null,
    ttfr_ms,
    duration_ms: Math.round(durationMs),
    counts: {
      ...finished.counts,
      ...finished.told,
    },
    missing_plugins: await Promise.all(
      finished.outcomes
        .filter((outcome) => outcome.status !== 'ok')
        .map(({ manifest: { id }, status, reason }) => withLog(app, runId, id, { id, status, reason })),
    ),
    disabled_plugins: [...prepared.disabled],
    ...(notes.length > 0 && { notes }),
    ...(erp && {
      erp: {
        name: erp.name,
        schema_differs: erp.schema_differs,
        known_issues: finished.knownIssues.map(({ id, title, strict, outcome, reason }) => ({
          ...{ id, title, strict, outcome, reason },
        })),
      },
    }),
  };
}

/** Encodings of files that nobody named and no file says. */
function guessedEncodings({ ingested: { reports } }: PreparedRun): string[] {
  return reports.flatMap(({ encoding }, index) => {
    const part = reports.length > 1 ? `part ${index + 1}: ` : '';
    return guessNote(encoding).map((note) => part + note);
  });
}
