import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { byCodePoint, filesBelow, hashFile, messageOf, sha256 } from '../base/index.ts';
import { DOCUMENTS, schemaFile, schemaText } from '../contract/index.ts';
import { writeArchive } from '../pack/index.ts';
import type { Run } from '../state/index.ts';
import type { App } from './app.ts';
import { checkRun } from './check-run.ts';
import { diagnoseApp } from './diagnose.ts';
import { asUnusable, refuseOutFile } from './out-file.ts';
import { type Discretion, discretionFor } from './private-facts.ts';
import { systemFacts } from './system-facts.ts';

/** What `diag --json` prints. */
export interface DiagnosticsSummary {
  readonly schema_version: 'diagnostics_summary.v1';
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly files: number;
  /** Files in which something was replaced by [REDACTED]. */
  readonly redacted: number;
  readonly run_id: string;
  readonly status: string;
}

/** A file of the bundle, and what of it is the file as it was stored. */
interface Piece {
  readonly path: string;
  readonly content: string;
  readonly stored?: { readonly sha256: string; readonly bytes: number };
}

/**
 * Writes what helps to find out why a run went as it did: its manifest, report and logs, what the database knows, facts
 * of the machine, schemas, and hashes of every file. It works for runs that failed or were broken off, and holds no secret,
 * no name and no data but what the report quotes. Throws SH_RUN_UNKNOWN, SH_OUT_FILE_…, SH_DISK_FULL.
 */
export async function diagnoseRun(
  app: App,
  id: string,
  request: { readonly out: string; readonly overwrite: boolean },
): Promise<DiagnosticsSummary> {
  const run = app.state.runs.find(id);
  const path = resolve(request.out);
  refuseOutFile(path, request);
  const discreet = discretionFor(settingsOf(run));
  const pieces = await piecesOf(app, run);
  const written = [...pieces.map((piece) => packed(piece, discreet)), indexOf(run, pieces, discreet)];
  const members = written.sort((a, b) => byCodePoint(a.path, b.path));
  await writeArchive(path, members).catch((error: unknown) => {
    throw asUnusable(error, path);
  });
  record(app, run);
  return {
    schema_version: 'diagnostics_summary.v1',
    path,
    sha256: await hashFile(path),
    bytes: (await stat(path)).size,
    files: members.length,
    redacted: pieces.filter(({ content }) => discreet(content) !== content).length,
    run_id: run.run_id,
    status: run.status,
  };
}

function settingsOf({ config }: Run): Readonly<Record<string, unknown>> {
  return typeof config === 'object' && config !== null && !Array.isArray(config) ? { ...config } : {};
}

function packed({ path, content }: Piece, discreet: Discretion): { path: string; content: string } {
  return { path, content: discreet(content) };
}

async function piecesOf(app: App, run: Run): Promise<Piece[]> {
  return [
    ...(await filesOf(app, run)),
    json('system.json', await systemFacts(app.paths.root)),
    json('records.json', recordsOf(app, run)),
    json('timeline.json', app.state.events.timeline(run.run_id)),
    json('check.json', await checkOf(app, run)),
    json('doctor.json', await diagnoseApp(app, { full: false, onProgress: () => undefined })),
    ...Object.entries(DOCUMENTS).map(([name, schema]) => ({
      path: `schemas/${schemaFile(name)}`,
      content: schemaText(schema),
    })),
  ];
}

function json(path: string, value: unknown): Piece {
  return { path, content: `${JSON.stringify(value, null, 2)}\n` };
}

/** Files of a run that hold results or belong to plugins: their hashes say enough. */
const HASHES_ONLY = /^(results|artifacts|work)\//;
/** A longer log is told from its end. */
const MOST_BYTES = 8 * 2 ** 20;

/** Everything of the run that is text, from its folder or, where it did not end, from staging. */
async function filesOf(app: App, run: Run): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (const [folder, name] of [
    [app.paths.run(run.run_id), 'run'],
    [app.paths.stagedRun(run.run_id), 'staging'],
  ] as const) {
    for (const path of (await filesBelow(folder)).filter((file) => !HASHES_ONLY.test(file))) {
      const file = join(folder, ...path.split('/'));
      const bytes = await readFile(file);
      const stored = { sha256: sha256(bytes), bytes: bytes.length };
      const shown = bytes.subarray(Math.max(0, bytes.length - MOST_BYTES)).toString('utf8');
      pieces.push({ path: `${name}/${path}`, content: shown, stored });
    }
  }
  return pieces;
}

function recordsOf({ state }: App, run: Run) {
  const { owner: _whose, ...known } = run;
  return {
    run: known,
    executions: state.executions.list(run.run_id),
    artifacts: state.artifacts.list(run.run_id),
    chain: state.chain.ofRun(run.run_id) ?? null,
  };
}

/** What a check of the run finds, where there is a sealed manifest to check it by. */
async function checkOf(app: App, run: Run) {
  if (run.manifest_sha256 === null) return { checked: false, reason: 'it has no sealed manifest' };
  try {
    const { files, damages } = await checkRun(app, run);
    return { checked: true, files, damages };
  } catch (error) {
    return { checked: false, reason: messageOf(error) };
  }
}

/** What the bundle holds, with the hashes of the files as they were stored. */
function indexOf(
  run: Run,
  pieces: readonly Piece[],
  discreet: Discretion,
): { path: string; content: string } {
  const files = pieces.map((piece) => {
    const content = discreet(piece.content);
    return {
      path: piece.path,
      sha256: sha256(content),
      bytes: Buffer.byteLength(content),
      redacted: content !== piece.content,
      stored: piece.stored ?? null,
    };
  });
  const document = { schema_version: 'diagnostics.v1', run_id: run.run_id, status: run.status, files };
  return { path: 'diagnostics.json', content: `${JSON.stringify(document, null, 2)}\n` };
}

function record(app: App, run: Run): void {
  app.state.events.append({
    correlation_id: run.run_id,
    kind: 'run.diagnosed',
    subject_kind: 'run',
    subject_id: run.run_id,
  });
}
