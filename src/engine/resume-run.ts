import { existsSync } from 'node:fs';
import { HarnessError, type Sha256 } from '../base/index.ts';
import { isUnderWay, type Part, type RunSummary } from '../contract/index.ts';
import { findPart, type StoredPart } from '../ingest/index.ts';
import {
  changedSince,
  engineIdentity,
  type HowAsked,
  type PlannedWith,
  plannedWith,
  type RunUpload,
  readQueued,
  readStoredConfig,
} from '../pipeline/index.ts';
import { describeOwner, type Run } from '../state/index.ts';
import type { App } from './app.ts';
import { lastUpload } from './append-base.ts';
import { executeRun, summarise } from './execute-run.ts';
import { type Ingested, rolesOf } from './ingest-file.ts';
import { listUnlisted } from './list-unlisted.ts';
import { asLiveRun } from './live-run.ts';
import { partsOf } from './open-version.ts';
import { type PreparedRun, planIngested } from './plan-run.ts';
import { withAdvice } from './plugins/advice.ts';
import { allowedIn } from './plugins/allowed.ts';
import { registryChange, runPlugins } from './plugins/run-plugins.ts';
import type { ProgressEvent } from './progress-event.ts';

export interface ResumeRequest {
  /** Queue behind another run rather than refuse. */
  readonly wait: boolean;
  readonly signal?: AbortSignal;
  onProgress(event: ProgressEvent): void;
}

const AGAIN = 'Run the file again: what was computed is taken over wherever it still fits.';

/**
 * Goes on with a run that ended without a result, under the same id: planned anew from what the database holds, fed from
 * what it had finished, it comes to the fingerprint and the bytes of an undisturbed run. Throws SH_RUN_NOT_RESUMABLE
 * where it has a result, is under way, or would come to another fingerprint.
 */
export async function resumeRun(app: App, id: string, request: ResumeRequest): Promise<RunSummary> {
  const begun = app.clock.monotonicMs();
  await listUnlisted(app, (event) => request.onProgress(event));
  const run = app.state.runs.find(id);
  refuseUnlessUnfinished(run);
  refuseIfFinishedElsewhere(app, run);
  const how = howItWasAsked(app, run);
  const { asked, planned_with } = how;
  refuseIfGone(app, run, planned_with);
  return asLiveRun(app, run.run_id, request.onProgress, async (onProgress) => {
    const prepared = await prepareAgain(app, run, how);
    refuseIfChanged(run, planned_with, prepared);
    const finished = await executeRun(app, prepared, {
      runId: run.run_id,
      createdAt: run.created_at,
      resumes: true,
      asked,
      wait: request.wait,
      signal: request.signal,
      onProgress,
    });
    return summarise(app, run.run_id, prepared, finished, app.clock.monotonicMs() - begun);
  });
}

function refuseUnlessUnfinished(run: Run): void {
  const { run_id, status, owner, deleted_at } = run;
  if (deleted_at !== null)
    throw refusal(run_id, 'it is in the trash', `Take it out first: "stat-harness runs undelete ${run_id}".`);
  if (status === 'ABORTED' || status === 'CANCELLED' || status === 'FAILED') return;
  if (isUnderWay(run)) {
    const advice = `Wait for it, or end it: "stat-harness runs cancel ${run_id}".`;
    throw refusal(run_id, `it is ${status} in process ${describeOwner(owner)}`, advice);
  }
  const advice = `See it with "stat-harness runs show ${run_id}".`;
  throw refusal(run_id, `it is ${status}, nothing is left to do`, advice);
}

/** A finished folder that the database does not know of, as after a restore, must not be written over. */
function refuseIfFinishedElsewhere(app: App, { run_id }: Run): void {
  const folder = app.paths.run(run_id);
  if (!existsSync(folder)) return;
  throw refusal(
    run_id,
    `it was finished, and lies in ${folder}`,
    `Record it with "stat-harness runs adopt ${run_id}".`,
  );
}

