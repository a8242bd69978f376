import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Sample } from '../contract/index.ts';
import type { OpenOptions, PartFile } from './dataset.ts';
import { newDuckDb } from './new-duckdb.ts';
import { sampleCondition } from './sample.ts';
import { writingFailed } from './session.ts';
import { parquetAt, quoteText } from './sql-text.ts';

/** The dataset version that a sample is drawn from, and what DuckDB may use meanwhile. */
export type DrawOptions = Pick<
  OpenOptions,
  'parts' | 'schema' | 'temporaryDirectory' | 'memoryBytes' | 'threads'
> & {
  readonly sample: Sample;
};

/**
 * How many rows the sample holds. Reads row numbers, or the one column that cases are drawn by. Throws SH_MEMORY_SHORT,
 * SH_DISK_FULL.
 */
export function countSample(options: DrawOptions): Promise<number> {
  return withDuckDb(options, async (connection) => {
    let rows = 0;
    for (const file of options.parts) {
      const { parquetPath } = file;
      const result = await connection.runAndReadAll(
        `SELECT count(*) FROM ${parquetAt(parquetPath)} WHERE ${sampleCondition(file, options.schema, options.sample)}`,
      );
      rows += Number(result.value(0, 0));
    }
    return rows;
  });
}

/**
 * Writes the drawn rows of each part into the temporary folder, in the order of the source and under their own row
 * numbers, so that what is asked afterwards reads the sample and not the whole. The parts keep their records.
 * Throws SH_MEMORY_SHORT, SH_DISK_FULL.
 */
export function drawSample(options: DrawOptions): Promise<readonly PartFile[]> {
  return withDuckDb(options, async (connection) => {
    const drawn: PartFile[] = [];
    for (const [index, file] of options.parts.entries()) {
      const path = join(options.temporaryDirectory, `sample-${index + 1}.parquet`);
      const rows = `SELECT * FROM ${parquetAt(file.parquetPath)} WHERE ${sampleCondition(file, options.schema, options.sample)}`;
      await connection.run(`COPY (${rows}) TO ${quoteText(path)} (FORMAT parquet)`);
      drawn.push({ part: file.part, parquetPath: path });
    }
    return drawn;
  });
}

async function withDuckDb<T>(
  { memoryBytes, threads, temporaryDirectory: spill }: DrawOptions,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await newDuckDb({ memoryBytes, threads, spill });
  const connection = await instance.connect();
  try {
    return await work(connection);
  } catch (error) {
    throw writingFailed(error, spill);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
