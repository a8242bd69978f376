import type { AppPaths, Sha256 } from '../../base/index.ts';
import type { State } from '../../state/index.ts';
import { fileDamage } from '../check-folder.ts';
import type { Damage } from '../damage.ts';
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
        ...blobs.map((item) => () => lookAtUpload(item, records)),
        ...parts.map((item) => () => lookAtPart(item, records)),
        ...versions.map((item) => () => lookAtVersion(item, paths, records)),
      ]
    : [];
  for (const [index, look] of looks.entries()) {
    onFiles(index, looks.length);
    found.push(await look());
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
      repair: 'Read the file again: stat-harness ingest FILE; or put it back from a copy of the appdata.',
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
  const original = records?.state.uploads.byHash(id)[0]?.original_path ?? 'FILE';
  const repair = `Read the original again, which puts the upload right: stat-harness ingest "${original}".`;
  const damage = await fileDamage(path, { sha256: id }, touches, { what: 'The upload', repair });
  return findings({ damages: damage === undefined ? [] : [damage], files: 1 });
}
