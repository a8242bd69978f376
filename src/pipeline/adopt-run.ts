import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { type AppPaths, HarnessError, hashFile, isSystemError, type Sha256, sha256 } from '../base/index.ts';
import {
  check,
  describeProblems,
  type Part,
  Report,
  type RunEvent,
  RunEvents,
  RunManifest,
  Trace,
} from '../contract/index.ts';
import { findDatasetVersion, findPart } from '../ingest/index.ts';
import { currentOwner, type State } from '../state/index.ts';
import { recordCommit, type SealedRun } from './record-commit.ts';
import { sealEvents } from './seal-events.ts';

/** Why a run's folder can not be recorded, in words. */
class NotAdoptable extends Error {}

/** A sealed run with what it takes to record it where nothing is known of it. */
interface WholeRun extends SealedRun {
  readonly events: readonly RunEvent[];
}

/**
 * Records a run that the database does not know as finished, from its folder: the rename to `runs/` was its commit, and
 * the folder holds all that the database needs. Nothing is recorded unless every file is as the manifest says and the
 * manifest follows the newest of the chain. One that lies in the trash stays there. Returns why not; undefined where it
 * was recorded.
 */
export async function adoptRun(
  state: State,
  paths: AppPaths,
  runId: string,
  folder = paths.run(runId),
): Promise<string | undefined> {
  try {
    const sealed = await sealedManifest(folder, runId);
    refuseOutOfTurn(state, sealed);
    const run = await wholeRun(folder, sealed);
    const inputs = await knownInputs(state, paths, run.manifest);
    const isTrashed = folder === paths.trashedRun(runId);
    state.transaction(() => {
      record(state, run, inputs);
      if (isTrashed) state.runs.setDeleted(runId, true);
    });
    return undefined;
  } catch (error) {
    if (error instanceof NotAdoptable) return error.message;
    if (error instanceof HarnessError && error.code.startsWith('SH_INTEGRITY_')) return error.message;
    throw error;
  }
}

async function sealedManifest(folder: string, runId: string): Promise<Omit<SealedRun, 'trace'>> {
  const text = await textOf(join(folder, 'run_manifest.json'));
  const manifest = parsed(text, RunManifest, 'its manifest');
  if (manifest.run_id !== runId) throw new NotAdoptable(`its manifest is that of run ${manifest.run_id}`);
  return { manifest, manifestSha256: sha256(text) };
}

/** It follows the newest of the chain, or has its link there, as one that was set aside. */
function refuseOutOfTurn(state: State, { manifest, manifestSha256 }: Omit<SealedRun, 'trace'>): void {
  const known = state.runs.get(manifest.run_id);
  if (known?.manifest_sha256 != null) throw new NotAdoptable('it is listed');
  if (known?.deleted_at != null) throw new NotAdoptable(`it is in the trash since ${known.deleted_at}`);
  const link = state.chain.ofRun(manifest.run_id);
  const head = state.chain.head()?.manifest_sha256 ?? null;
  if (
    link === undefined ? head === manifest.previous_manifest_sha256 : link.manifest_sha256 === manifestSha256
  )
    return;
  throw new NotAdoptable('its manifest does not follow the newest of the chain: another took its place');
}

/** The run, once every file that its manifest names has the bytes that it says. */
async function wholeRun(folder: string, sealed: Omit<SealedRun, 'trace'>): Promise<WholeRun> {
  const { manifest } = sealed;
  for (const { path, sha256 } of manifest.artifacts) {
    if ((await hashOf(join(folder, ...path.split('/')))) !== sha256) {
      throw new NotAdoptable(`its file ${path} is not as its manifest says`);
    }
  }
  const trace = parsed(await textOf(join(folder, 'trace.json')), Trace, 'its trace');
  const listed = manifest.artifacts.some(({ path }) => path === 'events.json');
  const events = listed
    ? parsed(await textOf(join(folder, 'events.json')), RunEvents, 'its list of events').events
    : [];
  const report =
    manifest.dataset.erp === undefined
      ? undefined
      : parsed(await textOf(join(folder, 'report.json')), Report, 'its report');
  return { ...sealed, trace, events, ...(report && { report }) };
}

