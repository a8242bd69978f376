import { type Clock, canonicalJson } from '../../base/index.ts';
import { Erp } from '../../contract/index.ts';
import type { Database } from '../database.ts';
import { document, type RowOf, rowReader, text } from '../row.ts';

const shape = { name: text, document: document(Erp), created_at: text, changed_at: text };
const read = rowReader(shape);
const readDataset = rowReader({ dataset: text });
const readErp = rowReader({ erp: text });

/** An ERP, and when it was made and last changed. */
export type ErpRow = RowOf<typeof shape>;

export const ERP_QUERIES = {
  save: `INSERT INTO erps (name, document, created_at, changed_at) VALUES ($name, $document, $now, $now)
    ON CONFLICT (name) DO UPDATE SET document = $document, changed_at = $now`,
  get: 'SELECT * FROM erps WHERE name = $name',
  list: 'SELECT * FROM erps ORDER BY name',
  join: `INSERT INTO erp_datasets (dataset, erp, since) VALUES ($dataset, $erp, $now)
    ON CONFLICT (dataset) DO UPDATE SET erp = $erp, since = $now WHERE erp <> $erp`,
  datasets: 'SELECT dataset FROM erp_datasets WHERE erp = $erp ORDER BY dataset',
  ofDataset: 'SELECT erp FROM erp_datasets WHERE dataset = $dataset',
} as const;

/** ERPs, and which datasets belong to each. */
export function erpsStore(db: Database, clock: Clock) {
  return {
    /** Writes an ERP, new or in the place of the one of its name. */
    save: (erp: Erp): void => {
      db.run(ERP_QUERIES.save, { name: erp.name, document: canonicalJson(erp), now: clock.now() });
    },
    get: (name: string): ErpRow | undefined => db.get(ERP_QUERIES.get, { name }, read),
    /** All of them, by name. */
    list: (): readonly ErpRow[] => db.all(ERP_QUERIES.list, {}, read),
    /** From now on the dataset belongs to this ERP, and to no other. */
    join: (dataset: string, erp: string): void => {
      db.run(ERP_QUERIES.join, { dataset, erp, now: clock.now() });
    },
    /** The names of the datasets that belong to an ERP. */
    datasets: (erp: string): readonly string[] =>
      db.all(ERP_QUERIES.datasets, { erp }, readDataset).map(({ dataset }) => dataset),
    /** The ERP that a dataset belongs to. */
    ofDataset: (dataset: string): string | undefined =>
      db.get(ERP_QUERIES.ofDataset, { dataset }, readErp)?.erp,
  };
}
