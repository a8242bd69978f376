import type { AppPaths, Sha256 } from '../../base/index.ts';
import type { State } from '../../state/index.ts';
import { fileDamage } from '../check-folder.ts';
import type { Damage } from '../damage.ts';
import { READ_AGAIN, readAgain } from '../read-again.ts';
import { type StoredItem, storedBlobs, storedParts, storedVersions } from '../stored-files.ts';
import { type Findings, findings, together } from './findings.ts';
import { lookAtPart, lookAtVersion } from './store-documents.ts';
import type { Records } from './usage.ts';

export interface ExamineStoreOptions {
  /** Also the bytes of every file. */
  readonly full: boolean;
  /** Told how many files and folders of how many were looked at. */
  readonly onFiles: (done: number, all: number) => void;
}

/** Uploads, parts and dataset versions: whether what is recorded is there, and in full whether it is what it was. */
export async function examineStore(
  paths: AppPaths,
  records: Records | undefined,
  { full, onFiles }: ExamineStoreOptions,
): Promise<Findings> {
  const blobs = await storedBlobs(paths);
  const parts = await storedParts(paths);
  const versions = await storedVersions(paths);
  const gone = records === undefined ? [] : goneItems(paths, { blobs, parts, versions }, records);
  const found = [findings({ damages: gone })];
  const looks = full
    ? [
        ...blobs.map((item) => ({ id: item.id, look: () => lookAtUpload(item, records) })),
        ...parts.map((item) => ({ id: item.id, look: () => lookAtPart(item, records) })),
        ...versions.map((item) => ({ id: item.id, look: () => lookAtVersion(item, paths, records) })),
      ]
    : [];
  for (const [index, { id, look }] of looks.entries()) {
    onFiles(index, looks.length);
    found.push(withCommand(await look(), id, paths, records));
  }
  return together(found);
}

interface Stored {
  readonly blobs: readonly StoredItem[];
  readonly parts: readonly StoredItem[];
  readonly versions: readonly StoredItem[];
}

/** A time before which nothing was deleted: what is recorded and did not expire must be there. */
const NEVER = '0000';

/** What the database records and what nobody let expire, and is not there all the same. */
function goneItems(paths: AppPaths, stored: Stored, { state, usage }: Records): Damage[] {
  const missing = (
    what: string,
    recorded: Iterable<Sha256>,
    items: readonly StoredItem[],
    path: (id: Sha256) => string,
    touches: (id: string) => readonly string[],
  ): Damage[] => {
    const there = new Set(items.map(({ id }) => id));
    const gone = [...recorded].filter((id) => !there.has(id));
    return gone.map((id) => ({
      kind: 'file',
      what,
      path: path(id),
      expected: id,
      found: null,
      touches: touches(id),
      repair: readAgain({ paths, state }, id),
    }));
  };
  const { blobs, parts, versions } = state.references;
  return [
    ...missing('The upload', unexpired(blobs(NEVER)), stored.blobs, paths.blob, usage.ofUpload),
    ...missing('The part', unexpired(parts(NEVER)), stored.parts, paths.part, usage.ofPart),
    ...missing(
      'The dataset version',
      [...versions(NEVER).keys()].filter((id) => hasItsData(state, id)),
      stored.versions,
      paths.datasetVersion,
      usage.ofVersion,
    ),
  ];
}

function unexpired(known: ReadonlyMap<Sha256, { readonly expired: boolean }>): Sha256[] {
  return [...known].filter(([, { expired }]) => !expired).map(([id]) => id);
}

/** The folder of a version may go with its parts. */
function hasItsData(state: State, versionId: Sha256): boolean {
  const parts = state.versions.get(versionId)?.parts ?? [];
  return parts.every((part) => state.parts.expiredAt(part as Sha256) === null);
}

async function lookAtUpload({ id, path }: StoredItem, records: Records | undefined): Promise<Findings> {
  const touches = records?.usage.ofUpload(id) ?? [];
  const how = { what: 'The upload', repair: READ_AGAIN };
  const damage = await fileDamage(path, { sha256: id }, touches, how);
  return findings({ damages: damage === undefined ? [] : [damage], files: 1 });
}

/** What was found about something in the store, with the command that reads it again. */
function withCommand(found: Findings, id: Sha256, paths: AppPaths, records: Records | undefined): Findings {
  if (records === undefined || found.damages.length + found.warnings.length === 0) return found;
  const repair = readAgain({ paths, state: records.state }, id);
  return {
    ...found,
    damages: found.damages.map((damage) => ({ ...damage, repair })),
    warnings: found.warnings.map((warning) => ({ ...warning, repair })),
  };
}
