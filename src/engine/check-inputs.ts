import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, hashJson, isSystemError, type Sha256 } from '../base/index.ts';
import type { DatasetVersion, Part, RunManifest } from '../contract/index.ts';
import { datasetVersionId, partIdOf } from '../ingest/index.ts';
import type { Appdata } from './app.ts';
import { fileDamage } from './check-folder.ts';
import { type Damage, RESTORE } from './damage.ts';
import { READ_AGAIN, readAgain } from './read-again.ts';

export interface InputsCheck {
  readonly files: number;
  readonly damages: readonly Damage[];
  /** Since when data of the run are gone on purpose; null where all must be there. */
  readonly expired_at: string | null;
}

type Input = RunManifest['inputs'][number];

/** What a run was made of: uploads, parts and their documents, and the records of the dataset version. */
export async function checkInputs(
  app: Appdata,
  manifest: RunManifest,
  touches: readonly string[],
): Promise<InputsCheck> {
  const found = await Promise.all(manifest.inputs.map((input) => checkInput(app, input, touches)));
  return {
    files: found.reduce((sum, { files }) => sum + files, 0),
    damages: [...found.flatMap(({ damages }) => damages), ...versionDamages(app, manifest, touches)],
    expired_at: found.map(({ expired_at }) => expired_at).find((at) => at !== null) ?? null,
  };
}

/** The same for the records alone, without the files. */
export function checkInputRecords(
  app: Appdata,
  manifest: RunManifest,
  touches: readonly string[],
): readonly Damage[] {
  const parts = manifest.inputs.flatMap((input) =>
    partDamages(input, app.state.parts.get(input.part_id), touches),
  );
  return [...parts, ...versionDamages(app, manifest, touches)];
}

async function checkInput(app: Appdata, input: Input, touches: readonly string[]): Promise<InputsCheck> {
  const folder = app.paths.part(input.part_id);
  const part = app.state.parts.get(input.part_id);
  const again = { repair: READ_AGAIN };
  const rejects = part?.rejects_sha256;
  // Where the database says so, bytes are gone on purpose; anywhere else it is damage.
  const uploadExpired = app.state.uploads.expiredAt(input.upload_sha256);
  const partExpired = app.state.parts.expiredAt(input.part_id);
  const upload = (): Promise<Damage | undefined> =>
    fileDamage(
      app.paths.blob(input.upload_sha256),
      { sha256: input.upload_sha256, bytes: input.bytes },
      touches,
      {
        what: 'The upload',
        ...again,
      },
    );
  const partFiles = (): Promise<Damage | undefined>[] => [
    fileDamage(join(folder, 'part.parquet'), { sha256: parquetOf(input, part) }, touches, {
      what: 'The Parquet file of a part',
      ...again,
    }),
    fileDamage(join(folder, 'ingest_report.json'), { sha256: input.ingest_report_sha256 }, touches, {
      what: 'The ingest report of a part',
      ...again,
    }),
    ...(rejects === undefined
      ? []
      : [
          fileDamage(join(folder, 'rejects.parquet'), { sha256: rejects }, touches, {
            what: 'The rejects of a part',
            ...again,
          }),
        ]),
    documentDamage(join(folder, 'part.json'), part, touches, READ_AGAIN),
  ];
  const files = await Promise.all([
    ...(uploadExpired === null ? [upload()] : []),
    ...(partExpired === null ? partFiles() : []),
  ]);
  const found = files.filter((damage) => damage !== undefined);
  const repair = found.length === 0 ? '' : readAgain(app, input.part_id);
  const damages = found.map((damage) => ({ ...damage, repair }));
  return {
    files: files.length,
    damages: [...damages, ...partDamages(input, part, touches)],
    expired_at: partExpired ?? uploadExpired,
  };
}

