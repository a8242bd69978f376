import type { Clock } from '../../base/index.ts';
import type { Database } from '../database.ts';
import { hash, integer, nullable, type RowOf, rowReader, text } from '../row.ts';

const shape = {
  id: integer,
  name: text,
  created_at: text,
  /** How many versions it lists. */
  versions: integer,
  newest_version_id: nullable(hash),
};
const read = rowReader(shape);

/** A name under which versions are kept, with its newest version. */
export type DatasetRow = RowOf<typeof shape>;

const SELECT = `SELECT d.id, d.name, d.created_at, 
    (SELECT count(*) FROM dataset_entries WHERE dataset_id = d.id AND deleted_at IS NULL) AS versions,
    e.dataset_version_id AS newest_version_id
  FROM datasets d LEFT JOIN dataset_entries e ON e.dataset_id = d.id
    AND e.ordinal = (SELECT max(ordinal) FROM dataset_entries WHERE dataset_id = d.id AND deleted_at IS NULL)`;

export const DATASET_QUERIES = {
  ensure: `INSERT INTO datasets (name, created_at) VALUES ($name, $created_at) ON CONFLICT (name) DO NOTHING`,
  get: `${SELECT} WHERE d.name = $name`,
  list: `${SELECT} ORDER BY d.name`,
} as const;

/** The names of datasets. */
export function datasetsStore(db: Database, clock: Clock) {
  const get = (name: string): DatasetRow | undefined => db.get(DATASET_QUERIES.get, { name }, read);
  return {
    /** The dataset of this name, made if there is none. */
    ensure: (name: string): DatasetRow =>
      db.atomically(() => {
        db.run(DATASET_QUERIES.ensure, { name, created_at: clock.now() });
        const dataset = get(name);
        if (dataset === undefined) throw new Error('a dataset vanished while it was recorded');
        return dataset;
      }),
    get,
    /** All datasets by name. */
    list: (): readonly DatasetRow[] => db.all(DATASET_QUERIES.list, {}, read),
  };
}
