import { HarnessError, removeTree } from '../base/index.ts';
import { type Coverage, type Sample, sampleText } from '../contract/index.ts';
import { countSample } from '../dataset/index.ts';
import { samplingOf, seedOfData, sharesOfRun } from '../pipeline/index.ts';
import type { App } from './app.ts';
import type { Ingested } from './ingest-file.ts';
import { checkedParts, duckDbFolder } from './open-version.ts';

/**
 * Which rows a run looks at: all of them, or a sample whose seed is that of the run. Its rows are counted here, and drawn
 * when the run begins. Throws SH_INPUT_UNKNOWN_COLUMN, SH_SAMPLE_COLUMN_UNFIT, SH_SAMPLE_EMPTY.
 */
export async function coverageOf(app: App, ingested: Ingested): Promise<Coverage> {
  const { config, version, parts } = ingested;
  const of_rows = version.row_count;
  const { rejected_rows } = version;
  if (config.sample === undefined) return { kind: 'FULL', rows: of_rows, of_rows, rejected_rows };
  const sampling = samplingOf(config.sample, version.schema);
  const sample = { ...sampling, seed: seedOfData(config.seed, { version, parts }, sampling) };
  const rows = await rowsOf(app, ingested, sample);
  if (rows === 0) {
    const drawn = sampleText(sample);
    throw new HarnessError('SH_SAMPLE_EMPTY', { rows: of_rows, drawn });
  }
  return { kind: 'SAMPLED', rows, of_rows, rejected_rows, ...sample };
}

async function rowsOf(
  app: App,
  { config, version, parts, checked }: Ingested,
  sample: Sample,
): Promise<number> {
  const { memoryBytes, threads } = sharesOfRun(config.memoryBytes, config.workers).duckDb;
  const files = await checkedParts(app, parts, checked);
  const temporaryDirectory = await duckDbFolder(app);
  try {
    return await countSample({
      parts: files,
      schema: version.schema,
      sample,
      temporaryDirectory,
      memoryBytes,
      threads,
    });
  } finally {
    await removeTree(temporaryDirectory);
  }
}
