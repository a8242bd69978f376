import { HarnessError } from '../../base/index.ts';
import type { Encoding, IngestOptions, IngestReport } from '../../contract/index.ts';
import { type Head, isText } from '../file-format.ts';
import { decodeBlocks, decodeHead, type EncodedText, GUESS } from './decode-text.ts';
import { type FoundEncoding, findEncoding } from './find-encoding.ts';

/** A table as its reader is to see it: UTF-8, if it is text. */
export interface ReadableTable {
  /** Its beginning, decoded. */
  readonly head: Head;
  /** What decodes all of it; absent where there is nothing to decode. */
  readonly decoding?: Decoding;
  readonly notes: readonly string[];
  /** Nothing in the beginning speaks against UTF-8; bytes that come later may. */
  readonly isPresumed: boolean;
}

/** How a text becomes UTF-8. */
export interface Decoding {
  readonly reader: string;
  /** Where it was named. */
  readonly named?: Encoding;
  readonly found: NonNullable<IngestReport['encoding']>;
  decode(blocks: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
  /** About how many bytes of the text some bytes of UTF-8 are. */
  encodedBytes(decoded: number): number;
}

/** What is to be read, and what was said of it. */
export interface EncodedTable {
  readonly head: Head;
  readonly shownPath: string;
  readonly options: Pick<IngestOptions, 'encoding'>;
}

/** Goes up with every change in what is decoded from the same bytes, or guessed of them. */
const DECODER = 'decode.1';

/** Finds the encoding of a table, by its beginning; tables that are no text stay as they are. Throws `SH_INPUT_ENCODING`. */
export function readableTable(table: EncodedTable): ReadableTable {
  if (!isText(table.head)) return { head: table.head, notes: [], isPresumed: false };
  return readAs(table, findEncoding(table.head, table.options.encoding, table.shownPath));
}

/**
 * The table whose reader met bytes that are not UTF-8 behind a beginning that is: a guess, like one by the beginning. Undefined
 * where there is nothing to be guessed, or where the guess is wrong.
 */
export function guessedLate(
  table: EncodedTable,
  { isPresumed }: ReadableTable,
  error: unknown,
): ReadableTable | undefined {
  if (!isPresumed || !isNotUtf8(error)) return undefined;
  try {
    return readAs(table, { name: GUESS, how: 'guess', why: String(error.parameters.reason) });
  } catch (failed) {
    if (isEncodingError(failed)) return undefined;
    throw failed;
  }
}

type EncodingError = HarnessError<'SH_INPUT_ENCODING'>;

export function isEncodingError(error: unknown): error is EncodingError {
  return error instanceof HarnessError && error.code === 'SH_INPUT_ENCODING';
}

const isNotUtf8 = (error: unknown): error is EncodingError =>
  isEncodingError(error) && error.parameters.encoding === 'utf-8';

function readAs({ head, shownPath }: EncodedTable, encoding: FoundEncoding): ReadableTable {
  const { name, how, why, doubt } = encoding;
  const notes = doubt === undefined ? [] : [doubt];
  if (name === 'utf-8' || how === 'default') return { head, notes, isPresumed: how === 'default' };
  const found = { name, how, ...(why !== undefined && { why }) };
  const text: EncodedText = { shownPath, encoding: name, ...(why !== undefined && { guessedFor: why }) };
  const decoded = decodeHead(head, text);
  return {
    head: decoded,
    notes: [...guessNote(found), ...notes],
    isPresumed: false,
    decoding: {
      reader: DECODER,
      ...(how === 'named' && { named: name }),
      found,
      decode: (blocks) => decodeBlocks(blocks, text),
      encodedBytes: (bytes) => Math.round((bytes * head.length) / decoded.length),
    },
  };
}

/** The sentence that tells a guess of an encoding, if it is one. */
export function guessNote(encoding: IngestReport['encoding']): readonly string[] {
  if (encoding?.why === undefined) return [];
  return [`read as ${encoding.name}, a guess: ${encoding.why}; name another with --encoding`];
}
