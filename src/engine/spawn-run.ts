import { spawn } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ERROR_CATALOGUE,
  type ErrorCode,
  type ErrorParameters,
  ensureDirectory,
  HarnessError,
  messageOf,
  randomId,
  removeTree,
} from '../base/index.ts';
import type { Config } from '../contract/index.ts';
import type { App } from './app.ts';
import { programRoot } from './built-in-plugins.ts';
import type { PlanSummary } from './plan-run.ts';

/** A run that a process of its own is to do: what `run` of the command line is asked for, without paths. */
export interface SpawnRequest {
  /** Hashes of files that were received before; or else a version of a dataset. */
  readonly uploads?: readonly string[];
  readonly version?: string;
  readonly append?: boolean;
  readonly plugins?: 'auto' | 'all' | readonly string[];
  /** Execute every plugin, whatever was computed before. */
  readonly force?: boolean;
  /** The fingerprint of the plan that was looked at: where what would run has another, nothing runs. */
  readonly confirmed?: string;
  readonly allow_network?: readonly string[];
  readonly ignore_health?: boolean;
  /** Everything else, as a configuration file says it. */
  readonly config?: Config;
}

/** A run that goes on whether the process that asked for it lives or not; `watchRun` tells how it goes. */
export interface SpawnedRun {
  readonly schema_version: 'spawned_run.v1';
  readonly run_id: string;
}

interface StartedRun {
  readonly run: SpawnedRun;
  /**
   * Returns once it is known that the plan runs that was confirmed, if one was, unless that takes long. Throws what the
   * process refused before that, SH_PLAN_CHANGED too; what it refuses later is an event of the run.
   */
  accepted(): Promise<void>;
}

/** Starts a run in a process of its own, and returns once others can watch it. Throws what the process refused before that. */
export async function spawnRun(app: App, request: SpawnRequest): Promise<StartedRun> {
  const runId = randomId();
  const child = await start(app, ['run', ...wordsOf(request), `--new-run-id=${runId}`], request.config);
  await untilSeen(app, runId, child, 0);
  return {
    run: { schema_version: 'spawned_run.v1', run_id: runId },
    accepted: async () => {
      if (request.confirmed !== undefined) await untilRecorded(app, runId, child);
    },
  };
}

/** Goes on with a run in a process of its own. Throws SH_RUN_UNKNOWN, and what the process refuses. */
export async function spawnResume(app: App, id: string): Promise<SpawnedRun> {
  const { run_id } = app.state.runs.find(id);
  const before = app.state.events.byCorrelation(run_id).length;
  await untilSeen(app, run_id, await start(app, ['runs', 'resume', run_id]), before);
  return { schema_version: 'spawned_run.v1', run_id };
}

/**
 * Plans a run in a process of its own: it may have to read large files. Throws SH_PLAN_GIVEN_UP after `signal`, and what
 * the process refuses.
 */
export async function spawnPlan(app: App, request: SpawnRequest, signal: AbortSignal): Promise<PlanSummary> {
  const child = await start(app, ['run', ...wordsOf(request), '--dry-run'], request.config);
  signal.addEventListener('abort', () => child.end(), { once: true });
  const { code, out } = await child.ended;
  if (signal.aborted) throw new HarnessError('SH_HTTP_LEFT', {});
  if (code !== 0) throw refusalIn(out, code);
  return JSON.parse(out) as PlanSummary;
}

function wordsOf(request: SpawnRequest): string[] {
  const { uploads = [], version, append, plugins, confirmed, force, allow_network = [] } = request;
  const { ignore_health } = request;
  return [
    ...uploads,
    ...(version === undefined ? [] : [`--dataset-version=${version}`]),
    ...(append === true ? ['--append'] : []),
    ...(plugins === undefined
      ? []
      : [`--plugins=${typeof plugins === 'string' ? plugins : plugins.join(',')}`]),
    ...(confirmed === undefined ? [] : [`--confirmed=${confirmed}`]),
    ...(force === true ? ['--force'] : []),
    ...allow_network.map((id) => `--allow-network=${id}`),
    ...(ignore_health === true ? ['--ignore-health'] : []),
  ];
}

interface Ended {
  readonly code: number | null;
  /** What it printed: one JSON document. */
  readonly out: string;
}

interface Child {
  readonly ended: Promise<Ended>;
  end(): void;
}

/**
 * Starts this program anew, out of reach of what ends this process. What it prints goes into a file: a pipe would break,
 * and the run with it, when this process ends.
 */
async function start(app: App, words: readonly string[], config?: Config): Promise<Child> {
  const folder = join(app.paths.temporary, `request-${randomId()}`);
  await ensureDirectory(folder);
  const configFile = join(folder, 'request.json');
  if (config !== undefined) await writeFile(configFile, JSON.stringify(config), { mode: 0o600 });
  const printed = join(folder, 'printed.json');
  const output = await open(printed, 'w', 0o600);
  const args = [
    join(programRoot(), 'bin', 'stat-harness.mjs'),
    ...words,
    ...(config === undefined ? [] : [`--config=${configFile}`]),
    `--appdata=${app.paths.root}`,
    '--json',
    '--quiet',
    '--any-drive',
  ];
  const child = spawn(process.execPath, args, {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', output.fd, 'ignore'],
  });
  child.unref();
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) =>
      readFile(printed, 'utf8')
        .then((out) => resolve({ code, out }), reject)
        .finally(() => removeTree(folder).catch(() => undefined)),
    );
  });
  // Whoever awaits it hears of it; else nobody asked.
  ended.catch(() => undefined);
  await output.close();
  return { ended, end: () => void child.kill('SIGTERM') };
}

const PAUSE_MS = 50;

/** Waits until the run is announced as an activity, or its process has ended; `before`: how many events it had. */
async function untilSeen(app: App, runId: string, { ended }: Child, before: number): Promise<void> {
  let end: Ended | undefined;
  ended.then((how) => (end = how)).catch(() => (end = { code: null, out: '' }));
  while (!app.state.activities.all().some(({ purpose }) => purpose === runId)) {
    if (end !== undefined) {
      // A short run may have ended before anybody looked.
      const isOne = app.state.runs.get(runId) !== undefined;
      if (isOne && app.state.events.byCorrelation(runId).length > before) return;
      throw refusalIn(end.out, end.code);
    }
    await sleep(PAUSE_MS);
  }
}

/** So long it may take until it is known what runs: a file that takes longer to read can be watched meanwhile. */
const DECIDED_MS = 60_000;

/** Waits until a run is recorded, or refused, or it takes too long to say which. */
async function untilRecorded(app: App, runId: string, { ended }: Child): Promise<void> {
  let end: Ended | undefined;
  ended.then((how) => (end = how)).catch(() => (end = { code: null, out: '' }));
  const until = app.clock.monotonicMs() + DECIDED_MS;
  while (app.state.runs.get(runId) === undefined && app.clock.monotonicMs() < until) {
    if (end !== undefined) throw refusalIn(end.out, end.code);
    await sleep(PAUSE_MS);
  }
}

/** The error that a process printed, as it was thrown there. */
function refusalIn(out: string, code: number | null): Error {
  try {
    const { error } = JSON.parse(out) as { error: { code: string; parameters: Record<string, string> } };
    if (Object.hasOwn(ERROR_CATALOGUE, error.code)) {
      const known = error.code as ErrorCode;
      return new HarnessError(known, error.parameters as ErrorParameters<typeof known>);
    }
    return new Error(`the process of the run ended with ${code}: ${out}`);
  } catch (error) {
    return new Error(`the process of the run ended with ${code} (${messageOf(error)})`);
  }
}
