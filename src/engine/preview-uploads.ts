import { availableParallelism } from 'node:os';
import { byCodePoint, HarnessError, type Sha256 } from '../base/index.ts';
import type {
  Cell,
  ConfigSource,
  DatasetSchema,
  DerivedDefinition,
  IngestColumn,
  IngestOptions,
  IngestReport,
  RoleBinding,
} from '../contract/index.ts';
import { applyRemembered, applyRoleFlags, type FileBeginning, previewFiles } from '../ingest/index.ts';
import { type ResolvedConfig, type RunFlags, resolveConfig, shareOfReading } from '../pipeline/index.ts';
import type { App } from './app.ts';
import { lastUpload } from './append-base.ts';
import { columnsOfAllParts } from './columns-of-parts.ts';
import { erpOfDataset } from './erps/erp-of-dataset.ts';
import { guessErp } from './erps/guess-erp.ts';
import { schemaDifferences, schemaDiffers } from './erps/schema-version.ts';
import { datasetName } from './ingest-file.ts';

/** Files of the store, in the order in which their rows follow each other, and what was said of how to read them. */
export interface UploadPreviewRequest {
  readonly uploads: readonly string[];
  readonly flags: Pick<RunFlags, 'dataset' | 'erp' | 'ingest' | 'roles' | 'kind' | 'append'>;
  /** How many rows are shown. */
  readonly rows: number;
}

/** What uploads are before anything is made of them. */
export interface UploadPreview {
  readonly schema_version: 'upload_preview.v1';
  readonly dataset: string;
  readonly files: readonly {
    readonly sha256: string;
    readonly original_filename: string;
    readonly bytes: number;
    readonly format: IngestReport['format'];
    readonly container: NonNullable<IngestReport['container']> | null;
    readonly tables: NonNullable<IngestReport['tables']> | null;
    readonly dialect: IngestReport['dialect'];
    /** Null where it is UTF-8, and of formats that are not text. */
    readonly encoding: NonNullable<IngestReport['encoding']> | null;
    /** Whether all of it was read, or its beginning. */
    readonly whole: boolean;
    readonly rows_read: number;
    /** Of the whole file; null where nothing tells. */
    readonly rows: { readonly count: number; readonly exact: boolean } | null;
    readonly rejected_rows: number;
    readonly rejected_records: NonNullable<IngestReport['rejected_records']>;
    /** What was repaired, renamed or assumed. */
    readonly notes: readonly string[];
  }[];
  /** With the types of the rows read; `roles` with what was confirmed or named before put over what is inferred. */
  readonly columns: readonly (IngestColumn & { readonly roles: readonly RoleBinding[] })[];
  readonly derived: readonly DerivedDefinition[];
  readonly rows: readonly {
    readonly part: number;
    readonly row_number: number;
    readonly cells: readonly Cell[];
  }[];
  /** How the files are read, and where each of it comes from. */
  readonly ingest: IngestOptions;
  readonly sources: Readonly<Record<string, ConfigSource>>;
  /** Which ERP they belong to, or seem to. */
  readonly erp: {
    readonly name: string;
    readonly why: string;
    /** A guess is used only once somebody names it. */
    readonly guessed: boolean;
    readonly schema_differs: readonly string[];
  } | null;
  /** Against the newest version of the dataset; null where there is none. */
  readonly previous: {
    readonly dataset_version_id: string;
    readonly row_count: number;
    readonly created_at: string;
    readonly differences: readonly string[];
    /** Whether the headers are the same: where not, rows can't be put behind those that are there. */
    readonly same_columns: boolean;
    /** Hashes of those of the files that it holds already. */
    readonly holds: readonly string[];
  } | null;
}

