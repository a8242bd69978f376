import { HarnessError } from '../base/index.ts';
import { Trace } from '../contract/index.ts';
import { type DatasetEntry, type RowsWith, type Run, repairOf } from '../state/index.ts';
import type { App } from './app.ts';
import { checkLineage } from './check-records.ts';
import { damageText } from './damage.ts';
import { readManifest, readVerified } from './read-run.ts';

// A value that another program changed, or the disk, is never shown as if it were what was recorded: whatever lists or
// shows rows looks at them first. All of this throws SH_STATE_CORRUPT; rows that are gone are for `doctor --full`.

export function refuseChangedRuns({ state }: App, runs: readonly Run[]): void {
  const datasets = [...new Set(runs.map(({ dataset }) => dataset))];
  state.refuseChanged([
    ...runs.map(({ run_id }) => rows('runs', 'run_id', run_id)),
    ...datasets.map((name) => rows('datasets', 'name', name)),
  ]);
}

export function refuseChangedRun(app: App, run: Run): void {
  refuseChangedRuns(app, [run]);
  app.state.refuseChanged([
    rows('executions', 'run_id', run.run_id),
    rows('artifacts', 'run_id', run.run_id),
    rows('events', 'correlation_id', run.run_id),
  ]);
}

export function refuseChangedDatasets(
  { state }: App,
  datasets: readonly { readonly name: string; readonly versions: readonly DatasetEntry[] }[],
): void {
  const versions = datasets.flatMap((dataset) => dataset.versions.map((entry) => entry.dataset_version_id));
  state.refuseChanged([
    ...datasets.map(({ name }) => rows('datasets', 'name', name)),
    ...versions.map((id) => rows('dataset_entries', 'dataset_version_id', id)),
    ...versions.map((id) => rows('dataset_versions', 'dataset_version_id', id)),
  ]);
}

export function refuseChangedVersion(
  { state }: App,
  versionId: string,
  parts: readonly string[],
  uploads: readonly string[],
): void {
  state.refuseChanged([
    rows('dataset_versions', 'dataset_version_id', versionId),
    rows('dataset_entries', 'dataset_version_id', versionId),
    ...parts.map((id) => rows('parts', 'part_id', id)),
    ...uploads.map((hash) => rows('uploads', 'sha256', hash)),
    ...uploads.map((hash) => rows('blobs', 'sha256', hash)),
  ]);
}

/** The lineage follows from the trace of the run, which is compared in place of checksums, and returned where there is one. */
export async function refuseChangedLineage(app: App, run: Run): Promise<Trace | undefined> {
  refuseChangedRuns(app, [run]);
  if (run.manifest_sha256 === null) return undefined;
  const manifest = await readManifest(app, run);
  const trace = await readVerified(app, manifest, 'trace.json', Trace);
  const [damage] = checkLineage(app.state, run, manifest, trace, []);
  if (damage === undefined) return trace;
  const repair = repairOf(app.paths);
  throw new HarnessError('SH_STATE_CORRUPT', { path: app.paths.state, reason: damageText(damage), repair });
}

function rows(table: string, column: string, value: string): RowsWith {
  return { table, column, value };
}
