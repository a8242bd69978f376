import type { Sha256 } from '../../base/index.ts';
import type { Database } from '../database.ts';
import { flag, hash, integer, type RowOf, rowReader, text } from '../row.ts';

const shape = {
  run_id: text,
  /** Inside the run directory, with forward slashes. */
  path: text,
  sha256: hash,
  bytes: integer,
  media_type: text,
  /** Plugin id, or `engine`. */
  producer: text,
  keep: flag,
};
const read = rowReader(shape);

/** A file of a run. */
export type Artifact = RowOf<typeof shape>;

export const ARTIFACT_QUERIES = {
  save: `INSERT INTO artifacts (run_id, path, sha256, bytes, media_type, producer, keep)
    VALUES ($run_id, $path, $sha256, $bytes, $media_type, $producer, $keep)`,
  list: 'SELECT * FROM artifacts WHERE run_id = $run_id ORDER BY path',
  byHash: 'SELECT * FROM artifacts WHERE sha256 = $sha256 ORDER BY run_id, path',
} as const;

/** The registry of the files that runs wrote. */
export function artifactsStore(db: Database) {
  return {
    /** Registers all files of a run at once. */
    saveAll: (run_id: string, artifacts: readonly Omit<Artifact, 'run_id'>[]): void =>
      db.atomically(() => {
        for (const { path, sha256, bytes, media_type, producer, keep } of artifacts) {
          const fields = { run_id, path, sha256, bytes, media_type, producer };
          db.run(ARTIFACT_QUERIES.save, { ...fields, keep: Number(keep) });
        }
      }),
    /** The files of a run by path. */
    list: (run_id: string): readonly Artifact[] => db.all(ARTIFACT_QUERIES.list, { run_id }, read),
    /** Every place where a content lies. */
    byHash: (sha256: Sha256): readonly Artifact[] => db.all(ARTIFACT_QUERIES.byHash, { sha256 }, read),
  };
}