/** The parts and the dataset version of a run, from the database or from the folders beside it. */
async function knownInputs(state: State, paths: AppPaths, manifest: RunManifest) {
  const id = manifest.dataset.dataset_version_id as Sha256;
  const version = state.versions.get(id) ?? (await findDatasetVersion(paths, id));
  if (version === undefined) throw new NotAdoptable(`its dataset version ${id} is gone`);
  const parts: Part[] = [];
  for (const { part_id } of manifest.inputs) {
    const part = state.parts.get(part_id as Sha256) ?? (await findPart(paths, part_id as Sha256))?.part;
    if (part === undefined) throw new NotAdoptable(`its part ${part_id} is gone`);
    parts.push(part);
  }
  return { version, parts };
}

type Inputs = Awaited<ReturnType<typeof knownInputs>>;

function record(state: State, run: WholeRun, inputs: Inputs): void {
  const { manifest } = run;
  recordInputs(state, run, inputs);
  recordEvents(state, run);
  const known = state.runs.get(manifest.run_id);
  if (known === undefined) {
    state.runs.create({
      run_id: manifest.run_id,
      fingerprint: manifest.run_fingerprint as Sha256,
      dataset: manifest.dataset.name,
      dataset_version_id: manifest.dataset.dataset_version_id as Sha256,
      kind: manifest.kind,
      config: { ...manifest.config.resolved, sources: manifest.config.sources },
      owner: currentOwner(),
      created_at: manifest.created_at,
    });
  }
  // One that had ended without a result when the backup was made was gone on with since.
  state.runs.requeue(manifest.run_id, currentOwner());
  if (known?.status !== 'RUNNING') state.runs.start(manifest.run_id, currentOwner());
  recordErp(state, manifest);
  recordCommit(state, run);
  state.events.append({
    correlation_id: manifest.run_id,
    kind: 'run.adopted',
    subject_kind: 'run',
    subject_id: manifest.run_id,
  });
}

/** The dataset goes back to its ERP, where that is there and the dataset has gone to no other. */
function recordErp(state: State, { dataset: { name, erp } }: RunManifest): void {
  if (erp === undefined || state.erps.get(erp) === undefined) return;
  if (state.erps.ofDataset(name) === undefined) state.erps.join(name, erp);
}

function recordInputs(state: State, { manifest, events }: WholeRun, { version, parts }: Inputs): void {
  for (const { upload_sha256, original_path, original_filename, bytes } of manifest.inputs) {
    const sha256 = upload_sha256 as Sha256;
    const received_at = receptionOf(sha256, events);
    const isKnown = state.uploads
      .byHash(sha256)
      .some(
        (upload) =>
          upload.original_path === original_path &&
          (received_at === undefined || upload.received_at === received_at),
      );
    if (isKnown) continue;
    const reception = { sha256, bytes, original_path, original_filename };
    state.uploads.record({ ...reception, received_at: received_at ?? manifest.created_at });
  }
  for (const part of parts) if (state.parts.get(part.part_id as Sha256) === undefined) state.parts.save(part);
  const { name } = manifest.dataset;
  if (state.versions.entry(name, version.dataset_version_id as Sha256) === undefined) {
    state.versions.save({ dataset: name, kind: manifest.kind, version });
  }
}

/** When an upload was received, where that was for this run; else the run began no earlier. */
function receptionOf(sha256: string, events: readonly RunEvent[]): string | undefined {
  const found = events.find((event) => event.kind === 'upload.received' && event.subject_id === sha256);
  const data = found?.data;
  return typeof data === 'object' && data !== null && 'received_at' in data
    ? String(data.received_at)
    : undefined;
}

/** Puts behind the events that are known those that the folder knows besides. */
function recordEvents(state: State, { manifest, events }: WholeRun): void {
  const known = state.events.byCorrelation(manifest.run_id);
  if (sealEvents(events.slice(0, known.length)).sha256 !== sealEvents(known).sha256) return;
  for (const event of events.slice(known.length)) {
    state.events.append({ ...event, correlation_id: manifest.run_id });
  }
}

function parsed<S extends TSchema>(text: string, schema: S, what: string): Static<S> {
  try {
    const checked = check(schema, JSON.parse(text));
    if (checked.ok) return checked.value;
    throw new NotAdoptable(`${what} does not fit its schema: ${describeProblems(checked.problems)}`);
  } catch (error) {
    if (error instanceof SyntaxError) throw new NotAdoptable(`${what} is no JSON`);
    throw error;
  }
}

async function textOf(path: string): Promise<string> {
  return unlessGone(path, () => readFile(path, 'utf8'));
}

async function hashOf(path: string): Promise<Sha256> {
  return unlessGone(path, () => hashFile(path));
}

async function unlessGone<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw new NotAdoptable(`${path} is gone`);
    throw error;
  }
}