/** A part that was made again, after damage or after its time, has the same rows, and perhaps another Parquet file. */
function isMadeAgain(input: Input, part: Part | undefined): part is Part {
  return input.rows_sha256 !== undefined && part?.rows_sha256 === input.rows_sha256;
}

/** The hash that the Parquet file of an input must have: the run's, or that of the same rows as they lie there now. */
function parquetOf(input: Input, part: Part | undefined): Sha256 {
  return isMadeAgain(input, part) ? part.parquet_sha256 : input.parquet_sha256;
}

/** `part.json` beside a part, which says the same as the database. */
async function documentDamage(
  path: string,
  part: Part | undefined,
  touches: readonly string[],
  repair: string,
): Promise<Damage | undefined> {
  const common = { kind: 'file', what: 'The document of a part', path, touches, repair } as const;
  const expected = part === undefined ? null : hashJson(part);
  try {
    const text = await readFile(path, 'utf8');
    if (part !== undefined && text.trimEnd() === canonicalJson(part)) return undefined;
    return { ...common, expected, found: 'another text' };
  } catch (error) {
    if (!isSystemError(error, 'ENOENT', 'ENOTDIR')) throw error;
    return { ...common, expected, found: null };
  }
}

/** The record of a part: its id follows from what was read and how, its files from the manifest. */
function partDamages(input: Input, part: Part | undefined, touches: readonly string[]): Damage[] {
  const record = (column: string, expected: string, found: string | null): Damage[] =>
    expected === found
      ? []
      : [recordOf('a part', `parts.${column} of ${input.part_id}`, expected, found, touches)];
  if (part === undefined) return record('part_id', input.part_id, null);
  return [
    ...record(
      'document (part_id)',
      input.part_id,
      part.part_id === input.part_id ? partIdOf(part) : part.part_id,
    ),
    ...record('document (parquet_sha256)', parquetOf(input, part), part.parquet_sha256),
    ...(input.rows_sha256 === undefined
      ? []
      : record('document (rows_sha256)', input.rows_sha256, part.rows_sha256 ?? null)),
    ...record(
      'document (ingest_report_sha256)',
      input.ingest_report_sha256,
      part.ingest_report_sha256 ?? hashJson(null),
    ),
  ];
}

/** The record of the dataset version: its id is the hash of its parts and schema, its counts are the manifest's. */
function versionDamages(app: Appdata, manifest: RunManifest, touches: readonly string[]): Damage[] {
  const id = manifest.dataset.dataset_version_id;
  const version = app.state.versions.get(id);
  const record = (column: string, expected: string, found: string | null): Damage[] =>
    expected === found
      ? []
      : [recordOf('a dataset version', `dataset_versions.${column} of ${id}`, expected, found, touches)];
  if (version === undefined) return record('dataset_version_id', id, null);
  const { row_count, column_count, rejected_rows, schema_sha256 } = manifest.ingest;
  const entries = app.state.versions.entriesOf(id);
  return [
    ...record('document (dataset_version_id)', id, idOf(version)),
    ...record('document (schema)', schema_sha256, hashJson(version.schema)),
    ...record('document (columns)', String(column_count), String(version.schema.columns.length)),
    ...record('document (row_count)', String(row_count), String(version.row_count)),
    ...record('document (rejected_rows)', String(rejected_rows), String(version.rejected_rows)),
    ...entries.flatMap((entry) => record('row_count', String(row_count), String(entry.row_count))),
    ...entries.flatMap((entry) =>
      record('rejected_rows', String(rejected_rows), String(entry.rejected_rows)),
    ),
  ];
}

function idOf(version: DatasetVersion): string {
  const id = datasetVersionId(version.parts as Sha256[], version.schema);
  return id === version.dataset_version_id ? id : version.dataset_version_id;
}

function recordOf(
  of: string,
  path: string,
  expected: string,
  found: string | null,
  touches: readonly string[],
): Damage {
  return { kind: 'record', what: `The record of ${of}`, path, expected, found, touches, repair: RESTORE };
}
