import { homedir } from 'node:os';
import { join } from 'node:path';
import { hexOf, type Sha256 } from './hash.ts';
import { processMark } from './process-mark.ts';

/** Where everything lies inside an appdata folder. The one place that knows the layout. */
export interface AppPaths {
  readonly root: string;
  readonly state: string;
  /** Locked by whoever has the appdata open. */
  readonly gate: string;
  /** Being received by this process. */
  readonly quarantine: string;
  readonly staging: string;
  readonly runs: string;
  readonly cache: string;
  /** Of this process; nobody else's. */
  readonly temporary: string;
  readonly backups: string;
  /** The installed plugins: a folder for each, and in it one for each version. */
  readonly plugins: string;
  /** What was deleted and can still be taken back. */
  readonly trash: string;
  /** How long things are kept, where the operator says so. */
  readonly retentionPolicy: string;
  blob(hash: Sha256): string;
  /** One part: `part.parquet`, `part.json`, `ingest_report.json`. */
  part(partId: Sha256): string;
  /** One dataset version: `schema.json`, `parts.json`, `ingest_report.json`. */
  datasetVersion(versionId: Sha256): string;
  run(runId: string): string;
  stagedRun(runId: string): string;
  /** An installed version of a plugin, with the files of its bundle. */
  plugin(id: string, version: string): string;
  /** A sealed run that could not be recorded; kept as it is. */
  setAside(runId: string): string;
  trashedRun(runId: string): string;
  /** What stays of a purged run: its manifest, and the artifacts that its plugins recommended for keeping. */
  keptRun(runId: string): string;
}

/** The layout of an appdata folder. What a process has under way lies in folders named for it, so that others can tell. */
export function appPaths(root: string, process: string = processMark()): AppPaths {
  const parts = join(root, 'parts');
  const datasets = join(root, 'datasets');
  const runs = join(root, 'runs');
  const staging = join(root, 'staging');
  return {
    root,
    state: join(root, 'state.sqlite'),
    gate: join(root, 'open.lock'),
    quarantine: join(root, 'quarantine', process),
    staging,
    runs,
    cache: join(root, 'cache'),
    temporary: join(root, 'tmp', process),
    backups: join(root, 'backups'),
    plugins: join(root, 'plugins'),
    trash: join(root, 'trash'),
    retentionPolicy: join(root, 'config', 'retention.json'),
    blob: (hash) => join(root, 'blobs', 'sha256', hexOf(hash).slice(0, 2), hexOf(hash)),
    part: (id) => join(parts, hexOf(id)),
    datasetVersion: (id) => join(datasets, hexOf(id)),
    run: (id) => join(runs, id),
    stagedRun: (id) => join(staging, id),
    plugin: (id, version) => join(root, 'plugins', id, version),
    setAside: (id) => join(root, 'lost-found', id),
    trashedRun: (id) => join(root, 'trash', 'runs', id),
    keptRun: (id) => join(root, 'kept', id),
  };
}

/** The user's data folder by the platform's convention, unless STAT_HARNESS_APPDATA names another. */
export function defaultAppdata(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment['STAT_HARNESS_APPDATA']) return environment['STAT_HARNESS_APPDATA'];
  const name = 'statistic-harness';
  if (process.platform === 'win32') {
    return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), name);
  }
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name);
  return join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), name);
}
