import type { App } from './app.ts';
import { askingAgain, citedPlaces } from './cited-places.ts';
import { type DatasetPreview, readRows } from './datasets.ts';
import { queryOfRun } from './show-evidence.ts';

/** Some of the rows of the table that a query cites, in the order in which it cites them. */
export interface CitedRows extends DatasetPreview {
  readonly run_id: string;
  readonly label: string;
  /** How many it cites. */
  readonly total: number;
}

/**
 * The rows that the query under a label (Q1, Q2 …) cites, from the `from`th on, `count` at most, cells as exact text: of
 * all columns, or of those at `places`, from 1. Throws SH_ENTITY_UNKNOWN, SH_DATASET_…, SH_INTEGRITY_MISMATCH.
 */
export async function showCitedRows(
  app: App,
  id: string,
  label: string,
  {
    from,
    count,
    places,
  }: { readonly from: number; readonly count: number; readonly places?: readonly number[] },
): Promise<CitedRows> {
  const { evidence, manifest } = await queryOfRun(app, id, label);
  const { run_id, dataset } = manifest;
  const end = from - 1 + count;
  const shown = await readRows(app, dataset.dataset_version_id, places, async (table, known) => {
    const cited = await askingAgain(app, (ask) => citedPlaces(app, ask, { manifest, evidence, most: end }));
    return table.numberedRows({ numbered: cited.slice(from - 1, end), places: known });
  });
  return { run_id, label, total: evidence.rows_total ?? evidence.rows?.length ?? 0, ...shown };
}
