import { join } from 'node:path';
import {
  type AppPaths,
  appPaths,
  ensureDirectory,
  randomId,
  removeTree,
  type Sha256,
} from '../base/index.ts';
import type { DatasetSchema, IngestOptions, IngestReport, RoleMap } from '../contract/index.ts';
import { openDataset, type PreviewRow } from '../dataset/index.ts';
import type { Cut } from './beginning.ts';
import { makePart, resourcesOf } from './make-part.ts';
import { mergeSchemas, type NamedPart } from './merge-schemas.ts';
import { rolesOfParts } from './roles-of-parts.ts';

/** A file of the store, and what the operator calls it. */
export interface PreviewedUpload {
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly name: string;
}

export interface PreviewRequest {
  readonly uploads: readonly PreviewedUpload[];
  readonly options: IngestOptions;
  readonly paths: AppPaths;
  readonly memoryBytes: number;
  readonly threads: number;
  /** So many rows are shown. */
  readonly rows: number;
}

/** What the beginning of a file holds, read as all of it would be. */
export interface FileBeginning {
  readonly upload: PreviewedUpload;
  /** Of the rows that were read; all there are where `whole`. */
  readonly report: IngestReport;
  readonly whole: boolean;
  /** Rows of the whole file; exact where it was read whole or says so itself, null where nothing tells. */
  readonly rows: { readonly count: number; readonly exact: boolean } | null;
}

/** What the beginnings of several files hold, as the parts of one table. */
export interface FilesPreview {
  readonly files: readonly FileBeginning[];
  readonly schema: DatasetSchema;
  readonly roles: RoleMap;
  readonly rows: readonly PreviewRow[];
}

/**
 * A look at uploads before anything is made of them: the readers that will read them whole read their beginnings, in a
 * folder that is thrown away. Types and roles are those of the rows read; later rows may say otherwise. Throws
 * `SH_INPUT_…` as reading them whole does, as far as their beginnings tell.
 */
export async function previewFiles(request: PreviewRequest): Promise<FilesPreview> {
  const folder = join(request.paths.temporary, `preview-${randomId()}`);
  const inside = { ...request, paths: appPaths(folder) };
  try {
    await ensureDirectory(inside.paths.temporary);
    const parts: NamedPart[] = [];
    const files: FileBeginning[] = [];
    for (const upload of request.uploads) {
      const { part, beginning } = await readBeginning(inside, upload, request.paths.blob(upload.sha256));
      parts.push({ ...part, shownPath: upload.name });
      files.push(beginning);
    }
    const schema = mergeSchemas(parts);
    return { files, schema, ...(await meaningOf(inside, parts, schema)) };
  } finally {
    await removeTree(folder);
  }
}

async function readBeginning(request: PreviewRequest, upload: PreviewedUpload, blobPath: string) {
  let cut: Cut | undefined;
  const onCut = (told: Cut): void => {
    cut = told;
  };
  const received = { ...upload, blobPath, isNew: false, repaired: false };
  const part = await makePart({ ...request, onCut }, received, upload.name);
  const read = part.report.row_count + part.report.rejected_rows;
  const beginning = { upload, report: part.report, whole: cut === undefined, rows: rowsOf(read, cut) };
  return { part, beginning };
}

function rowsOf(read: number, cut: Cut | undefined): FileBeginning['rows'] {
  if (cut === undefined) return { count: read, exact: true };
  if (cut.ofRows !== undefined) return { count: cut.ofRows, exact: true };
  if (cut.bytes === undefined || cut.ofBytes === undefined || cut.ofBytes <= cut.bytes) return null;
  return { count: Math.round(read * (cut.ofBytes / cut.bytes)), exact: false };
}

async function meaningOf(request: PreviewRequest, parts: readonly NamedPart[], schema: DatasetSchema) {
  const resources = resourcesOf(request);
  const roles = await rolesOfParts({ parts, schema, resources, cache: request.paths.cache });
  const temporaryDirectory = request.paths.temporary;
  const { memoryBytes, threads } = request;
  const dataset = await openDataset({ parts, schema, temporaryDirectory, memoryBytes, threads });
  try {
    return { roles, rows: await dataset.preview({ rows: request.rows }) };
  } finally {
    await dataset.close();
  }
}
