import type { Clock, Sha256 } from '../../base/index.ts';
import type { Database } from '../database.ts';
import { hash, integer, nullable, type RowOf, rowReader, text } from '../row.ts';

const readBlob = rowReader({ sha256: hash, expired_at: nullable(text) });
const readPart = rowReader({ part_id: hash, expired_at: nullable(text) });
const readVersion = rowReader({ dataset_version_id: hash });
const readCount = rowReader({ found: integer });
const readRunBytes = rowReader({ run_id: text, bytes: integer });
const readVersionPart = rowReader({ dataset_version_id: hash, part_id: hash });

const partDataShape = {
  part_id: hash,
  upload_sha256: hash,
  /** Of its Parquet file. */
  bytes: integer,
  upload_bytes: integer,
  /** When the upload it was made of was last received. */
  received_at: text,
};
const readPartData = rowReader(partDataShape);
/** A part whose bytes are there, and what it was made of. */
export type PartData = RowOf<typeof partDataShape>;

// A version is needed by a dataset that lists it, by one that was told to forget it a short while ago, by a run under
// way, and by a run that is pinned with its data. Nothing else holds data.
const NEEDED_VERSIONS = `needed (dataset_version_id) AS (
    SELECT dataset_version_id FROM dataset_entries WHERE deleted_at IS NULL OR deleted_at > $cutoff
    UNION SELECT dataset_version_id FROM runs WHERE status IN ('QUEUED', 'RUNNING')
    UNION SELECT dataset_version_id FROM runs WHERE pinned = 'data')`;
/** The same, with everything in the trash that can be taken back but one version, which is going. */
const NEEDED_VERSIONS_BESIDE = `needed (dataset_version_id) AS (
    SELECT dataset_version_id FROM dataset_entries e
      WHERE (dataset_id <> (SELECT id FROM datasets WHERE name = $dataset) OR ordinal <> $ordinal)
        AND (deleted_at IS NULL OR NOT EXISTS (SELECT 1 FROM dataset_version_parts vp
          JOIN parts p ON p.part_id = vp.part_id
          WHERE vp.dataset_version_id = e.dataset_version_id AND p.expired_at IS NOT NULL))
    UNION SELECT dataset_version_id FROM runs WHERE status IN ('QUEUED', 'RUNNING')
    UNION SELECT dataset_version_id FROM runs WHERE pinned = 'data')`;
const NEEDED_PARTS = `${NEEDED_VERSIONS}, needed_parts (part_id) AS (
    SELECT vp.part_id FROM needed CROSS JOIN dataset_version_parts vp
      ON vp.dataset_version_id = needed.dataset_version_id)`;
const NEEDED_BLOBS = `${NEEDED_PARTS}, needed_blobs (sha256) AS (
    SELECT p.upload_sha256 FROM needed_parts CROSS JOIN parts p ON p.part_id = needed_parts.part_id)`;

