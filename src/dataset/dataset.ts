import type { Sha256 } from '../base/index.ts';
import type { Cell, DatasetSchema, Part, Sample } from '../contract/index.ts';
import type { Batch, ExactRequest, ExactResult, MomentState } from '../sdk/index.ts';
import type { AnswerCounts, AnswerStore } from './answers.ts';

/** One Parquet file of a dataset version; its ordinal is its place in the list, from 1. */
export interface PartFile {
  readonly part: Part;
  readonly parquetPath: string;
}

export interface OpenOptions {
  readonly parts: readonly PartFile[];
  readonly schema: DatasetSchema;
  /** Which rows are looked at; all of them, if left out. */
  readonly sample?: Sample;
  /** An existing folder that DuckDB may spill into, and that a sample is drawn into. */
  readonly temporaryDirectory: string;
  /** DuckDB's own limit. */
  readonly memoryBytes: number;
  /** What the process may take besides while a query runs. */
  readonly uncountedBytes?: number;
  readonly threads: number;
  /** Many questions will be asked: a wide table that is small is held in memory. */
  readonly manyQuestions?: boolean;
  /** Forces another number of rows per chunk than the parts record; results must not depend on it. */
  readonly chunkRows?: number;
  /** Answers of earlier runs of the same engine; without it everything is computed. */
  readonly answers?: AnswerStore;
  /** Queries of plugins about all rows whose answer is known, each with one that gives the same without a look at them. */
  readonly known?: ReadonlyMap<string, string>;
}

/** A range of rows of one part, by `row_number`, both ends included. `rows`: those that are there, without rejected records and what is not in the sample. */
export interface Chunk {
  /** From 0, over all parts in order. */
  readonly ordinal: number;
  /** Ordinal of the part, from 1. */
  readonly part: number;
  readonly firstRow: number;
  readonly lastRow: number;
  readonly rows: number;
}

/** Named scalar expressions over `data` and over those before them in the list. */
export type Derived = readonly { readonly name: string; readonly sql: string }[];

/** A parameter as a plugin passes it; it is bound as its text, so the SQL has to cast it. */
export type Parameter = string | number | boolean | null;

export interface QueryLimits {
  readonly maxCells?: number;
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
}

export interface QueryRequest {
  readonly sql: string;
  readonly parameters?: readonly Parameter[];
  readonly derived?: Derived;
  readonly chunk?: Chunk;
  readonly signal?: AbortSignal;
  readonly limits?: QueryLimits;
}

export interface ResultColumn {
  readonly name: string;
  readonly type: string;
}

/** A query's result, with the text that repeats it over the relation `data`. */
export interface QueryResult {
  /** The whole text: derived columns inlined, total order at its end. */
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
  readonly columns: readonly ResultColumn[];
  /** Names of the columns that hold what the query itself wrote down (literals, parameters), nothing of the data. */
  readonly constants: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly resultSha256: Sha256;
}

export interface BatchRequest {
  readonly columns: readonly string[];
  readonly derived?: Derived;
  readonly chunk?: Chunk;
  readonly signal?: AbortSignal;
}

/** A row by its part, from 1, and its number in that. */
export interface RowNumber {
  readonly part: number;
  readonly row_number: number;
}

export interface PreviewRow extends RowNumber {
  readonly cells: readonly Cell[];
}

export interface PreviewFrom {
  readonly part: number;
  readonly row: number;
}

/** Which rows are shown: so many, the first of them at a place or behind it, and of all columns or of those at `places`, from 0. */
export interface PreviewRequest {
  readonly rows: number;
  readonly from?: PreviewFrom | undefined;
  readonly places?: readonly number[] | undefined;
}

/** Rows by their numbers, of all columns or of those at `places`, from 0. */
export interface NumberedRowsRequest {
  readonly numbered: readonly RowNumber[];
  readonly places?: readonly number[] | undefined;
}

/** An exact aggregate over the dataset version, or over one chunk of it. */
export interface ExactDataRequest extends ExactRequest {
  readonly derived?: Derived;
  readonly chunk?: Chunk;
  readonly signal?: AbortSignal;
}

export interface ExactStateRequest {
  readonly columns: readonly string[];
  readonly derived?: Derived;
  readonly chunk: Chunk;
  readonly signal?: AbortSignal;
}

/** Exact aggregates of one open dataset version. */
export interface Exact {
  /**
   * Sums, moments or products of columns of numbers, each correctly rounded; the same on every machine and for any
   * chunking. Without `groupBy` there is one group, even over no rows. Rejects with SH_QUERY_REFUSED for a column
   * that isn't there or holds no numbers, and for a condition that a query could not use either.
   */
  exact(request: ExactDataRequest): Promise<ExactResult>;
  /** Moments of columns over a chunk, as states that merge in chunk order. */
  exactState(request: ExactStateRequest): Promise<Record<string, MomentState>>;
}

/** One dataset version, open for reading. */
export interface Dataset extends Exact {
  readonly schema: DatasetSchema;
  /** Of the sample, where one is drawn. */
  readonly rowCount: number;
  readonly chunks: readonly Chunk[];
  /** What makes `data` in the plain duckdb command line, beside files called `part-00001.parquet` …. */
  readonly createViewSql: string;
  /**
   * Answers a query of a plugin. Errors: SH_QUERY_REFUSED (what may not be asked), SH_QUERY_FAILED (DuckDB's own),
   * SH_QUERY_LIMIT, SH_MEMORY_SHORT. Asked again with the same SQL, parameters, derived columns and chunk, it is not run again.
   */
  query(request: QueryRequest): Promise<QueryResult>;
  /** Rows in source order, as they are shown. */
  preview(request: PreviewRequest): Promise<readonly PreviewRow[]>;
  /** Rows by their numbers, in the order in which they are named, as they are shown; what has no row is left out. */
  numberedRows(request: NumberedRowsRequest): Promise<readonly PreviewRow[]>;
  /** Columns in source order, as typed arrays. */
  batches(request: BatchRequest): AsyncIterable<Batch>;
  /** Refuses (SH_QUERY_REFUSED, SH_QUERY_FAILED) a derived column that can't be added to those before it. */
  checkDerived(name: string, sql: string, previous: Derived): Promise<void>;
  /** How many questions were computed so far, and how many answers came from earlier runs. */
  answered(): AnswerCounts;
  close(): Promise<void>;
}
