import { availableParallelism } from 'node:os';
import { basename, dirname, extname, resolve } from 'node:path';
import { randomId, type Sha256 } from '../base/index.ts';
import type { DatasetVersion, IngestReport, Part, RoleMap } from '../contract/index.ts';
import { applyRemembered, applyRoleFlags, ingestFiles, type NamedFile } from '../ingest/index.ts';
import {
  type EngineIdentity,
  engineIdentity,
  type ResolvedConfig,
  type RunFlags,
  type RunUpload,
  resolveConfig,
  settingsLayers,
  shareOfReading,
} from '../pipeline/index.ts';
import type { LoadedPlugin } from '../plugin-host/index.ts';
import { whileMaking } from './activity.ts';
import type { App } from './app.ts';
import { appendBase, refuseOvertaken } from './append-base.ts';
import { columnsOfAllParts } from './columns-of-parts.ts';
import { newSchemaWords, withErpFacts } from './erps/erp-facts.ts';
import { erpOfDataset } from './erps/erp-of-dataset.ts';
import { listUnlisted } from './list-unlisted.ts';
import type { ProgressEvent } from './progress-event.ts';
import { receivedBefore } from './receive-upload.ts';
import { recordIngest } from './record-ingest.ts';
import { seenFacts } from './seen-facts.ts';
import { refuseUnknownZones } from './time-zones.ts';
import { onlyWorthTelling } from './worth-telling.ts';

export interface IngestRequest {
  readonly files: readonly string[];
  readonly flags: RunFlags;
  readonly configFile?: { readonly path: string; readonly content: unknown };
  onProgress(event: ProgressEvent): void;
}

/** A dataset version with everything that was found while it was read. */
export interface Ingested {
  readonly config: ResolvedConfig;
  readonly version: DatasetVersion;
  readonly parts: readonly Part[];
  readonly reports: readonly IngestReport[];
  /** Inferred roles with those of the flags and the configuration put over them. */
  readonly roles: RoleMap;
  /** What each part was made of, in their order. */
  readonly uploads: readonly RunUpload[];
  /** The parts whose every byte was read a moment ago, and was as recorded. */
  readonly checked: ReadonlySet<string>;
}

/** What was read and is kept by content, while no dataset has a version from it. */
export interface Unrecorded extends Ingested {
  /** Writes down what was received, and gives the dataset its version. Throws SH_APPEND_OVERTAKEN. */
  record(): void;
}

/** What an ingest has to know besides the request: whose settings to check, who reads, which events belong together. */
export interface IngestContext {
  readonly plugins: readonly LoadedPlugin[];
  readonly engine: EngineIdentity;
  readonly correlationId: string;
  /** Looks at what was read; where it throws, nothing of it stays. */
  accept?(config: ResolvedConfig, version: DatasetVersion, roles: RoleMap): void;
}

/** What `ingest --json` prints. */
export interface IngestSummary {
  readonly schema_version: 'ingest_summary.v1';
  readonly dataset: string;
  readonly dataset_version_id: string;
  readonly row_count: number;
  readonly rejected_rows: number;
  readonly columns: readonly IngestReport['columns'][number][];
  readonly roles: RoleMap;
  /** The ERP of the dataset, and how the columns differ from what it accepts. */
  readonly erp: { readonly name: string; readonly schema_differs: readonly string[] } | null;
  readonly reports: readonly IngestReport[];
  readonly uploads: readonly { readonly path: string; readonly sha256: string; readonly bytes: number }[];
}

/** File → dataset version. */
export async function ingestFile(app: App, request: IngestRequest): Promise<IngestSummary> {
  await listUnlisted(app, (event) => request.onProgress(event));
  const engine = await engineIdentity();
  const context = { plugins: [], engine, correlationId: randomId() };
  const done = await whileIngesting(app, request, async (told) => {
    const ingested = await ingest(app, told, context);
    ingested.record();
    return ingested;
  });
  return {
    schema_version: 'ingest_summary.v1',
    dataset: done.config.dataset,
    dataset_version_id: done.version.dataset_version_id,
    row_count: done.version.row_count,
    rejected_rows: done.version.rejected_rows,
    columns: columnsOfAllParts(done.version.schema, done.reports),
    roles: done.roles,
    erp:
      done.config.erp === undefined
        ? null
        : { name: done.config.erp.name, schema_differs: done.config.erp.schema_differs },
    reports: done.reports,
    uploads: done.uploads.map(({ originalPath, sha256, bytes }) => ({ path: originalPath, sha256, bytes })),
  };
}

/** Reads files for something that is no run; `use` gets the request as it is to be done. */
export function whileIngesting<R extends Pick<IngestRequest, 'onProgress'>, T>(
  app: App,
  request: R,
  use: (request: R) => Promise<T>,
): Promise<T> {
  const onProgress = onlyWorthTelling((event) => request.onProgress(event));
  return whileMaking(app, 'ingest', onProgress, () => use({ ...request, onProgress }));
}