export const REFERENCE_QUERIES = {
  versions: `WITH ${NEEDED_VERSIONS} SELECT dataset_version_id FROM needed`,
  parts: `WITH ${NEEDED_PARTS} SELECT part_id, NULL AS expired_at FROM needed_parts GROUP BY part_id`,
  blobs: `WITH ${NEEDED_BLOBS} SELECT sha256, NULL AS expired_at FROM needed_blobs GROUP BY sha256`,
  partsBeside: `WITH ${NEEDED_VERSIONS_BESIDE} SELECT vp.part_id, NULL AS expired_at
    FROM needed CROSS JOIN dataset_version_parts vp ON vp.dataset_version_id = needed.dataset_version_id
    GROUP BY vp.part_id`,
  blobsBeside: `WITH ${NEEDED_VERSIONS_BESIDE} SELECT p.upload_sha256 AS sha256, NULL AS expired_at
    FROM needed CROSS JOIN dataset_version_parts vp ON vp.dataset_version_id = needed.dataset_version_id
      CROSS JOIN parts p ON p.part_id = vp.part_id
    GROUP BY p.upload_sha256`,
  ownData: `SELECT p.part_id, p.upload_sha256 FROM dataset_entries e
      JOIN dataset_version_parts vp ON vp.dataset_version_id = e.dataset_version_id
      JOIN parts p ON p.part_id = vp.part_id
    WHERE e.dataset_id = (SELECT id FROM datasets WHERE name = $dataset) AND e.ordinal = $ordinal
      AND p.expired_at IS NULL`,
  allVersions: 'SELECT dataset_version_id FROM dataset_versions',
  runBytes: 'SELECT run_id, sum(bytes) AS bytes FROM artifacts GROUP BY run_id',
  versionParts: 'SELECT dataset_version_id, part_id FROM dataset_version_parts',
  partData: `SELECT p.part_id, p.upload_sha256, json_extract(p.document, '$.parquet_bytes') AS bytes,
      b.bytes AS upload_bytes,
      coalesce((SELECT max(received_at) FROM uploads u WHERE u.sha256 = p.upload_sha256), p.created_at) AS received_at
    FROM parts p JOIN blobs b ON b.sha256 = p.upload_sha256 WHERE p.expired_at IS NULL`,
  allParts: 'SELECT part_id, expired_at FROM parts',
  allBlobs: 'SELECT sha256, expired_at FROM blobs',
  expirePart: 'UPDATE parts SET expired_at = $now WHERE part_id = $part_id',
  expireBlob: 'UPDATE blobs SET expired_at = $now WHERE sha256 = $sha256',
  ofBlob: `WITH ${NEEDED_VERSIONS} SELECT count(DISTINCT vp.dataset_version_id) AS found
    FROM parts p CROSS JOIN dataset_version_parts vp ON vp.part_id = p.part_id
    WHERE p.upload_sha256 = $sha256 AND vp.dataset_version_id IN (SELECT dataset_version_id FROM needed)`,
} as const;

const readOwnData = rowReader({ part_id: hash, upload_sha256: hash });

/** A version of a dataset, as it is listed. */
interface Listed {
  readonly dataset: string;
  readonly ordinal: number;
}

/** Data that are gone on purpose, or are about to be. */
interface Expired {
  readonly parts: readonly Sha256[];
  readonly blobs: readonly Sha256[];
}

/** What the database knows of a stored thing: whether it is needed, and whether its bytes are gone on purpose. */
export interface Holding {
  readonly needed: boolean;
  readonly expired: boolean;
}

