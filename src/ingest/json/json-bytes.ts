import { closeSync, openSync, readSync } from 'node:fs';
import { hasByteOrderMark } from '../csv/records.ts';
import { encodingCheck } from '../text-encoding.ts';
import { frameValue, newFrame } from './frame.ts';

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

/** Where in a file: offsets count from 0, lines from 1. */
export interface Place {
  readonly offset: number;
  readonly line: number;
}

/** Where a file breaks the rules, in words for the operator. */
export class JsonFileError extends Error {}

const LONGEST_RECORD = 64 << 20;
const FIRST_BUFFER = 4 << 20;
const LF = 10;
const CR = 13;
const TAB = 9;
const SPACE = 32;
const MARK_LENGTH = 3;

/**
 * A file of JSON, read from front to back in bounded memory, one value or line at a time. All its bytes must be UTF-8
 * (`SH_INPUT_ENCODING`, `SH_INPUT_BINARY`); a byte order mark is passed over. Throws `JsonFileError` for a record that
 * is too long.
 */
export class JsonBytes {
  line: number;
  readonly #file: number;
  readonly #check: (fresh: Buffer, last: boolean) => void;
  readonly #onBytes: (bytes: number) => void;
  #buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER);
  /** Bytes held in the buffer, the next of them to be taken, and where in the file the first of them is. */
  #held = 0;
  #at = 0;
  #start: number;
  #ended = false;

  /** Opens a file at a place of a value; `onBytes` is told how many bytes more were read. */
  constructor(
    path: string,
    shownPath: string,
    onBytes: (bytes: number) => void = () => {},
    { offset, line }: Place = { offset: 0, line: 1 },
  ) {
    this.#file = openSync(path, 'r');
    this.#check = offset === 0 ? encodingCheck(path, shownPath) : () => {};
    this.#onBytes = onBytes;
    this.#start = offset;
    this.line = line;
  }

  get offset(): number {
    return this.#start + this.#at;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Moves to the next byte that is not blank and returns it without taking it; -1 at the end. */
  peek(): number {
    for (;;) {
      for (; this.#at < this.#held; this.#at++) {
        const byte = this.#buffer[this.#at] ?? 0;
        if (byte === LF) this.line++;
        else if (byte !== SPACE && byte !== CR && byte !== TAB) return byte;
      }
      if (!this.#more()) return -1;
    }
  }

  /** Takes the byte that `peek` returned. */
  take(): void {
    this.#at++;
  }

  /** The value that begins at the next byte, found by its brackets and quotes alone; not checked otherwise. */
  value(): Framed {
    this.peek();
    const { line } = this;
    const frame = newFrame();
    let whole = false;
    do whole = frameValue(frame, this.#buffer, this.#at, this.#held);
    while (!whole && this.#more());
    this.line += frame.breaks;
    // A number or a word may end with the file.
    if (!whole && frame.depth === 0 && !frame.inString) whole = true;
    return this.#framed(whole ? frame.length : this.#held - this.#at, whole, line);
  }

  /** The next line, without its end; undefined at the end of the file. */
  nextLine(): Framed | undefined {
    for (let searched = 0; ; ) {
      const end = this.#buffer.subarray(0, this.#held).indexOf(LF, this.#at + searched);
      if (end !== -1) {
        const found = this.#framed(end - this.#at, true, this.line++);
        this.#at++;
        return found;
      }
      searched = this.#held - this.#at;
      if (this.#more()) continue;
      return searched === 0 ? undefined : this.#framed(searched, false, this.line);
    }
  }

  #framed(length: number, whole: boolean, line: number): Framed {
    const text = this.#buffer.toString('utf8', this.#at, this.#at + length);
    const found = { text, line, offset: this.offset, whole };
    this.#at += length;
    return found;
  }

  /** Reads more behind what is held and not taken yet; false at the end of the file. */
  #more(): boolean {
    if (this.#ended) return false;
    this.#makeRoom();
    const room = this.#buffer.length - this.#held;
    const read = readSync(this.#file, this.#buffer, this.#held, room, this.#start + this.#held);
    this.#ended = read === 0;
    this.#check(this.#buffer.subarray(this.#held, this.#held + read), this.#ended);
    this.#onBytes(read);
    const isFirst = this.#start === 0 && this.#held === 0;
    this.#held += read;
    if (isFirst && hasByteOrderMark(this.#buffer.subarray(0, read))) this.#at = MARK_LENGTH;
    return !this.#ended;
  }

  #makeRoom(): void {
    if (this.#at > 0) {
      this.#buffer.copyWithin(0, this.#at, this.#held);
      this.#start += this.#at;
      this.#held -= this.#at;
      this.#at = 0;
    } else if (this.#held === this.#buffer.length) {
      if (this.#held >= LONGEST_RECORD) {
        throw new JsonFileError(`the record in line ${this.line} is longer than ${LONGEST_RECORD >> 20} MiB`);
      }
      const larger = Buffer.allocUnsafeSlow(this.#buffer.length * 2);
      this.#buffer.copy(larger, 0, 0, this.#held);
      this.#buffer = larger;
    }
  }
}
