import type { Clock, Sha256 } from '../../base/index.ts';
import type { Database } from '../database.ts';
import { hash, integer, nullable, rowReader, text } from '../row.ts';

const readBlob = rowReader({ sha256: hash, expired_at: nullable(text) });
const readPart = rowReader({ part_id: hash, expired_at: nullable(text) });
const readVersion = rowReader({ dataset_version_id: hash });
const readCount = rowReader({ found: integer });

// A version is needed by a dataset that lists it, by one that was told to forget it a short while ago, by a run under
// way, and by a run that is pinned with its data. Nothing else holds data.
const NEEDED_VERSIONS = `needed (dataset_version_id) AS (
    SELECT dataset_version_id FROM dataset_entries WHERE deleted_at IS NULL OR deleted_at > $cutoff
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
  allParts: 'SELECT part_id, expired_at FROM parts',
  allBlobs: 'SELECT sha256, expired_at FROM blobs',
  expireParts: `WITH ${NEEDED_PARTS} UPDATE parts SET expired_at = $now
    WHERE expired_at IS NULL AND part_id NOT IN (SELECT part_id FROM needed_parts)`,
  expireBlobs: `WITH ${NEEDED_BLOBS} UPDATE blobs SET expired_at = $now
    WHERE expired_at IS NULL AND sha256 NOT IN (SELECT sha256 FROM needed_blobs)`,
  ofBlob: `WITH ${NEEDED_VERSIONS} SELECT count(DISTINCT vp.dataset_version_id) AS found
    FROM parts p CROSS JOIN dataset_version_parts vp ON vp.part_id = p.part_id
    WHERE p.upload_sha256 = $sha256 AND vp.dataset_version_id IN (SELECT dataset_version_id FROM needed)`,
} as const;

/** What the database knows of a stored thing: whether it is needed, and whether its bytes are gone on purpose. */
export interface Holding {
  readonly needed: boolean;
  readonly expired: boolean;
}

/** What needs what, derived from the rows at each look: there is no counter that could be wrong. */
export function referencesStore(db: Database, clock: Clock) {
  return {
    /** How many dataset versions need an upload. `cutoff`: what was deleted before it needs nothing any more. */
    ofBlob: (sha256: Sha256, cutoff: string): number =>
      db.get(REFERENCE_QUERIES.ofBlob, { sha256, cutoff }, readCount)?.found ?? 0,
    /** The dataset versions that are needed. */
    neededVersions: (cutoff: string): ReadonlySet<Sha256> =>
      new Set(
        db.all(REFERENCE_QUERIES.versions, { cutoff }, readVersion).map((row) => row.dataset_version_id),
      ),
    /** Every part that was ever recorded. */
    parts: (cutoff: string): ReadonlyMap<Sha256, Holding> => {
      const needed = new Set(db.all(REFERENCE_QUERIES.parts, { cutoff }, readPart).map((row) => row.part_id));
      const all = db.all(REFERENCE_QUERIES.allParts, {}, readPart);
      return new Map(
        all.map(({ part_id, expired_at }) => [
          part_id,
          { needed: needed.has(part_id), expired: expired_at !== null },
        ]),
      );
    },
    /** Every upload that was ever recorded. */
    blobs: (cutoff: string): ReadonlyMap<Sha256, Holding> => {
      const needed = new Set(db.all(REFERENCE_QUERIES.blobs, { cutoff }, readBlob).map((row) => row.sha256));
      const all = db.all(REFERENCE_QUERIES.allBlobs, {}, readBlob);
      return new Map(
        all.map(({ sha256, expired_at }) => [
          sha256,
          { needed: needed.has(sha256), expired: expired_at !== null },
        ]),
      );
    },
    /**
     * Marks what nothing needs as expired: from then on the database says that its bytes are gone on purpose, whether
     * they are already or not.
     */
    expire: (cutoff: string): { readonly parts: number; readonly blobs: number } =>
      db.atomically(() => {
        const now = clock.now();
        return {
          parts: db.run(REFERENCE_QUERIES.expireParts, { cutoff, now }),
          blobs: db.run(REFERENCE_QUERIES.expireBlobs, { cutoff, now }),
        };
      }),
  };
}
