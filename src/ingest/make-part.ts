import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { type AppPaths, randomId } from '../base/index.ts';
import type { Format, IngestOptions } from '../contract/index.ts';
import { type Cut, writeBeginning } from './beginning.ts';
import { ingestCsv } from './csv/ingest-csv.ts';
import { guessedLate, isEncodingError, type ReadableTable, readableTable } from './decode/readable-table.ts';
import type { Resources } from './duckdb.ts';
import { fileFormat } from './file-format.ts';
import { jsonReader } from './json/json-reader.ts';
import { ingestParquet } from './parquet/ingest-parquet.ts';
import type { PartRequest } from './part-request.ts';
import type { StoredPart } from './part-store.ts';
import type { Upload } from './receive-upload.ts';
import type { SeenSoFar } from './seen-so-far.ts';
import { ingestTextTable } from './text-table/ingest-text-table.ts';
import { type TableInside, tableInside } from './unpack/table-inside.ts';
import { writeUnpacked } from './unpack/write-unpacked.ts';
import { refuseCompoundFile } from './xlsx/compound-file.ts';
import { xlsxReader } from './xlsx/xlsx-reader.ts';

/** How far a file has come. */
export interface IngestProgress {
  readonly kind: 'rows';
  readonly stage: 'receiving' | 'unpacking' | 'decoding' | 'reading';
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/** What a part is made with. */
export interface PartsRequest {
  readonly options: IngestOptions;
  readonly paths: AppPaths;
  readonly memoryBytes: number;
  readonly threads: number;
  readonly onProgress?: (progress: IngestProgress) => void;
  /** Told what was seen of a file of delimited text while it is read; never of one whose part is there already. */
  readonly onSeen?: (path: string, seen: SeenSoFar) => void;
  /** Reads the beginning of the table alone, and tells where that ended, unless the table ended first. */
  readonly onCut?: (cut: Cut) => void;
}

/**
 * Makes a part of a received file: finds the table in it, decodes its text, and hands it to the reader of its format. Where
 * that meets bytes that are not UTF-8 behind a beginning that is, the table is read again as what it is guessed to be.
 */
export async function makePart(request: PartsRequest, upload: Upload, path: string): Promise<StoredPart> {
  const inside = await tableInside(upload, path, request.options);
  if (inside.packing === undefined) await refuseCompoundFile(inside.head, upload.blobPath, inside.shownPath);
  const found = { request, upload, path, inside };
  const table = readableTable(inside);
  try {
    return await readTable({ ...found, table });
  } catch (error) {
    const guessed = guessedLate(inside, table, error);
    if (guessed === undefined) throw error;
    return await readTable({ ...found, table: guessed }).catch((failed: unknown) => {
      throw isEncodingError(failed) ? error : failed;
    });
  }
}

/** A table that was found in an upload, on its way to its reader. */
interface Found {
  readonly request: PartsRequest;
  readonly upload: Upload;
  readonly path: string;
  readonly inside: TableInside;
  readonly table: ReadableTable;
}

async function readTable(found: Found): Promise<StoredPart> {
  const { request, upload, path, inside, table } = found;
  const { packing, shownPath, options } = inside;
  const { head, decoding, notes } = table;
  const format = fileFormat(head, options.format, shownPath, inside.name);
  let bytes = 0;
  const { onCut } = request;
  const isCutAsText = format === 'csv' || format === 'jsonl';
  return ingestAs(format, {
    ...{ upload, shownPath, head, options },
    paths: request.paths,
    resources: resourcesOf(request),
    unpackedBy: [packing?.reader, decoding?.reader].map((reader) => (reader ? `${reader}/` : '')).join(''),
    ...(packing?.table !== undefined && { unpackedTable: packing.table }),
    ...(decoding?.named && { encoding: decoding.named }),
    ...(onCut &&
      !isCutAsText && { onCut: (cut: Cut) => onCut({ ofBytes: upload.bytes, ...encoded(cut, decoding) }) }),
    openTable: async (work) => {
      if (onCut !== undefined && isCutAsText && !head.whole) {
        const beginning = await writeBeginning(work, head, format, options);
        const ofBytes = packing === undefined ? upload.bytes : await packing.bytes();
        onCut(encoded({ bytes: beginning.bytes, ofBytes }, decoding));
        return beginning.path;
      }
      if (packing === undefined && decoding === undefined) return upload.blobPath;
      const target = join(work, 'table');
      bytes = await writeTable(found, target);
      return target;
    },
    packedIn: () => ({
      ...(packing && { container: { ...packing.container, bytes } }),
      ...(packing?.tables && { tables: packing.tables }),
      ...(decoding && { encoding: decoding.found }),
      notes: [...(packing?.notes ?? []), ...notes],
    }),
    onProgress: counting(request, 'reading', path),
    ...(request.onSeen && { onSeen: (seen) => request.onSeen?.(path, seen) }),
  });
}

/** Where the reading ended, in bytes of the file rather than of its UTF-8. */
function encoded(cut: Cut, decoding: ReadableTable['decoding']): Cut {
  if (cut.bytes === undefined || decoding === undefined) return cut;
  return { ...cut, bytes: decoding.encodedBytes(cut.bytes) };
}

/** Writes a table that is packed or not UTF-8 to a file; returns how many bytes it had before it was decoded. */
async function writeTable({ request, upload, path, inside, table }: Found, target: string): Promise<number> {
  const { packing, shownPath } = inside;
  const decode = table.decoding?.decode;
  if (packing !== undefined) return packing.unpack(target, counting(request, 'unpacking', path), decode);
  return writeUnpacked({
    blocks: createReadStream(upload.blobPath, { highWaterMark: BLOCK }),
    ...(decode && { decode }),
    ...{ target, shownPath, packedBytes: upload.bytes, expectedBytes: upload.bytes },
    onBytes: counting(request, 'decoding', path),
  });
}

const BLOCK = 1 << 20;

/** Hands a file to the reader of its format. */
async function ingestAs(format: Format, request: PartRequest): Promise<StoredPart> {
  switch (format) {
    case 'csv':
      return ingestCsv(request);
    case 'parquet':
      return ingestParquet(request);
    case 'json':
    case 'jsonl':
      return ingestTextTable(request, jsonReader(request, format));
    case 'xlsx':
      return ingestTextTable(request, await xlsxReader(request));
  }
}

/** Tells the progress of one stage of a file, of which more and more bytes are read. */
export function counting(
  { onProgress }: Pick<PartsRequest, 'onProgress'>,
  stage: IngestProgress['stage'],
  path: string,
) {
  let read = 0;
  return (more: number, rows = 0): void => {
    read += more;
    onProgress?.({ kind: 'rows', stage, path, rows, bytes: read });
  };
}

/** What DuckDB may use. */
export function resourcesOf(request: Pick<PartsRequest, 'paths' | 'memoryBytes' | 'threads'>): Resources {
  const spill = join(request.paths.temporary, `spill-${randomId()}`);
  return { memoryBytes: request.memoryBytes, threads: request.threads, spill };
}
