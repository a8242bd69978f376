import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError, millisBetween, sha256 } from '../base/index.ts';
import { Report, type RunManifest, type RunSummary } from '../contract/index.ts';
import { countFindings } from '../report/index.ts';
import type { Run } from '../state/index.ts';
import type { App } from './app.ts';
import { checkRun } from './check-run.ts';
import { type Damage, damageText } from './damage.ts';
import { withLog } from './plugin-log.ts';
import { finishedRun, readVerified } from './read-run.ts';

/** What `replay --json` prints. */
export interface Replay {
  readonly schema_version: 'replay.v1';
  readonly run_id: string;
  /** True where everything was as recorded; only then is anything of the run shown. */
  readonly ok: boolean;
  readonly files_checked: number;
  readonly damages: readonly Damage[];
  readonly problems: readonly string[];
  /** The summary of the run as it was stored; null where something is damaged. */
  readonly run: RunSummary | null;
  readonly report_path: string | null;
}

/** A replay with the report that it shows. */
export interface Replayed {
  readonly replay: Replay;
  /** `report.md`, the very bytes that were checked; null where something is damaged. */
  readonly report: string | null;
}

/** Checks everything about a finished run, and only then gives its stored result. Nothing is executed. */
export async function replayRun(app: App, id: string): Promise<Replayed> {
  const run = finishedRun(app, id);
  const { manifest, files, damages } = await checkRun(app, run);
  const whole = manifest !== null && damages.length === 0 ? manifest : null;
  const report = whole === null ? null : await readReport(app, whole);
  const replay: Replay = {
    schema_version: 'replay.v1',
    run_id: run.run_id,
    ok: whole !== null,
    files_checked: files,
    damages,
    problems: damages.map(damageText),
    run: whole === null ? null : await storedSummary(app, run, whole),
    report_path: whole === null ? null : join(app.paths.run(run.run_id), 'report.md'),
  };
  return { replay, report };
}

/** The bytes that are shown are the ones that are hashed, whatever happens to the file meanwhile. */
async function readReport(app: App, manifest: RunManifest): Promise<string> {
  const path = join(app.paths.run(manifest.run_id), 'report.md');
  const expected = manifest.artifacts.find((artifact) => artifact.path === 'report.md')?.sha256;
  const bytes = await readFile(path);
  const found = sha256(bytes);
  if (found !== expected) {
    const what = 'The file';
    throw new HarnessError('SH_INTEGRITY_MISMATCH', { what, path, expected: expected ?? 'none', found });
  }
  return bytes.toString('utf8');
}

/** The summary that the run printed when it ended, from what was stored. */
async function storedSummary(app: App, run: Run, manifest: RunManifest): Promise<RunSummary> {
  const folder = app.paths.run(run.run_id);
  const report = await readVerified(app, manifest, 'report.json', Report);
  const reasons = new Map(report.plugins.map(({ plugin_id, reason }) => [plugin_id, reason]));
  return {
    schema_version: 'run_summary.v1',
    run_id: run.run_id,
    run_fingerprint: manifest.run_fingerprint,
    status: manifest.results.status,
    dataset_version_id: manifest.dataset.dataset_version_id,
    coverage: manifest.coverage,
    run_dir: folder,
    report_path: join(folder, 'report.html'),
    manifest_path: join(folder, 'run_manifest.json'),
    ttfr_ms: app.state.events.timeline(run.run_id).ttfr_ms,
    duration_ms: millisBetween(manifest.created_at, manifest.finished_at),
    counts: {
      ...countFindings(report),
      plugins_ok: run.plugins_ok ?? 0,
      plugins_reused: run.plugins_reused ?? 0,
      plugins_failed: run.plugins_failed ?? 0,
      plugins_not_applicable: run.plugins_not_applicable ?? 0,
    },
    missing_plugins: await Promise.all(
      manifest.plugins
        .filter(({ status }) => status !== 'ok')
        .map(({ id, status }) => withLog(app, run.run_id, id, { id, status, reason: reasons.get(id) ?? '' })),
    ),
    disabled_plugins: manifest.disabled_plugins ?? [],
  };
}