/** What needs what, derived from the rows at each look: there is no counter that could be wrong. */
export function referencesStore(db: Database, clock: Clock) {
  /** Every part that was ever recorded. */
  const parts = (cutoff: string): ReadonlyMap<Sha256, Holding> => {
    const needed = new Set(
      db.all(REFERENCE_QUERIES.parts, { cutoff }, readPart).map(({ part_id }) => part_id),
    );
    const all = db.all(REFERENCE_QUERIES.allParts, {}, readPart);
    return new Map(all.map(({ part_id, expired_at }) => [part_id, holding(needed.has(part_id), expired_at)]));
  };
  /** Every upload that was ever recorded. */
  const blobs = (cutoff: string): ReadonlyMap<Sha256, Holding> => {
    const needed = new Set(db.all(REFERENCE_QUERIES.blobs, { cutoff }, readBlob).map(({ sha256 }) => sha256));
    const all = db.all(REFERENCE_QUERIES.allBlobs, {}, readBlob);
    return new Map(all.map(({ sha256, expired_at }) => [sha256, holding(needed.has(sha256), expired_at)]));
  };

  const onlyOf = ({ dataset, ordinal }: Listed, held: ReadonlySet<string>): Expired => {
    const entry = { dataset, ordinal };
    const beside = new Set<string>(held);
    for (const { part_id } of db.all(REFERENCE_QUERIES.partsBeside, entry, readPart)) beside.add(part_id);
    for (const { sha256 } of db.all(REFERENCE_QUERIES.blobsBeside, entry, readBlob)) beside.add(sha256);
    const own = db.all(REFERENCE_QUERIES.ownData, entry, readOwnData);
    const free = (ids: readonly Sha256[]): Sha256[] => [...new Set(ids)].filter((id) => !beside.has(id));
    return {
      parts: free(own.map(({ part_id }) => part_id)),
      blobs: free(own.map(({ upload_sha256 }) => upload_sha256)),
    };
  };
  const markExpired = ({ parts: own, blobs: uploads }: Expired): void => {
    const now = clock.now();
    for (const part_id of own) db.run(REFERENCE_QUERIES.expirePart, { part_id, now });
    for (const sha256 of uploads) db.run(REFERENCE_QUERIES.expireBlob, { sha256, now });
  };

  return {
    /**
     * The data that a version of a dataset alone needs, as far as they are there: no other version, in the list or in the
     * trash, no run under way or pinned with its data. `held`: as for `expire`.
     */
    onlyOf,
    /** Marks that as expired, and says what it was. */
    expireOnlyOf: (entry: Listed, held: ReadonlySet<string>): Expired =>
      db.atomically(() => {
        const expiring = onlyOf(entry, held);
        markExpired(expiring);
        return expiring;
      }),
    /** How many dataset versions need an upload. `cutoff`: what was deleted up to then needs nothing any more. */
    ofBlob: (sha256: Sha256, cutoff: string): number =>
      db.get(REFERENCE_QUERIES.ofBlob, { sha256, cutoff }, readCount)?.found ?? 0,
    parts,
    blobs,
    /** Every dataset version that was ever recorded. */
    versions: (cutoff: string): ReadonlyMap<Sha256, Holding> => {
      const needed = idsOf(db.all(REFERENCE_QUERIES.versions, { cutoff }, readVersion));
      const all = idsOf(db.all(REFERENCE_QUERIES.allVersions, {}, readVersion));
      return new Map([...all].map((id) => [id, holding(needed.has(id), null)]));
    },
    /**
     * Marks what nothing needs as expired, and says what that was: from then on the database says that its bytes are
     * gone on purpose, whether they are already or not. `held`: what something needs that the database does not know.
     */
    expire: (cutoff: string, held: ReadonlySet<string>): Expired =>
      db.atomically(() => {
        const expiring = { parts: unneeded(parts(cutoff), held), blobs: unneeded(blobs(cutoff), held) };
        markExpired(expiring);
        return expiring;
      }),
    /** Bytes of the files of each run that has a result. */
    runBytes: (): ReadonlyMap<string, number> =>
      new Map(db.all(REFERENCE_QUERIES.runBytes, {}, readRunBytes).map((row) => [row.run_id, row.bytes])),
    /** The parts whose bytes are there. */
    partData: (): readonly PartData[] => db.all(REFERENCE_QUERIES.partData, {}, readPartData),
    /** The parts of every dataset version. */
    versionParts: (): ReadonlyMap<Sha256, readonly Sha256[]> => {
      const rows = db.all(REFERENCE_QUERIES.versionParts, {}, readVersionPart);
      const grouped = Map.groupBy(rows, (row) => row.dataset_version_id);
      return new Map([...grouped].map(([id, found]) => [id, found.map(({ part_id }) => part_id)]));
    },
  };
}

function holding(needed: boolean, expired_at: string | null): Holding {
  return { needed, expired: expired_at !== null };
}

function unneeded(all: ReadonlyMap<Sha256, Holding>, held: ReadonlySet<string>): readonly Sha256[] {
  return [...all]
    .filter(([id, { needed, expired }]) => !needed && !expired && !held.has(id))
    .map(([id]) => id);
}

function idsOf(rows: readonly { readonly dataset_version_id: Sha256 }[]): ReadonlySet<Sha256> {
  return new Set(rows.map((row) => row.dataset_version_id));
}
