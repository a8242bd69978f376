import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { version as duckdb } from '@duckdb/node-api';
import { type Measured, type MeasureOptions, measure } from './measure.ts';

/** Another program that loads a CSV file and describes each column, with two threads where it can be told. */
export interface Peer {
  readonly name: string;
  /** Throws where it is not there. */
  version(): string;
  measure(file: string, folder: string): Promise<Measured>;
}

/** The unit of everything: it loads into a database, and summarises, approximately where that is quicker. */
export const DUCKDB: Peer = {
  name: 'DuckDB: load and SUMMARIZE',
  version: duckdb,
  measure: (file, folder) =>
    measure([join(import.meta.dirname, 'peer-duckdb.ts'), file, join(folder, 'peer.duckdb'), '2']),
};

const POLARS = "const pl = (await import('nodejs-polars')).default; pl.readCSV(process.argv[1]).describe();";
const DATA_TABLE = 'library(data.table); setDTthreads(2); summary(fread(commandArgs(TRUE)[1]))';

/** Who else can be had: nodejs-polars from npm; miller and r-cran-data.table from Debian. None of them is needed. */
export const OTHERS: readonly Peer[] = [
  {
    name: 'Polars: readCSV and describe',
    version: () =>
      (createRequire(import.meta.url)('nodejs-polars/package.json') as { version: string }).version,
    measure: (file) =>
      measure(['--input-type=module', '--eval', POLARS, file], { environment: { POLARS_MAX_THREADS: '2' } }),
  },
  program('Miller: summary', 'mlr', ['--version'], (file) => ['--icsv', '--ojson', 'summary', file]),
  program(
    'R data.table: fread and summary',
    'Rscript',
    ['-e', 'cat(as.character(packageVersion("data.table")))'],
    (file) => ['-e', DATA_TABLE, file],
  ),
];

function program(
  name: string,
  command: string,
  asksVersion: readonly string[],
  args: (file: string) => readonly string[],
): Peer {
  const options: MeasureOptions = { command };
  return {
    name,
    version: () => execFileSync(command, asksVersion, { encoding: 'utf8', stdio: 'pipe' }).trim(),
    measure: (file) => measure(args(file), options),
  };
}
