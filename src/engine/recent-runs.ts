import Type from 'typebox';
import { byCodePoint, millisBetween } from '../base/index.ts';
import { check, environmentNames, type RunStatus } from '../contract/index.ts';
import { readQueued, recoverRuns } from '../pipeline/index.ts';
import type { Run } from '../state/index.ts';
import type { App } from './app.ts';
import { type ListedRun, listedRun } from './list-runs.ts';
import { liveActivities, progressIn } from './live-activities.ts';
import { refuseChangedRuns } from './refuse-changed.ts';
import type { RunProgress } from './run-progress.ts';

/** What the list of runs is narrowed to. */
export interface RecentRunsRequest {
  readonly status?: RunStatus;
  readonly plugin?: string;
  readonly dataset?: string;
  readonly erp?: string;
  readonly since?: string;
  readonly until?: string;
  /** The id of the last run of the page before. */
  readonly cursor?: string;
  readonly limit: number;
}

/** A run as the list of recent runs shows it: all of it from the database, nothing from its files. */
export interface RecentRun extends ListedRun {
  /** Hashes of the files that it was made of. */
  readonly inputs: readonly string[];
  readonly erp: string | null;
  /** Milliseconds from the question to the first result and to the end. */
  readonly ttfr_ms: number | null;
  readonly duration_ms: number | null;
  /** Whether the same question gives the same bytes; null where it has no whole result to ask that of. */
  readonly deterministic: boolean | null;
  /** Why it may not; empty where it does. */
  readonly why_not: string;
  /** Plugins that it was to have and that did not end well. */
  readonly missing_plugins: readonly string[];
}

/** A run whose file is still being read: nothing is recorded of it yet. */
export interface BeginningRun {
  readonly run_id: string;
  readonly begun_at: string;
  readonly progress: RunProgress;
}

export interface RecentRuns {
  /** Where nothing was narrowed and this is the first page. */
  readonly beginning: readonly BeginningRun[];
  /** The newest first. */
  readonly runs: readonly RecentRun[];
  /** The cursor of the next page; null where this is the last. */
  readonly next: string | null;
}

/** The recent runs, page by page. Runs whose process is gone are settled first, as every command does. */
export async function recentRuns(app: App, request: RecentRunsRequest): Promise<RecentRuns> {
  await recoverRuns(app.state, app.paths, app.clock);
  const { cursor, limit, ...sought } = request;
  const before =
    cursor === undefined ? {} : { before: app.state.runs.find(cursor, { deleted: true }).ordinal };
  const found = app.state.runs.search({ ...sought, ...before, limit: limit + 1 });
  const runs = found.slice(0, limit);
  refuseChangedRuns(app, runs);
  const isWhole = cursor === undefined && Object.keys(sought).length === 0;
  return {
    beginning: isWhole ? beginningRuns(app) : [],
    runs: await Promise.all(runs.map((run) => recentRun(app, run))),
    next: found.length > limit ? (runs.at(-1)?.run_id ?? null) : null,
  };
}

async function recentRun(app: App, run: Run): Promise<RecentRun> {
  const { created_at, first_result_at, finished_at } = run;
  return {
    ...(await listedRun(app, run)),
    inputs: inputsOf(app, run),
    erp: erpIn(run),
    ttfr_ms: first_result_at === null ? null : millis(created_at, first_result_at),
    duration_ms: finished_at === null ? null : millis(created_at, finished_at),
    ...determinismOf(app, run),
    missing_plugins: missingOf(app, run),
  };
}

/** Where the machine's clock was set back in between, nothing is known of how long it took. */
function millis(from: string, to: string): number | null {
  const between = millisBetween(from, to);
  return between < 0 ? null : between;
}

function inputsOf({ state }: App, { dataset_version_id }: Run): string[] {
  const parts = state.versions.get(dataset_version_id)?.parts ?? [];
  return [...new Set(parts.flatMap((id) => state.parts.get(id as `sha256:${string}`)?.upload_sha256 ?? []))];
}

const OfErp = Type.Object({ erp: Type.Object({ name: Type.String() }) });

function erpIn({ config }: Run): string | null {
  const checked = check(OfErp, config);
  return checked.ok ? checked.value.erp.name : null;
}

const WithSettings = Type.Object({
  settings: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown())),
});

/** What no fingerprint holds may decide a result: the network, and values of the environment. */
function determinismOf({ state }: App, run: Run): Pick<RecentRun, 'deterministic' | 'why_not'> {
  if (run.status !== 'COMPLETED') return { deterministic: null, why_not: '' };
  const queued = state.events.byCorrelation(run.run_id).find(({ kind }) => kind === 'run.queued');
  const network = readQueued(queued?.data)?.asked.allow_network ?? [];
  const checked = check(WithSettings, run.config);
  const names = checked.ok
    ? Object.values(checked.value.settings).flatMap((one) => environmentNames(one))
    : [];
  const reasons = [
    ...(network.length === 0 ? [] : [`the network was open to ${network.join(', ')}`]),
    ...(names.length === 0 ? [] : [`settings come from the environment (${[...new Set(names)].join(', ')})`]),
  ];
  return { deterministic: reasons.length === 0, why_not: reasons.join('; ') };
}

function missingOf({ state }: App, { run_id, status }: Run): string[] {
  if (status === 'COMPLETED') return [];
  const ended = state.executions.list(run_id);
  return ended
    .filter((one) => one.status !== 'ok' && one.status !== 'not_applicable')
    .map(({ plugin_id }) => plugin_id)
    .sort(byCodePoint);
}

function beginningRuns(app: App): BeginningRun[] {
  return liveActivities(app)
    .filter(({ purpose }) => app.state.runs.get(purpose) === undefined)
    .map((activity) => ({
      run_id: activity.purpose,
      begun_at: activity.started_at,
      progress: progressIn(activity),
    }));
}
