import type { Sha256 } from '../base/index.ts';
import type {
  DatasetVersion,
  DerivedDefinition,
  IngestReport,
  Part,
  RoleBinding,
} from '../contract/index.ts';
import { applyRemembered, findPart } from '../ingest/index.ts';
import { rememberedRoles } from '../pipeline/index.ts';
import type { DatasetEntry } from '../state/index.ts';
import type { App } from './app.ts';
import { lastUpload } from './append-base.ts';
import { columnsOfAllParts } from './columns-of-parts.ts';
import { showDataset } from './datasets.ts';
import { type ListedRun, listRuns } from './list-runs.ts';

/** A part as the page of a dataset shows it. */
export interface InspectedPart {
  readonly part_id: string;
  readonly original_filename: string;
  readonly upload_sha256: string;
  readonly bytes: number;
  readonly row_count: number;
  readonly rejected_rows: number;
  readonly format: IngestReport['format'] | null;
  readonly dialect: IngestReport['dialect'];
  readonly rejected_records: NonNullable<IngestReport['rejected_records']>;
  readonly notes: readonly string[];
  /** Since when its rows are gone on purpose; null where they are there. */
  readonly expired_at: string | null;
}

/** All there is to know of a dataset and one of its versions. */
export interface DatasetInspection {
  readonly dataset: string;
  /** The ERP that it belongs to. */
  readonly erp: string | null;
  readonly version: Omit<DatasetVersion, 'roles'>;
  /** The versions that are listed, the newest first. */
  readonly versions: readonly DatasetEntry[];
  readonly parts: readonly InspectedPart[];
  /** What was met in each column, and which roles it has: as inferred, with what was confirmed put over it. */
  readonly columns: readonly (IngestReport['columns'][number] & { readonly roles: readonly RoleBinding[] })[];
  readonly derived: readonly DerivedDefinition[];
  /** The newest runs of the dataset, of any version. */
  readonly runs: readonly ListedRun[];
}

const REJECTS = 50;
const RUNS = 20;

/** A version of a dataset, by its name (the newest), `NAME@VERSION` or id. Throws SH_DATASET_UNKNOWN, SH_DATASET_DELETED. */
export async function inspectDataset(app: App, id: string): Promise<DatasetInspection> {
  const { version, parts, datasets } = await showDataset(app, id);
  const dataset =
    datasets.find(({ dataset }) => id === dataset || id.startsWith(`${dataset}@`)) ?? datasets[0];
  const name = dataset?.dataset ?? id;
  const reports = await Promise.all(parts.map((part) => reportOf(app, part)));
  const erp = app.state.erps.ofDataset(name) ?? null;
  const document = erp === null ? undefined : app.state.erps.get(erp)?.document;
  const remembered = document === undefined ? [] : rememberedRoles(document.columns);
  const roles = applyRemembered(version.roles, version.schema, remembered);
  const { roles: _inferred, ...facts } = version;
  const known = reports.filter((report) => report !== undefined);
  return {
    dataset: name,
    erp,
    version: facts,
    versions: app.state.versions.list(name),
    parts: parts.map((part, i) => inspectedPart(app, part, reports[i])),
    columns: columnsOfAllParts(version.schema, known).map((column) => ({
      ...column,
      roles: roles.bindings.filter(({ sql_name }) => sql_name === column.sql_name),
    })),
    derived: roles.derived ?? [],
    runs: await listRuns(app, { dataset: name, limit: RUNS }),
  };
}

/** The report of a part; undefined where it is gone on purpose. */
async function reportOf({ paths, state }: App, { part_id }: Part): Promise<IngestReport | undefined> {
  const stored = await findPart(paths, part_id as Sha256).catch((error: unknown) => {
    if (state.parts.expiredAt(part_id as Sha256) === null) throw error;
  });
  return stored?.report;
}

function inspectedPart(app: App, part: Part, report: IngestReport | undefined): InspectedPart {
  const { originalFilename, bytes } = lastUpload(app, part.upload_sha256 as Sha256);
  return {
    part_id: part.part_id,
    original_filename: originalFilename,
    upload_sha256: part.upload_sha256,
    bytes,
    row_count: part.row_count,
    rejected_rows: part.rejected_rows,
    format: report?.format ?? null,
    dialect: report?.dialect ?? null,
    rejected_records: (report?.rejected_records ?? []).slice(0, REJECTS),
    notes: report?.notes ?? [],
    expired_at: app.state.parts.expiredAt(part.part_id as Sha256),
  };
}
