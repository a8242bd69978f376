import { HarnessError } from '../base/index.ts';
import type { QueryEvidence, RunManifest } from '../contract/index.ts';
import { citedRows } from '../pipeline/index.ts';
import type { App } from './app.ts';
import { type DatasetPreview, readRows } from './datasets.ts';
import { queryOfRun, withDatasetOf } from './show-evidence.ts';

/** Some of the rows of the table that a query cites, in the order in which it cites them. */
export interface CitedRows extends DatasetPreview {
  readonly run_id: string;
  readonly label: string;
  /** How many it cites. */
  readonly total: number;
}

/** A row by the place of its part, from 1, and its number in that. */
type Place = NonNullable<QueryEvidence['rows']>[number];

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
    const cited = await citedPlaces(app, manifest, evidence, end);
    return table.numberedRows({ numbered: cited.slice(from - 1, end), places: known });
  });
  return { run_id, label, total: evidence.rows_total ?? evidence.rows?.length ?? 0, ...shown };
}

const KEPT = 4;
/** Places of more rows than reports name, by the hash of the result that names them. */
const found = new Map<string, readonly Place[]>();

/**
 * The places that a query cites, the first `most` at least. A report names the first hundred: for more, the query is run
 * again over what the run looked at, and has to give the recorded result. Throws SH_INTEGRITY_MISMATCH.
 */
export async function citedPlaces(
  app: App,
  manifest: RunManifest,
  evidence: QueryEvidence,
  most: number,
): Promise<readonly Place[]> {
  const { rows = [], rows_total = rows.length, result_sha256: expected, sql, parameters } = evidence;
  if (rows.length >= Math.min(most, rows_total)) return rows;
  const kept = found.get(expected);
  if (kept !== undefined) return kept;
  const result = await withDatasetOf(app, manifest, (dataset) => dataset.query({ sql, parameters }));
  if (result.resultSha256 !== expected)
    throw new HarnessError('SH_INTEGRITY_MISMATCH', {
      ...{
        what: 'The result of a query',
        path: `run ${manifest.run_id}`,
        expected,
        found: result.resultSha256,
      },
    });
  const all = citedRows(result, rows_total) ?? [];
  found.set(expected, all);
  for (const oldest of [...found.keys()].slice(0, -KEPT)) found.delete(oldest);
  return all;
}