/**
 * Resolves the configuration and reads the files. Nobody may collect garbage meanwhile: the
 * caller announces the activity.
 */
export async function ingest(app: App, request: IngestRequest, context: IngestContext): Promise<Unrecorded> {
  const { plugins, engine, correlationId } = context;
  const named = request.files.map((file) => namedFile(app, file));
  const wanted = {
    flags: request.flags,
    ...(request.configFile && { file: request.configFile }),
    plugins,
    defaults: {
      dataset: datasetName(named.map(({ path }) => path)),
      workers: Math.min(4, availableParallelism()),
    },
    erp: (dataset: string, named: string | undefined) => erpOfDataset(app, dataset, named),
  };
  const asked = resolveConfig(wanted);
  await refuseUnknownZones(settingsLayers(wanted, asked));
  const base = request.flags.append === true ? appendBase(app, asked.dataset) : undefined;
  request.onProgress({ kind: 'stage', stage: 'reading the table' });
  const done = await ingestFiles({
    ...(base && { base: base.parts }),
    files: named,
    options: asked.ingest,
    paths: app.paths,
    ...shareOfReading(asked.memoryBytes, asked.workers),
    engineCode: engine.codeSha256,
    onProgress: (event) => request.onProgress(event),
    onSeen: (path, seen) => {
      for (const finding of seenFacts(seen))
        request.onProgress({ kind: 'provisional', source: 'file', by: basename(path), finding });
    },
    recordedVersion: (id) => app.state.versions.get(id),
    isRecorded: ({ kind, id }) => {
      if (kind === 'part') return app.state.parts.get(id) !== undefined;
      if (kind === 'upload') return app.state.uploads.byHash(id).length > 0;
      return app.state.versions.get(id) !== undefined;
    },
    onRepaired: (part) => saveIfKnown(app, part),
    accept: ({ version }) => {
      if (base !== undefined) refuseOvertaken(app, base);
      context.accept?.(asked, version, rolesOf(version, asked));
    },
  });
  const roles = rolesOf(done.version, asked);
  const received = done.uploads.map((upload) => ({
    sha256: upload.sha256,
    bytes: upload.bytes,
    originalPath: upload.path,
    originalFilename: basename(upload.path),
  }));
  for (const path of done.repaired) {
    const stage = `${path} was damaged: made again from the file`;
    request.onProgress({ kind: 'stage', stage });
    recordRepair(app, correlationId, path);
  }
  const config = withErpFacts(app, asked, done.version);
  for (const stage of newSchemaWords(config)) request.onProgress({ kind: 'stage', stage });
  const uploads = [...(base?.uploads ?? []), ...received];
  const { version, parts, reports } = done;
  const checked = new Set(parts.slice(base?.parts.length ?? 0).map(({ part_id }) => part_id));
  const record = () => {
    if (base !== undefined) refuseOvertaken(app, base);
    const sent = new Set(named.flatMap(({ stored }) => stored ?? []));
    recordIngest(app, correlationId, asked, { version, parts, roles }, { received, sent });
  };
  return { config, version, parts, reports, roles, uploads, checked, record };
}

/** Inferred roles, with what was confirmed before put over them, and over that what the operator says. */
export function rolesOf(version: DatasetVersion, config: ResolvedConfig): RoleMap {
  const { roles, schema } = version;
  return applyRoleFlags(applyRemembered(roles, schema, config.erp?.roles ?? []), schema, config.roles);
}

/** A part that was made again has the same rows, and perhaps another Parquet file: a row that is there must name it. */
function saveIfKnown({ state }: App, part: Part): void {
  if (state.parts.get(part.part_id) !== undefined) state.parts.save(part);
}

/** Writes down that a damaged copy was replaced by the same content, read anew. */
function recordRepair({ state }: App, correlationId: string, path: string): void {
  const subject_id = /\.(parquet|json)$/.test(path) ? basename(dirname(path)) : basename(path);
  state.events.append({
    correlation_id: correlationId,
    kind: 'store.repaired',
    subject_kind: 'file',
    subject_id,
    data: { path },
  });
}

/** A file as it was named: by its path, or by the hash of one that was received before. Throws SH_UPLOAD_UNKNOWN. */
function namedFile(app: App, named: string): NamedFile {
  if (!/^sha256:[0-9a-f]{64}$/.test(named)) return { path: resolve(named) };
  const { originalFilename } = receivedBefore(app, named as Sha256);
  return { path: originalFilename, stored: named as Sha256 };
}

/** What a dataset is called where nobody says: as its first file. */
export function datasetName(files: readonly string[]): string {
  const first = (files[0] ?? '').replace(/\.(gz|gzip)$/i, '');
  const name = basename(first, extname(first))
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
    .replace(/@(\d+)$/, '-$1');
  return /^\.{0,2}$/.test(name) ? 'dataset' : name;
}
