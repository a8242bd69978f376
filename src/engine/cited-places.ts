import { HarnessError, hashJson } from '../base/index.ts';
import type { QueryEvidence, RunManifest } from '../contract/index.ts';
import type { Dataset, QueryResult } from '../dataset/index.ts';
import { citedRows } from '../pipeline/index.ts';
import type { App } from './app.ts';
import { openDatasetOf } from './show-evidence.ts';

/** A row by the place of its part, from 1, and its number in that. */
type Place = NonNullable<QueryEvidence['rows']>[number];

/** A query that a run cites. */
interface Cited {
  readonly manifest: RunManifest;
  readonly evidence: QueryEvidence;
}

/** Asks a query of a run again, over the rows that the run looked at. */
export type AskAgain = (cited: Cited) => Promise<QueryResult>;

/**
 * Lends what asks queries of runs again. One table is open at a time, from the first question on, and the same one as long
 * as the runs looked at the same rows with the same memory.
 */
export async function askingAgain<T>(app: App, use: (ask: AskAgain) => Promise<T>): Promise<T> {
  let opened: { readonly key: string; readonly dataset: Promise<Dataset> } | undefined;
  const close = async (): Promise<void> => {
    const dataset = await opened?.dataset.catch(() => undefined);
    opened = undefined;
    await dataset?.close();
  };
  const ask: AskAgain = async ({ manifest, evidence: { sql, parameters } }) => {
    const key = keyOf(manifest);
    if (opened?.key !== key) {
      await close();
      opened = { key, dataset: openDatasetOf(app, manifest, { toShow: true }) };
    }
    return (await opened.dataset).query({ sql, parameters });
  };
  try {
    return await use(ask);
  } finally {
    await close();
  }
}

function keyOf({ dataset, coverage, execution: { memory_limit_bytes, workers } }: RunManifest): string {
  return hashJson({ version: dataset.dataset_version_id, coverage, memory_limit_bytes, workers });
}

/**
 * The places that a query cites, the first `most` at least. A report names the first hundred: for more, the query is asked
 * again, and has to give the recorded result. Throws SH_INTEGRITY_MISMATCH, and what `ask` throws.
 */
export async function citedPlaces(
  app: App,
  ask: AskAgain,
  { manifest, evidence, most }: Cited & { readonly most: number },
): Promise<readonly Place[]> {
  const { rows = [], rows_total = rows.length, result_sha256: expected } = evidence;
  if (rows.length >= Math.min(most, rows_total)) return rows;
  const kept = keptBy(app);
  const known = kept.get(expected);
  if (known !== undefined) return known;
  const result = await ask({ manifest, evidence });
  const found = result.resultSha256;
  if (found !== expected) {
    const path = `run ${manifest.run_id}`;
    throw new HarnessError('SH_INTEGRITY_MISMATCH', { what: 'The result of a query', path, expected, found });
  }
  const all = citedRows(result, rows_total) ?? [];
  kept.add(expected, all);
  return all;
}

const MOST_BYTES = 64e6;
/** Of one place in an array, as V8 holds it. */
const PLACE_BYTES = 48;

/** Places by the hash of the result that names them: runs whose results are alike share them. */
export interface KeptPlaces {
  get(result: string): readonly Place[] | undefined;
  add(result: string, places: readonly Place[]): void;
}

const kept = new WeakMap<App, KeptPlaces>();

function keptBy(app: App): KeptPlaces {
  const known = kept.get(app) ?? keepPlaces(MOST_BYTES);
  kept.set(app, known);
  return known;
}

/** Keeps places up to a limit in bytes: those that were not asked for the longest go first. */
export function keepPlaces(mostBytes: number): KeptPlaces {
  const byResult = new Map<string, readonly Place[]>();
  let bytes = 0;
  const drop = (result: string): void => {
    bytes -= (byResult.get(result)?.length ?? 0) * PLACE_BYTES;
    byResult.delete(result);
  };
  const add = (result: string, places: readonly Place[]): void => {
    const added = places.length * PLACE_BYTES;
    if (added > mostBytes) return;
    drop(result);
    byResult.set(result, places);
    bytes += added;
    for (const oldest of byResult.keys()) {
      if (bytes <= mostBytes) return;
      drop(oldest);
    }
  };
  return {
    add,
    get(result) {
      const places = byResult.get(result);
      if (places !== undefined) add(result, places);
      return places;
    },
  };
}
