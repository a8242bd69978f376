import { stat } from 'node:fs/promises';
import type { Coverage, PluginOrigin } from '../contract/index.ts';
import type { Run } from '../state/index.ts';
import type { App } from './app.ts';
import { type LookedAt, lookedAtBy } from './looked-at.ts';
import { outcomesIn } from './outcomes-in.ts';
import { withLog } from './plugin-log.ts';
import { readManifest } from './read-run.ts';
import { refuseChangedRun, refuseChangedRuns } from './refuse-changed.ts';

/** A run as lists show it. */
export interface RunEntry {
  readonly run_id: string;
  readonly run_fingerprint: string;
  readonly status: Run['status'];
  readonly reason: string;
  readonly dataset: string;
  readonly dataset_version_id: string;
  readonly kind: string;
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly findings: number | null;
  /** What stays of it whatever a policy says; null for nothing. */
  readonly pinned: Run['pinned'];
  /** When it was put into the trash; null where it is in the list. */
  readonly deleted_at: string | null;
}

/** A run in the list, and which rows it looked at. */
export interface ListedRun extends RunEntry, LookedAt {}

/** The runs in the list, or those in the trash, the newest first. */
export async function listRuns(
  app: App,
  filter: { readonly limit: number; readonly deleted?: boolean; readonly dataset?: string },
): Promise<ListedRun[]> {
  const runs = app.state.runs.list(filter);
  refuseChangedRuns(app, runs);
  return Promise.all(runs.map((run) => listedRun(app, run)));
}

/** A run as lists show it, and which rows it looks at. */
export async function listedRun(app: App, run: Run): Promise<ListedRun> {
  return { ...entryOf(run), ...(await lookedAtBy(app, run)) };
}

/** A run with its executions and its timeline. */
export interface RunDetails extends ListedRun {
  readonly manifest_sha256: string | null;
  /** Null where the run has no manifest. */
  readonly coverage: Coverage | null;
  readonly run_dir: string | null;
  /** Plugins that the operator had taken out of all runs. */
  readonly disabled_plugins: readonly string[];
  readonly first_provisional_ms: number | null;
  readonly ttfr_ms: number | null;
  readonly duration_ms: number | null;
  /** Of a run without a result: those that ended since it was asked for last. */
  readonly executions: readonly {
    readonly plugin_id: string;
    readonly status: string;
    readonly reason: string;
    readonly reused_from_run: string | null;
    readonly execution_fingerprint: string | null;
    /** Where it did not end well and left a log: the path. */
    readonly log?: string;
    /** Where its code came from; null where that was not recorded. */
    readonly origin: PluginOrigin | null;
  }[];
  /** Its events, but for single chunks. */
  readonly timeline: readonly { readonly at: string; readonly kind: string; readonly subject: string }[];
  /** As they were recorded; `runs artifacts` checks their bytes. */
  readonly artifacts: readonly {
    readonly path: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly media_type: string;
    readonly producer: string;
  }[];
}

/** One run, by id, unique prefix or `latest`. Throws SH_INTEGRITY_… where its manifest is damaged or gone. */
export async function showRun(app: App, id: string): Promise<RunDetails> {
  const run = app.state.runs.find(id);
  refuseChangedRun(app, run);
  const { first_provisional_ms, ttfr_ms, duration_ms, moments } = app.state.events.timeline(run.run_id);
  const folder = app.paths.run(run.run_id);
  const exists = await stat(folder).then(
    () => true,
    () => false,
  );
  const manifest = run.manifest_sha256 === null ? null : await readManifest(app, run);
  const recorded = app.state.executions.list(run.run_id);
  const ended = recorded.length > 0 ? recorded : outcomesIn(moments);
  const origins = new Map(manifest?.plugins.map(({ id, origin }) => [id, origin]));
  return {
    ...(await listedRun(app, run)),
    manifest_sha256: run.manifest_sha256,
    coverage: manifest?.coverage ?? null,
    run_dir: exists ? folder : null,
    disabled_plugins: manifest?.disabled_plugins ?? [],
    first_provisional_ms,
    ttfr_ms,
    duration_ms,
    executions: await Promise.all(
      ended.map((execution) => {
        const { plugin_id, status, reason, reused_from_run, execution_fingerprint } = execution;
        const origin = origins.get(plugin_id) ?? null;
        const shown = { plugin_id, status, reason, reused_from_run, execution_fingerprint, origin };
        return status === 'ok' ? shown : withLog(app, run.run_id, plugin_id, shown);
      }),
    ),
    timeline: moments
      .filter(({ kind }) => kind !== 'chunk.finished')
      .map(({ at, kind, subject_id }) => ({ at, kind, subject: subject_id })),
    artifacts: app.state.artifacts.list(run.run_id).map(({ path, sha256, bytes, media_type, producer }) => ({
      path,
      sha256,
      bytes,
      media_type,
      producer,
    })),
  };
}

/** A run as lists show it. */
export function entryOf(run: Run): RunEntry {
  return {
    run_id: run.run_id,
    run_fingerprint: run.fingerprint,
    status: run.status,
    reason: run.reason,
    dataset: run.dataset,
    dataset_version_id: run.dataset_version_id,
    kind: run.kind,
    created_at: run.created_at,
    finished_at: run.finished_at,
    findings: run.findings,
    pinned: run.pinned,
    deleted_at: run.deleted_at,
  };
}
