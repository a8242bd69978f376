import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Format, IngestOptions } from '../contract/index.ts';
import { dialectBytes, resolveDialect } from './csv/dialect.ts';
import { CsvSyntaxError, hasByteOrderMark, newSplitter, splitRecords } from './csv/records.ts';
import type { Head } from './file-format.ts';

/** So many rows of a table whose beginning can't be cut off as text are its beginning. */
export const BEGINNING_ROWS = 10_000;
const LF = 10;

/** Where the reading of a table's beginning ended before the table did. What is left out is not known. */
export interface Cut {
  /** Read so far, and all there are. */
  readonly bytes?: number;
  readonly ofBytes?: number;
  /** All there are. */
  readonly ofRows?: number;
}

/** Thrown by a table that has as many rows as were asked for, through the reader that fills it. */
export class EnoughRows extends Error {}

/** Writes the whole records of a text's first mebibyte into a file of the folder. */
export async function writeBeginning(
  work: string,
  head: Head,
  format: Format,
  options: IngestOptions,
): Promise<{ readonly path: string; readonly bytes: number }> {
  const bytes = format === 'csv' ? wholeRecords(head, options) : wholeLines(head);
  const path = join(work, 'beginning');
  await writeFile(path, head.bytes.subarray(0, bytes));
  return { path, bytes };
}

function wholeLines({ bytes, length }: Head): number {
  return bytes.subarray(0, length).lastIndexOf(LF) + 1 || length;
}

/** A cell may hold line breaks: where the last whole record ends, the reader of records knows. */
function wholeRecords(head: Head, options: IngestOptions): number {
  const { delimiter, quote } = resolveDialect(head, options);
  const skipped = hasByteOrderMark(head.bytes) ? 3 : 0;
  const splitter = newSplitter(dialectBytes(delimiter, quote));
  try {
    const taken = splitRecords(
      splitter,
      head.bytes.subarray(skipped),
      head.length - skipped,
      false,
      () => undefined,
    );
    return taken === 0 ? head.length : taken + skipped;
  } catch (error) {
    // The reader says what is wrong with it.
    if (error instanceof CsvSyntaxError) return wholeLines(head);
    throw error;
  }
}
