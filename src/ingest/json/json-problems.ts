import { HarnessError } from '../../base/index.ts';
import { type Framed, JsonFileError } from './json-bytes.ts';
import { RecordError } from './record-columns.ts';
import { UnlikeError } from './record-layout.ts';
import { JsonSyntaxError } from './syntax.ts';

/** Refuses a file: `SH_INPUT_MALFORMED`. */
export function malformed(path: string, reason: string): HarnessError {
  return new HarnessError('SH_INPUT_MALFORMED', { path, format: 'JSON', reason });
}

/** What is wrong with a record, in words, where the error is about the record alone; undefined otherwise. */
export function recordProblem(error: unknown): string | undefined {
  return error instanceof JsonSyntaxError || error instanceof UnlikeError ? error.message : undefined;
}

/** An error of reading JSON as the operator's: with the record, its line and the byte, where it is about a record. */
export function asMalformed(error: unknown, path: string, framed?: Framed, record?: number): unknown {
  if (error instanceof JsonFileError || error instanceof RecordError) return malformed(path, error.message);
  const problem = recordProblem(error);
  if (problem === undefined || framed === undefined) return error;
  const at = error instanceof JsonSyntaxError ? error.at : 0;
  const before = framed.text.slice(0, at);
  const line = framed.line + before.split('\n').length - 1;
  const byte = framed.offset + Buffer.byteLength(before) + 1;
  const which = record === undefined ? '' : `record ${record}, `;
  return malformed(path, `${which}line ${line}, byte ${byte} of the file: ${problem}`);
}

/** Refuses a file that ends in the middle of a value. */
export function cutOff(path: string, framed: Framed): HarnessError {
  return malformed(
    path,
    `the file is cut off: it ends inside the value that begins in line ${framed.line}, byte ${framed.offset + 1}`,
  );
}
