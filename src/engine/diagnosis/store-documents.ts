import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { type AppPaths, canonicalJson, hashJson, isSystemError, type Sha256 } from '../../base/index.ts';
import { check, DatasetVersion, Part } from '../../contract/index.ts';
import { datasetVersionId, partIdOf } from '../../ingest/index.ts';
import { fileDamage } from '../check-folder.ts';
import type { Damage } from '../damage.ts';
import { READ_AGAIN } from '../read-again.ts';
import type { StoredItem } from '../stored-files.ts';
import { type Findings, findings } from './findings.ts';
import type { Records } from './usage.ts';

/**
 * A part: its document says what it is, by which its id is checked, and which bytes its files have; the database holds
 * the same document.
 */
export async function lookAtPart({ id, path }: StoredItem, records: Records | undefined): Promise<Findings> {
  const touches = records?.usage.ofPart(id) ?? [];
  const recorded = records?.state.parts.get(id);
  const file = join(path, 'part.json');
  const wrong = (found: string | null): Findings => {
    const expected = recorded === undefined ? id : hashJson(recorded);
    return findings({ damages: [documentDamage('a part', file, expected, found, touches)], files: 1 });
  };
  const text = await textOf(file);
  if (text === undefined) return wrong(null);
  const part = documentIn(text, Part);
  if (part === undefined) return wrong('a document that does not fit its schema');
  if (part.part_id !== id || partIdOf(part) !== id) return wrong('the document of another part');
  if (text.trimEnd() !== canonicalJson(recorded ?? part)) return wrong('another text');
  const looked = await Promise.all([
    listedFile(path, 'part.parquet', 'The Parquet file of a part', part.parquet_sha256, touches),
    listedFile(path, 'ingest_report.json', 'The ingest report of a part', part.ingest_report_sha256, touches),
    listedFile(path, 'rejects.parquet', 'The rejects of a part', part.rejects_sha256, touches),
  ]);
  return findings({ damages: looked.filter((damage) => damage !== undefined), files: 4 });
}

async function listedFile(
  folder: string,
  name: string,
  what: string,
  sha256: string | undefined,
  touches: readonly string[],
): Promise<Damage | undefined> {
  if (sha256 === undefined) return undefined;
  return fileDamage(join(folder, name), { sha256 }, touches, { what, repair: READ_AGAIN });
}

/**
 * A dataset version: its id is the hash of its parts and schema, and the files beside the document follow from these.
 * The database holds the same document, but for roles that newer code inferred and that it was not told of yet.
 */
export async function lookAtVersion(
  { id, path }: StoredItem,
  paths: AppPaths,
  records: Records | undefined,
): Promise<Findings> {
  const touches = records?.usage.ofVersion(id) ?? [];
  const file = join(path, 'parts.json');
  const wrong = (where: string, found: string | null): Damage =>
    documentDamage('a dataset version', where, id, found, touches);
  const text = await textOf(file);
  const version = text === undefined ? undefined : documentIn(text, DatasetVersion);
  if (version === undefined) {
    const found = text === undefined ? null : 'a document that does not fit its schema';
    return findings({ damages: [wrong(file, found)], files: 1 });
  }
  if (
    version.dataset_version_id !== id ||
    datasetVersionId(version.parts as Sha256[], version.schema) !== id
  ) {
    return findings({ damages: [wrong(file, 'the document of another version')], files: 1 });
  }
  const recorded = records?.state.versions.get(id) ?? version;
  const isNewer = recorded.roles_by !== version.roles_by;
  const expected = isNewer ? { ...recorded, roles: version.roles, roles_by: version.roles_by } : recorded;
  const besides = [
    [file, text?.trimEnd(), canonicalJson(expected)],
    [
      join(path, 'schema.json'),
      (await textOf(join(path, 'schema.json')))?.trimEnd(),
      canonicalJson(version.schema),
    ],
    [
      join(path, 'ingest_report.json'),
      await textOf(join(path, 'ingest_report.json')),
      await reportsOf(paths, version),
    ],
  ] as const;
  const damages = besides.filter(([, found, wanted]) => wanted !== undefined && found !== wanted);
  return findings({
    damages: damages.map(([where, found]) => wrong(where, found === undefined ? null : 'another text')),
    warnings: isNewer ? [otherRoles(file)] : [],
    files: 3,
  });
}

function otherRoles(file: string) {
  return {
    text: `the roles in ${file} were inferred by other code than those in the database`,
    repair: READ_AGAIN,
  };
}

/** The reports of all parts as one list; undefined where one of them is gone, which is told of the part. */
async function reportsOf(paths: AppPaths, version: DatasetVersion): Promise<string | undefined> {
  const reports: string[] = [];
  for (const part of version.parts) {
    const report = await textOf(join(paths.part(part as Sha256), 'ingest_report.json'));
    if (report === undefined) return undefined;
    reports.push(report.trimEnd());
  }
  return `[${reports.join(',')}]\n`;
}

function documentDamage(
  of: string,
  path: string,
  expected: string,
  found: string | null,
  touches: readonly string[],
): Damage {
  return {
    kind: 'document',
    what: `The document of ${of}`,
    path,
    expected,
    found,
    touches,
    repair: READ_AGAIN,
  };
}

function documentIn<S extends TSchema>(text: string, schema: S): Static<S> | undefined {
  try {
    const checked = check(schema, JSON.parse(text));
    return checked.ok ? checked.value : undefined;
  } catch {
    return undefined;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
