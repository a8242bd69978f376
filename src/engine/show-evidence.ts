import { HarnessError, messageOf, type Sha256 } from '../base/index.ts';
import type { Cell, QueryEvidence, RunManifest } from '../contract/index.ts';
import type { Dataset, QueryResult } from '../dataset/index.ts';
import { sharesOfRun } from '../pipeline/index.ts';
import type { App } from './app.ts';
import { expiryOf, openVersion, partsOf, partsToShow } from './open-version.ts';
import { reportOf } from './show-report.ts';

/** A cited query, run again. */
export interface EvidenceAgain {
  readonly run_id: string;
  readonly label: string;
  /** `expired`: the data are gone on purpose; `failed`: the query could not be run, `reason` says why. */
  readonly verdict: 'same' | 'different' | 'expired' | 'failed';
  readonly reason: string;
  readonly recorded_sha256: string;
  readonly found_sha256: string | null;
  readonly row_count: number;
  /** Its result, the first rows of it. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** The cited rows of the table, the first of them, by their number in the source. */
  readonly source: {
    readonly columns: readonly string[];
    readonly rows: readonly {
      readonly part: number;
      readonly row_number: number;
      readonly cells: readonly Cell[];
    }[];
  };
}

const MOST_ROWS = 200;
const MOST_SOURCE_ROWS = 25;

/**
 * Runs the query that a report cites under a label (Q1, Q2 …) over the data that the run looked at, and says whether its
 * result is the recorded one. Throws SH_ENTITY_UNKNOWN.
 */
export async function recomputeEvidence(app: App, id: string, label: string): Promise<EvidenceAgain> {
  const { evidence, manifest } = await queryOfRun(app, id, label);
  const nothing = {
    run_id: manifest.run_id,
    label,
    recorded_sha256: evidence.result_sha256,
    found_sha256: null,
    row_count: evidence.row_count,
    ...{ columns: [], rows: [], source: { columns: [], rows: [] } },
  };
  const version = app.state.versions.get(manifest.dataset.dataset_version_id as Sha256);
  const expired = version === undefined ? null : expiryOf(app, version.parts as readonly Sha256[]);
  if (expired !== null)
    return { ...nothing, verdict: 'expired', reason: `The data are gone on purpose since ${expired}.` };
  try {
    return await withDatasetOf(app, manifest, async (dataset) => {
      const result = await dataset.query({ sql: evidence.sql, parameters: evidence.parameters });
      return { ...nothing, ...verdictOn(evidence, result), source: await sourceOf(evidence, dataset) };
    });
  } catch (error) {
    return { ...nothing, verdict: 'failed', reason: messageOf(error) };
  }
}

/** The query that a run cites under a label. Throws SH_ENTITY_UNKNOWN. */
export async function queryOfRun(
  app: App,
  id: string,
  label: string,
): Promise<{ readonly evidence: QueryEvidence; readonly manifest: RunManifest }> {
  const { report, manifest } = await reportOf(app, id);
  const evidence = report.query(label);
  if (evidence === undefined)
    throw new HarnessError('SH_ENTITY_UNKNOWN', { id: label, run: manifest.run_id, known: 'Q1, Q2 …' });
  return { evidence, manifest };
}

function verdictOn(evidence: QueryEvidence, { resultSha256, columns, rows }: QueryResult) {
  const isSame = resultSha256 === evidence.result_sha256;
  return {
    verdict: isSame ? ('same' as const) : ('different' as const),
    reason: isSame ? '' : `The query gives ${resultSha256}, recorded is ${evidence.result_sha256}.`,
    found_sha256: resultSha256,
    row_count: rows.length,
    columns: columns.map(({ name }) => name),
    rows: rows.slice(0, MOST_ROWS),
  };
}

async function sourceOf({ rows = [] }: QueryEvidence, dataset: Dataset): Promise<EvidenceAgain['source']> {
  if (rows.length === 0) return { columns: [], rows: [] };
  return {
    columns: dataset.schema.columns.map(({ name }) => name),
    rows: await dataset.numberedRows({ numbered: rows.slice(0, MOST_SOURCE_ROWS) }),
  };
}

/** Gives the rows that a run looked at, once they were compared with their hashes. */
async function withDatasetOf<T>(
  app: App,
  manifest: RunManifest,
  use: (dataset: Dataset) => Promise<T>,
): Promise<T> {
  const dataset = await openDatasetOf(app, manifest);
  try {
    return await use(dataset);
  } finally {
    await dataset.close();
  }
}

/**
 * Opens the rows that a run looked at, with its share of memory. `toShow`: they are not compared with their hashes again
 * while their files stay as they were. Throws SH_INTEGRITY_…, SH_DATA_EXPIRED, SH_SAMPLE_CHANGED.
 */
export async function openDatasetOf(
  app: App,
  { dataset, coverage, execution }: RunManifest,
  { toShow = false }: { readonly toShow?: boolean } = {},
): Promise<Dataset> {
  const id = dataset.dataset_version_id;
  const version = app.state.versions.get(id as Sha256);
  if (version === undefined)
    throw new HarnessError('SH_INTEGRITY_MISSING', { what: 'The record of a dataset version', path: id });
  const parts = partsOf(app, version);
  return openVersion(app, version, parts, {
    ...sharesOfRun(execution.memory_limit_bytes, execution.workers).duckDb,
    coverage,
    ...(toShow && { checked: await partsToShow(app, parts) }),
  });
}
