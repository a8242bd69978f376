import { type Clock, canonicalJson, HarnessError, hexOf, type Sha256 } from '../../base/index.ts';
import { DatasetVersion } from '../../contract/index.ts';
import type { Database } from '../database.ts';
import { isIdPrefix, onlyMatch, prefixRange } from '../identifier-lookup.ts';
import { document, hash, integer, member, nullable, type RowOf, rowReader, text } from '../row.ts';
import { datasetsStore } from './datasets.ts';

export const KINDS = ['real', 'synthetic'] as const;
export type Kind = (typeof KINDS)[number];

const entryShape = {
  dataset: text,
  /** Counts the versions of the dataset, from 1. */
  ordinal: integer,
  dataset_version_id: hash,
  kind: member(KINDS),
  row_count: integer,
  rejected_rows: integer,
  created_at: text,
  /** When it was put into the trash; null where it is in the list. */
  deleted_at: nullable(text),
};
const readEntry = rowReader(entryShape);
const readDocument = rowReader({ document: document(DatasetVersion) });
const readId = rowReader({ dataset_version_id: hash });

/** A version as a dataset lists it. */
export type DatasetEntry = RowOf<typeof entryShape>;

const ENTRY = `SELECT d.name AS dataset, e.ordinal, e.dataset_version_id, e.kind, v.row_count, v.rejected_rows,
    e.created_at, e.deleted_at
  FROM dataset_entries e JOIN datasets d ON d.id = e.dataset_id
    JOIN dataset_versions v ON v.dataset_version_id = e.dataset_version_id`;

export const DATASET_VERSION_QUERIES = {
  // Roles are inferred, not part of the id: a newer engine may read the columns better.
  save: `INSERT INTO dataset_versions (dataset_version_id, row_count, rejected_rows, document, created_at)
    VALUES ($dataset_version_id, $row_count, $rejected_rows, $document, $created_at)
    ON CONFLICT (dataset_version_id) DO UPDATE SET document = $document`,
  savePart: `INSERT INTO dataset_version_parts (dataset_version_id, ordinal, part_id)
    VALUES ($dataset_version_id, $ordinal, $part_id) ON CONFLICT (dataset_version_id, ordinal) DO NOTHING`,
  enter: `INSERT INTO dataset_entries (dataset_id, ordinal, dataset_version_id, kind, created_at)
    SELECT $dataset_id, 1 + coalesce(max(ordinal), 0), $dataset_version_id, $kind, $created_at
      FROM dataset_entries WHERE dataset_id = $dataset_id
    ON CONFLICT (dataset_id, dataset_version_id) DO UPDATE SET kind = $kind, deleted_at = NULL`,
  get: 'SELECT document FROM dataset_versions WHERE dataset_version_id = $dataset_version_id',
  entry: `${ENTRY} WHERE d.name = $dataset AND e.dataset_version_id = $dataset_version_id`,
  entries: `${ENTRY} WHERE e.dataset_version_id = $dataset_version_id ORDER BY d.name`,
  list: `${ENTRY} WHERE d.name = $dataset AND e.deleted_at IS NULL ORDER BY e.ordinal DESC`,
  listDeleted: `${ENTRY} WHERE d.name = $dataset AND e.deleted_at IS NOT NULL ORDER BY e.ordinal DESC`,
  setDeleted: `UPDATE dataset_entries SET deleted_at = $deleted_at
    WHERE dataset_id = (SELECT id FROM datasets WHERE name = $dataset) AND ordinal = $ordinal`,
  byPrefix: `SELECT dataset_version_id FROM dataset_versions
    WHERE dataset_version_id >= $low AND dataset_version_id < $high ORDER BY dataset_version_id`,
} as const;

export interface NewDatasetVersion {
  readonly dataset: string;
  readonly kind: Kind;
  readonly version: DatasetVersion;
}

