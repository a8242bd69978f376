import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDirectory, HarnessError, removeTree, type Sha256 } from '../base/index.ts';
import { type Coverage, type Part, type Sample, sampleText } from '../contract/index.ts';
import { countSample } from '../dataset/index.ts';
import { samplingOf, seedOfData } from '../pipeline/index.ts';
import type { App } from './app.ts';
import type { Ingested } from './ingest-file.ts';

/**
 * Which rows a run looks at: all of them, or a sample whose seed is that of the run. Its rows are counted here, and drawn
 * when the run begins. Throws SH_INPUT_UNKNOWN_COLUMN, SH_SAMPLE_COLUMN_UNFIT, SH_SAMPLE_EMPTY.
 */
export async function coverageOf(app: App, { config, version, parts }: Ingested): Promise<Coverage> {
  const of_rows = version.row_count;
  const { rejected_rows } = version;
  if (config.sample === undefined) return { kind: 'FULL', rows: of_rows, of_rows, rejected_rows };
  const sampling = samplingOf(config.sample, version.schema);
  const sample = { ...sampling, seed: seedOfData(config.seed, { version, parts }, sampling) };
  const rows = await rowsOf(app, { config, version, parts }, sample);
  if (rows === 0) {
    const drawn = sampleText(sample);
    throw new HarnessError('SH_SAMPLE_EMPTY', { rows: of_rows, drawn });
  }
  return { kind: 'SAMPLED', rows, of_rows, rejected_rows, ...sample };
}

async function rowsOf(
  { paths }: App,
  { config, version, parts }: Pick<Ingested, 'config' | 'version' | 'parts'>,
  sample: Sample,
): Promise<number> {
  await ensureDirectory(paths.temporary);
  const temporaryDirectory = await mkdtemp(join(paths.temporary, 'duckdb-'));
  try {
    return await countSample({
      parts: parts.map((part) => ({ part, parquetPath: parquetOf(paths, part) })),
      schema: version.schema,
      sample,
      temporaryDirectory,
      memoryBytes: Math.floor(config.memoryBytes / 2),
      threads: config.workers,
    });
  } finally {
    await removeTree(temporaryDirectory);
  }
}

function parquetOf(paths: App['paths'], { part_id }: Part): string {
  return join(paths.part(part_id as Sha256), 'part.parquet');
}
