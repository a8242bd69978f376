import type { Clock } from '../../base/index.ts';
import type { Database } from '../database.ts';
import { integer, nullable, type RowOf, rowReader, text } from '../row.ts';

const shape = {
  id: integer,
  plugin_id: text,
  /** Ranges of versions, as npm writes them. */
  versions: text,
  engines: text,
  /** Only together with this plugin in these versions; null: alone. */
  other_id: nullable(text),
  other_versions: nullable(text),
  reason: text,
  added_at: text,
};
const read = rowReader(shape);

/** A combination that the operator knows not to work. */
export type KnownBadRow = RowOf<typeof shape>;

export const KNOWN_BAD_QUERIES = {
  list: 'SELECT * FROM known_bad ORDER BY id',
  get: 'SELECT * FROM known_bad WHERE id = $id',
  add: `INSERT INTO known_bad (plugin_id, versions, engines, other_id, other_versions, reason, added_at)
    VALUES ($plugin_id, $versions, $engines, $other_id, $other_versions, $reason, $added_at) RETURNING *`,
  remove: 'DELETE FROM known_bad WHERE id = $id',
} as const;

/** Combinations of plugins and engines that the operator does not want to run. */
export function knownBadStore(db: Database, clock: Clock) {
  return {
    list: (): readonly KnownBadRow[] => db.all(KNOWN_BAD_QUERIES.list, {}, read),
    get: (id: number): KnownBadRow | undefined => db.get(KNOWN_BAD_QUERIES.get, { id }, read),
    add: (row: Omit<KnownBadRow, 'id' | 'added_at'>): KnownBadRow => {
      const added = db.get(KNOWN_BAD_QUERIES.add, { ...row, added_at: clock.now() }, read);
      if (added === undefined) throw new Error('a row vanished while it was written');
      return added;
    },
    remove: (id: number): void => void db.run(KNOWN_BAD_QUERIES.remove, { id }),
  };
}