/** Versions of datasets: content, and where each is listed. */
export function datasetVersionsStore(db: Database, clock: Clock) {
  const datasets = datasetsStore(db, clock);
  const get = (dataset_version_id: Sha256): DatasetVersion | undefined =>
    db.get(DATASET_VERSION_QUERIES.get, { dataset_version_id }, readDocument)?.document;
  const entry = (dataset: string, dataset_version_id: Sha256): DatasetEntry | undefined =>
    db.get(DATASET_VERSION_QUERIES.entry, { dataset, dataset_version_id }, readEntry);

  const list = (dataset: string, { deleted = false } = {}): readonly DatasetEntry[] =>
    db.all(
      deleted ? DATASET_VERSION_QUERIES.listDeleted : DATASET_VERSION_QUERIES.list,
      { dataset },
      readEntry,
    );
  const entriesOf = (dataset_version_id: Sha256): readonly DatasetEntry[] =>
    db.all(DATASET_VERSION_QUERIES.entries, { dataset_version_id }, readEntry);
  const allOf = (dataset: string): readonly DatasetEntry[] => [
    ...list(dataset),
    ...list(dataset, { deleted: true }),
  ];
  const entriesCalled = (text: string): readonly DatasetEntry[] => {
    const named = allOf(text);
    if (named.length > 0) return named;
    const [, name = '', ordinal] = /^(.+)@([1-9]\d*)$/.exec(text) ?? [];
    const numbered = allOf(name).filter((candidate) => String(candidate.ordinal) === ordinal);
    if (numbered.length > 0) return numbered;
    const id = findByPrefix(db, text);
    return id === undefined ? [] : entriesOf(id);
  };

  return {
    /**
     * Records a version and enters it in a dataset, which is made if there is none. A version that the dataset has
     * already keeps its ordinal. The parts must be recorded.
     */
    save: ({ dataset, kind, version }: NewDatasetVersion): DatasetEntry =>
      db.atomically(() => {
        const { dataset_version_id } = version;
        const created_at = clock.now();
        saveContent(db, version, created_at);
        const dataset_id = datasets.ensure(dataset).id;
        db.run(DATASET_VERSION_QUERIES.enter, { dataset_id, dataset_version_id, kind, created_at });
        const saved = entry(dataset, dataset_version_id);
        if (saved === undefined) throw new Error('a dataset version vanished while it was recorded');
        return saved;
      }),
    get,
    entry,
    /** Where a version is listed, by name of the dataset. */
    entriesOf,
    /** The versions that a dataset lists, or those in the trash, the newest first. */
    list,
    /** Puts a version of a dataset into the trash (now), or takes it out. Its data stay until nothing needs them. */
    setDeleted: ({ dataset, ordinal }: DatasetEntry, deleted: boolean): void => {
      const deleted_at = deleted ? clock.now() : null;
      db.run(DATASET_VERSION_QUERIES.setDeleted, { dataset, ordinal, deleted_at });
    },
    /**
     * The places that `text` means: all versions of a dataset (its name), one of them (`NAME@VERSION`), or a version
     * wherever it is listed (the beginning of its id). Errors: SH_DATASET_UNKNOWN, SH_ID_AMBIGUOUS.
     */
    findEntries: (text: string): readonly DatasetEntry[] => {
      const found = entriesCalled(text);
      if (found.length > 0) return found;
      throw new HarnessError('SH_DATASET_UNKNOWN', { id: text });
    },
    /**
     * The version that `text` means: the name of a dataset (its newest version), `NAME@VERSION`, or the beginning of
     * an id, with or without `sha256:`. Errors: SH_DATASET_UNKNOWN, SH_DATASET_DELETED, SH_ID_AMBIGUOUS.
     */
    find: (text: string): DatasetVersion => {
      const found = entriesCalled(text);
      const listed = found.find((candidate) => candidate.deleted_at === null);
      const [deleted] = found;
      if (listed === undefined && deleted !== undefined)
        throw new HarnessError('SH_DATASET_DELETED', { id: text, deleted_at: deleted.deleted_at ?? '' });
      const version = listed === undefined ? undefined : get(listed.dataset_version_id);
      if (version === undefined) throw new HarnessError('SH_DATASET_UNKNOWN', { id: text });
      return version;
    },
  };
}

function saveContent(db: Database, version: DatasetVersion, created_at: string): void {
  const { dataset_version_id, row_count, rejected_rows } = version;
  const fields = { dataset_version_id, row_count, rejected_rows, created_at };
  db.run(DATASET_VERSION_QUERIES.save, { ...fields, document: canonicalJson(version) });
  for (const [index, part_id] of version.parts.entries()) {
    db.run(DATASET_VERSION_QUERIES.savePart, { dataset_version_id, ordinal: index + 1, part_id });
  }
}

function findByPrefix(db: Database, text: string): Sha256 | undefined {
  const prefix = text.toLowerCase().replace(/^sha256:/, '');
  if (!isIdPrefix(prefix)) return undefined;
  const matches = db.all(DATASET_VERSION_QUERIES.byPrefix, prefixRange(`sha256:${prefix}`), readId);
  const ids = matches.map((match) => match.dataset_version_id);
  const exact = ids.find((id) => hexOf(id) === prefix);
  return exact ?? onlyMatch(ids, text, 'dataset versions');
}
