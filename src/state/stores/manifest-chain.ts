import type { Database } from '../database.ts';
import { hash, integer, nullable, type RowOf, rowReader, text } from '../row.ts';

const shape = {
  ordinal: integer,
  run_id: text,
  manifest_sha256: hash,
  previous_manifest_sha256: nullable(hash),
};
const read = rowReader(shape);

/** One sealed manifest, and the one before it. */
export type ManifestLink = RowOf<typeof shape>;

export const MANIFEST_CHAIN_QUERIES = {
  head: 'SELECT * FROM manifest_chain WHERE ordinal = (SELECT max(ordinal) FROM manifest_chain)',
  append: `INSERT INTO manifest_chain (ordinal, run_id, manifest_sha256, previous_manifest_sha256)
    VALUES ($ordinal, $run_id, $manifest_sha256, $previous_manifest_sha256)`,
  ofRun: 'SELECT * FROM manifest_chain WHERE run_id = $run_id',
  all: 'SELECT * FROM manifest_chain ORDER BY ordinal',
} as const;

/** The manifests of an appdata as a chain of hashes, in the order of their commits. */
export function manifestChainStore(db: Database) {
  const head = (): ManifestLink | undefined => db.get(MANIFEST_CHAIN_QUERIES.head, {}, read);
  return {
    /** The newest link; undefined where no run was sealed yet. */
    head,
    /**
     * Adds a run's manifest behind the head. `previous_manifest_sha256` is what the manifest itself names: where that
     * is not the head any more, this throws and the run must be sealed again.
     */
    append: (link: Omit<ManifestLink, 'ordinal'>): ManifestLink =>
      db.atomically(() => {
        const last = head();
        if ((last?.manifest_sha256 ?? null) !== link.previous_manifest_sha256) {
          throw new Error(`the manifest of run ${link.run_id} does not follow the newest one`);
        }
        const appended = { ...link, ordinal: (last?.ordinal ?? 0) + 1 };
        db.run(MANIFEST_CHAIN_QUERIES.append, appended);
        return appended;
      }),
    ofRun: (run_id: string): ManifestLink | undefined =>
      db.get(MANIFEST_CHAIN_QUERIES.ofRun, { run_id }, read),
    /** The whole chain, the oldest first. */
    list: (): readonly ManifestLink[] => db.all(MANIFEST_CHAIN_QUERIES.all, {}, read),
  };
}