/** Looks at the beginnings of uploads: seconds, however large they are. Nothing is recorded. Throws SH_UPLOAD_UNKNOWN, SH_INPUT_…. */
export async function previewUploads(app: App, request: UploadPreviewRequest): Promise<UploadPreview> {
  const uploads = request.uploads.map((sha256) => uploadOf(app, sha256));
  const config = resolveConfig({
    flags: request.flags,
    plugins: [],
    defaults: { dataset: datasetName(uploads.map(({ name }) => name)), workers: availableParallelism() },
    erp: (dataset, named) => erpOfDataset(app, dataset, named),
  });
  const seen = await previewFiles({
    ...{ uploads, options: config.ingest, paths: app.paths, rows: request.rows },
    // As much as a run would have for it.
    ...shareOfReading(config.memoryBytes, Math.min(2, config.workers)),
  });
  const { schema } = seen;
  const remembered = applyRemembered(seen.roles, schema, config.erp?.roles ?? []);
  const roles = applyRoleFlags(remembered, schema, config.roles);
  return {
    schema_version: 'upload_preview.v1',
    dataset: config.dataset,
    files: seen.files.map(fileOf),
    columns: columnsOfAllParts(
      schema,
      seen.files.map(({ report }) => report),
    ).map((column) => ({
      ...column,
      roles: roles.bindings.filter(({ sql_name }) => sql_name === column.sql_name),
    })),
    derived: roles.derived ?? [],
    rows: seen.rows,
    ingest: config.ingest,
    sources: config.sources,
    erp: erpOf(app, config, schema),
    previous: previousOf(app, config.dataset, schema, request.uploads),
  };
}

function uploadOf(app: App, id: string) {
  const sha256 = id as Sha256;
  const { bytes, originalFilename: name } = lastUpload(app, sha256);
  if (bytes === 0) throw new HarnessError('SH_UPLOAD_UNKNOWN', { id });
  return { sha256, bytes, name };
}

function fileOf({ upload, report, whole, rows }: FileBeginning): UploadPreview['files'][number] {
  return {
    sha256: upload.sha256,
    original_filename: upload.name,
    bytes: upload.bytes,
    format: report.format,
    container: report.container ?? null,
    tables: report.tables ?? null,
    dialect: report.dialect,
    encoding: report.encoding ?? null,
    whole,
    rows_read: report.row_count,
    rows,
    rejected_rows: report.rejected_rows,
    rejected_records: (report.rejected_records ?? []).slice(0, 20),
    notes: report.notes,
  };
}

function erpOf(app: App, { erp, dataset }: ResolvedConfig, schema: DatasetSchema): UploadPreview['erp'] {
  if (erp === undefined) return guessErp(app, schema);
  const document = app.state.erps.get(erp.name)?.document;
  const remembered = app.state.erps.ofDataset(dataset) === erp.name;
  const why = remembered ? `the dataset "${dataset}" belongs to it` : 'as you said';
  const schema_differs = document === undefined ? [] : schemaDiffers(document, schema);
  return { name: erp.name, why, guessed: false, schema_differs };
}

function previousOf(
  app: App,
  dataset: string,
  schema: DatasetSchema,
  uploads: readonly string[],
): UploadPreview['previous'] {
  const [entry] = app.state.versions.list(dataset);
  const version = entry && app.state.versions.get(entry.dataset_version_id);
  if (entry === undefined || version === undefined) return null;
  const held = new Set<string | undefined>(
    version.parts.map((id) => app.state.parts.get(id as Sha256)?.upload_sha256),
  );
  return {
    dataset_version_id: entry.dataset_version_id,
    row_count: entry.row_count,
    created_at: entry.created_at,
    differences: schemaDifferences(version.schema, schema),
    same_columns: isSameHeader(version.schema, schema),
    holds: uploads.filter((sha256) => held.has(sha256)),
  };
}

function isSameHeader(a: DatasetSchema, b: DatasetSchema): boolean {
  const header = ({ columns }: DatasetSchema) =>
    columns.map(({ sql_name, name }) => JSON.stringify([sql_name, name])).sort(byCodePoint);
  return header(a).join() === header(b).join();
}
