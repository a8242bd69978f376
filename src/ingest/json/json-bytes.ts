import { closeSync, openSync, readSync } from 'node:fs';
import { hasByteOrderMark } from '../csv/records.ts';
import { encodingCheck } from '../text-encoding.ts';

/** A stretch of the file as text, and where it begins. */
export interface Framed {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** From 0. */
  readonly offset: number;
  /** False where the file ended before the value did, or a line without a line break. */
  readonly whole: boolean;
}

/** Where a file breaks the rules, in words for the operator. */
export class JsonFileError extends Error {}

/** A file of JSON, read from front to back in bounded memory, one value or line at a time. */
export interface JsonBytes {
  /** Moves to the next byte that is not blank and returns it without taking it; -1 at the end. */
  peek(): number;
  /** Takes the byte that `peek` returned. */
  take(): void;
  /** The value that begins at the next byte, found by its brackets and quotes alone; not checked otherwise. */
  value(): Framed;
  /** The next line, without its end; undefined at the end of the file. */
  nextLine(): Framed | undefined;
  readonly line: number;
  readonly offset: number;
  close(): void;
}

/** The longest record, in bytes. */
export const LONGEST_RECORD = 64 << 20;
const FIRST_BUFFER = 4 << 20;
const LF = 10;
const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Opens a file of JSON. All bytes must be UTF-8 (`SH_INPUT_ENCODING`, `SH_INPUT_BINARY`); a byte order mark is passed
 * over. `onBytes` is told how many bytes more were read. Throws `JsonFileError` for a record that is too long.
 */
export function openJsonBytes(
  path: string,
  shownPath: string,
  onBytes: (bytes: number) => void = () => {},
  start: { readonly offset: number; readonly line: number } = { offset: 0, line: 1 },
): JsonBytes {
  const file = openSync(path, 'r');
  const check = start.offset === 0 ? encodingCheck(path, shownPath) : () => {};
  let buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER);
  let held = 0;
  let at = 0;
  let ended = false;
  let line = start.line;
  let bufferOffset = start.offset;

  /** Reads more behind what is held, from `at` on; false at the end of the file. */
  function more(): boolean {
    if (ended) return false;
    if (at > 0) {
      buffer.copyWithin(0, at, held);
      held -= at;
      bufferOffset += at;
      at = 0;
    } else if (held === buffer.length) grow();
    const read = readSync(file, buffer, held, buffer.length - held, bufferOffset + held);
    ended = read === 0;
    check(buffer.subarray(held, held + read), ended);
    onBytes(read);
    held += read;
    return !ended;
  }

  function grow(): void {
    if (held >= LONGEST_RECORD) {
      throw new JsonFileError(`the record in line ${line} is longer than ${LONGEST_RECORD >> 20} MiB`);
    }
    const larger = Buffer.allocUnsafeSlow(buffer.length * 2);
    buffer.copy(larger, 0, 0, held);
    buffer = larger;
  }

  function framed(length: number, whole: boolean, atLine: number): Framed {
    const text = buffer.toString('utf8', at, at + length);
    const found = { text, line: atLine, offset: bufferOffset + at, whole };
    at += length;
    return found;
  }

  function peek(): number {
    for (;;) {
      for (; at < held; at++) {
        const byte = buffer[at] ?? 0;
        if (byte > 32) return byte;
        if (byte === LF) line++;
        else if (byte !== 32 && byte !== 13 && byte !== 9) return byte;
      }
      if (!more()) return -1;
    }
  }

  /** Behind the value at `at`, as a length; -1 where the file ends before. */
  function valueLength(): number {
    const state = { depth: 0, inString: false };
    for (let length = 0; ; ) {
      while (at + length < held) {
        const byte = buffer[at + length] ?? 0;
        if (state.inString) {
          if (byte === BACKSLASH) {
            if (at + length + 1 >= held) break;
            length++;
          } else if (byte === QUOTE) {
            state.inString = false;
            if (state.depth === 0) return length + 1;
          }
        } else if (byte === QUOTE) {
          if (state.depth === 0 && length > 0) return length;
          state.inString = true;
        } else if (byte === 123 || byte === 91) {
          if (state.depth === 0 && length > 0) return length;
          state.depth++;
        } else if (byte === 125 || byte === 93) {
          if (state.depth === 0) return Math.max(1, length);
          if (--state.depth === 0) return length + 1;
        } else if (state.depth === 0 && (byte === 44 || byte === 58 || byte <= 32)) {
          return Math.max(1, length);
        } else if (byte === LF) line++;
        length++;
      }
      if (!more()) return state.depth === 0 && !state.inString ? length : -1;
    }
  }

  if (more() && start.offset === 0 && hasByteOrderMark(buffer.subarray(0, held))) at = 3;
  return {
    peek,
    take: () => {
      at++;
    },
    value() {
      peek();
      const atLine = line;
      const length = valueLength();
      return length === -1 ? framed(held - at, false, atLine) : framed(length, true, atLine);
    },
    nextLine() {
      for (let from = at; ; ) {
        const end = buffer.subarray(0, held).indexOf(LF, from);
        if (end !== -1) {
          const found = framed(end - at, true, line++);
          at++;
          return found;
        }
        const searched = held - at;
        if (!more()) return at === held ? undefined : framed(held - at, false, line);
        from = at + searched;
      }
    },
    get line() {
      return line;
    },
    get offset() {
      return bufferOffset + at;
    },
    close: () => closeSync(file),
  };
}
