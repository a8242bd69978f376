import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type AppPaths, appPaths, type Clock, type Sha256, sha256 } from '../../src/base/index.ts';
import type { DatasetVersion, Part, Trace } from '../../src/contract/index.ts';
import { currentOwner, type NewRun, openState, type RunCounts, type State } from '../../src/state/index.ts';

/** A clock that goes on by one second at each look. */
export function steppingClock(start = '2025-03-01T00:00:00.000Z'): Clock {
  let at = Date.parse(start);
  return {
    now: () => {
      const now = new Date(at).toISOString();
      at += 1000;
      return now;
    },
    monotonicMs: () => at,
  };
}

/** A new appdata that goes away with the test. */
export function freshAppdata(): AppPaths {
  const root = mkdtempSync(join(tmpdir(), 'state-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return appPaths(root);
}

/** The state of an appdata, closed when the test ends. */
export function stateOf(paths: AppPaths, clock: Clock = steppingClock()): State {
  const state = openState(paths, { clock });
  onTestFinished(() => state.close());
  return state;
}

export const freshState = (): State => stateOf(freshAppdata());

export function runId(digit: string): string {
  return digit.repeat(32).slice(0, 32);
}

export function samplePart(content = 'a'): Part {
  const upload_sha256 = sha256(content);
  return {
    schema_version: 'part.v1',
    part_id: sha256(`part ${content}`),
    upload_sha256,
    reader_version: 'csv.1',
    options: { format: 'auto', delimiter: null, quote: null, header: 'auto', types: {} },
    row_count: 3,
    rejected_rows: 0,
    chunk_rows: 8,
    source_lines: { kind: 'offset', offset: 1 },
    columns: [{ name: 'A', sql_name: 'A', type: { kind: 'integer' } }],
    parquet_sha256: sha256(`parquet ${content}`),
    parquet_bytes: 100,
  };
}

export function sampleVersion(parts: readonly Part[]): DatasetVersion {
  const ids = parts.map((part) => part.part_id);
  return {
    schema_version: 'dataset_version.v1',
    dataset_version_id: sha256(ids.join()),
    parts: ids,
    schema: { schema_version: 'dataset_schema.v1', columns: parts[0]?.columns ?? [] },
    row_count: 3 * parts.length,
    rejected_rows: 0,
    roles: { schema_version: 'role_map.v1', bindings: [] },
  };
}

/** Records what a file of this content leaves behind when it is ingested. */
export function ingest(state: State, content = 'a', dataset = 'orders'): DatasetVersion {
  const part = samplePart(content);
  const version = sampleVersion([part]);
  state.uploads.record({
    sha256: part.upload_sha256,
    bytes: content.length,
    original_path: `/data/${content}.csv`,
    original_filename: `${content}.csv`,
  });
  state.parts.save(part);
  state.versions.save({ dataset, kind: 'real', version });
  return version;
}

export function newRun(version: DatasetVersion, run_id = runId('a'), dataset = 'orders'): NewRun {
  return {
    run_id,
    fingerprint: sha256('fingerprint'),
    dataset,
    dataset_version_id: version.dataset_version_id,
    kind: 'real',
    config: { workers: 2 },
    owner: currentOwner(),
  };
}

export const COUNTS: RunCounts = {
  findings: 3,
  plugins_ok: 2,
  plugins_reused: 0,
  plugins_failed: 0,
  plugins_not_applicable: 1,
};

/** A run from the question to the sealed manifest. Returns the manifest's hash. */
export function completeRun(state: State, version: DatasetVersion, run_id = runId('a')): Sha256 {
  const manifest_sha256 = sha256(`manifest ${run_id}`);
  state.runs.create(newRun(version, run_id));
  state.runs.start(run_id, currentOwner());
  state.transaction(() => {
    state.chain.append({
      run_id,
      manifest_sha256,
      previous_manifest_sha256: state.chain.head()?.manifest_sha256 ?? null,
    });
    state.runs.finish(run_id, { status: 'COMPLETED', manifest_sha256, counts: COUNTS });
  });
  return manifest_sha256;
}

/** The trace of a run of one plugin over one file. */
export function sampleTrace(version: DatasetVersion): Trace {
  const [upload, part, result, report] = ['a', 'part a', 'result', 'report'].map((text) => sha256(text));
  if (!upload || !part || !result || !report) throw new Error('unreachable');
  const shared = version.dataset_version_id;
  return {
    schema_version: 'trace.v1',
    entities: [
      { kind: 'upload', id: upload, label: 'upload', sha256: upload },
      { kind: 'part', id: part, label: 'part 1', sha256: part },
      { kind: 'dataset_version', id: shared, label: 'dataset version', sha256: shared },
      { kind: 'execution', id: 'profile_basic', label: 'profile_basic 1.0.0', sha256: null },
      { kind: 'result', id: result, label: 'results/profile_basic.json', sha256: result },
      { kind: 'report', id: report, label: 'report.json', sha256: report },
    ],
    edges: [
      { from: upload, to: part, relation: 'ingested_into' },
      { from: part, to: shared, relation: 'part_of' },
      { from: shared, to: 'profile_basic', relation: 'used_by' },
      { from: 'profile_basic', to: result, relation: 'produced' },
      { from: result, to: report, relation: 'included_in' },
    ],
  };
}
