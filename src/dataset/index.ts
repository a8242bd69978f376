// One dataset version as a relation: query it under the rules of determinism, stream it, cut it into chunks.
export type { AnswerCounts, AnswerStore } from './answers.ts';
export { chunkRowsFor } from './chunk-rows.ts';
export { duckdbType } from './column-types.ts';
export type {
  BatchRequest,
  Chunk,
  Dataset,
  Derived,
  ExactDataRequest,
  ExactStateRequest,
  OpenOptions,
  Parameter,
  PartFile,
  PreviewFrom,
  PreviewRow,
  QueryLimits,
  QueryRequest,
  QueryResult,
  ResultColumn,
} from './dataset.ts';
export { countSample } from './draw-sample.ts';
export { duckdbVersion, type ExportOptions, exportTable } from './export-table.ts';
export { holdIfBetter } from './hold.ts';
export { type DuckDbRoom, newDuckDb } from './new-duckdb.ts';
export { openDataset } from './open-dataset.ts';
export { writingFailed } from './session.ts';
export { parquetAt, plainPattern, quoteName, quoteText } from './sql-text.ts';
export { timeZones } from './time-zones.ts';
