import type { Column, IngestOptions, IngestReport } from '../../contract/index.ts';

/**
 * A reader of a format that is not delimited text. It hands over rows of texts; the types of the columns are decided
 * from those by the same rules as a CSV file's.
 */
export interface TextTableReader {
  readonly format: IngestReport['format'];
  /** Goes up with every change in what is read from the same bytes: it is in the id of each part. */
  readonly version: string;
  /** Everything that decides what is read, settled, but for forced types. */
  readonly options: Omit<IngestOptions, 'types'>;
  /** Reads the file at `path` into the table, streamed. Throws `SH_INPUT_…`. */
  read(path: string, table: TextTable, onProgress: (bytes: number) => void): Promise<TextTableFacts>;
}

/** Where a reader puts what it reads, record by record, in the order of the source. */
export interface TextTable {
  /** Adds a column and returns its ordinal, from 0; rows before it have nothing there. */
  addColumn(header: string): number;
  /** The next record: a text for each column, null where nothing is; what is left out at the end is missing. */
  addRow(cells: readonly (string | null | undefined)[], sourceLine: number): void;
  /** The next record, which could not be read: it keeps its number, its text is kept apart. */
  addReject(reason: string, text: string, sourceLine: number): void;
}

/** What a reader knows once it is done. */
export interface TextTableFacts {
  /** The tables of a file with several, one of them read. */
  readonly tables?: IngestReport['tables'];
  /** Sentences about what was assumed or repaired, given the columns as they were typed. */
  notes(columns: readonly Column[]): readonly string[];
}