interface Asked {
  readonly asked: HowAsked;
  readonly planned_with: PlannedWith;
}

function howItWasAsked(app: App, run: Run): Asked {
  const queued = app.state.events.byCorrelation(run.run_id).find(({ kind }) => kind === 'run.queued');
  const read = readQueued(queued?.data);
  if (read === undefined) throw refusal(run.run_id, 'an older engine made it', AGAIN);
  return read;
}

/**
 * The run, planned from what is stored: configuration, dataset version, of the plugins the versions that it was planned
 * with, where they are still installed.
 */
async function prepareAgain(app: App, run: Run, { asked, planned_with: then }: Asked): Promise<PreparedRun> {
  const ingested = await ingestedBefore(app, run);
  // What the configuration leaves out must still be known.
  const known = Object.fromEntries(ingested.config.disabled.map((id) => [id, '']));
  const [plugins, engine] = await Promise.all([
    runPlugins(app, asked.plugin_folders, { pins: { ...known, ...then.plugins } }),
    engineIdentity(),
  ]);
  const allowed = allowedIn(app, { allowNetwork: asked.allow_network, pluginFolders: asked.plugin_folders });
  return planIngested(app, ingested, { plugins, engine, osSandbox: asked.os_sandbox, allowed }).catch(
    async (error: unknown) => {
      throw await withAdvice(error, app, engine.version);
    },
  );
}

async function ingestedBefore(app: App, run: Run): Promise<Ingested> {
  const config = readStoredConfig(run.config);
  if (config === undefined) throw refusal(run.run_id, 'an engine with other settings made it', AGAIN);
  const version = app.state.versions.get(run.dataset_version_id);
  if (version === undefined) throw refusal(run.run_id, 'its dataset version is not there any more', AGAIN);
  const parts = partsOf(app, version);
  const stored = await Promise.all(parts.map((part) => storedPart(app, run, part)));
  return {
    config,
    version,
    parts,
    reports: stored.map(({ report }) => report),
    roles: rolesOf(version, config),
    uploads: parts.map((part) => uploadOf(app, run, part.upload_sha256)),
    checked: new Set(),
  };
}

async function storedPart(app: App, run: Run, { part_id }: Part): Promise<StoredPart> {
  const stored = await findPart(app.paths, part_id);
  if (stored === undefined)
    throw refusal(run.run_id, `its data is not there any more (part ${part_id})`, AGAIN);
  return stored;
}

/** The file of a part as this run received it; where it was there before, as it was received last. */
function uploadOf(app: App, run: Run, sha256: Sha256): RunUpload {
  const event = app.state.events
    .byCorrelation(run.run_id)
    .find(({ kind, subject_id }) => kind === 'upload.received' && subject_id === sha256);
  const upload = app.state.uploads
    .byHash(sha256)
    .find(({ received_at }) => received_at === receivedAt(event?.data));
  if (upload === undefined) return lastUpload(app, sha256);
  const { bytes, original_path: originalPath, original_filename: originalFilename } = upload;
  return { sha256, bytes, originalPath, originalFilename };
}

function receivedAt(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'received_at' in data ? data.received_at : undefined;
}

/** A plugin that was disabled or removed since is told as that. */
function refuseIfGone(app: App, run: Run, { plugins }: PlannedWith): void {
  const reason = registryChange(app, plugins);
  if (reason !== undefined) throw refusal(run.run_id, `it would come to another result: ${reason}`, AGAIN);
}

function refuseIfChanged(run: Run, then: PlannedWith, { plan, engine, fingerprint }: PreparedRun): void {
  if (fingerprint.sha256 === run.fingerprint) return;
  const reason =
    changedSince(then, plannedWith(plan, engine)) ??
    'its settings, or what is approved for its plugins, would be others now';
  throw refusal(run.run_id, `it would come to another result: ${reason}`, AGAIN);
}

function refusal(id: string, reason: string, advice: string): HarnessError {
  return new HarnessError('SH_RUN_NOT_RESUMABLE', { id, reason, advice });
}
