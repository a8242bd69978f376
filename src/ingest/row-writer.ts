import { closeSync, openSync, writeSync } from 'node:fs';
import { asDiskFull } from '../base/index.ts';
import { DOUBLED, QUOTED, UNQUOTED } from './csv/records.ts';

const BLOCK = 4 << 20;
/** DuckDB holds on to all of a file that it reads with one thread, until it comes to the next one. */
const PIECE = 16 << 20;
const QUOTE = 34;
const NEEDS_QUOTES = /[",\r\n]/;
/** Room for a row's number and line, and its end. */
export const ROW_OVERHEAD = 64;

/** Room for one text more in a row: a character takes at most three bytes in UTF-8; a quote takes two; then come comma and quotes. */
export function textRoom(sum: number, cell: string | null | undefined): number {
  return sum + (cell?.length ?? 0) * 3 + 3;
}

/** Writes a text, in quotes where it needs them; returns the form it has then. */
export function putText(out: RowWriter, text: string): number {
  if (text !== '' && !NEEDS_QUOTES.test(text)) {
    out.text(text);
    return UNQUOTED;
  }
  const doubled = text.replaceAll('"', '""');
  out.byte(QUOTE);
  out.text(doubled);
  out.byte(QUOTE);
  return doubled.length === text.length ? QUOTED : DOUBLED;
}

/** Files written in blocks; a row lies in one block, so that its cells can be looked at where they lie. */
export interface RowWriter {
  readonly paths: readonly string[];
  block: Buffer;
  used: number;
  /** Makes room for a row of at most so many bytes; returns where it begins. */
  begin(bytes: number): number;
  byte(value: number): void;
  ascii(text: string): void;
  text(text: string): void;
  flush(): void;
  close(): void;
}

/** Opens a file for rows; what is long goes on in files beside it, each with whole rows. */
export function rowWriter(path: string): RowWriter {
  const paths = [path];
  let file = openSync(path, 'wx');
  let written = 0;

  function nextFile(): void {
    const next = `${path}.${paths.length + 1}`;
    const opened = openSync(next, 'wx');
    closeSync(file);
    file = opened;
    paths.push(next);
    written = 0;
  }

  const writer: RowWriter = {
    paths,
    block: Buffer.allocUnsafeSlow(BLOCK),
    used: 0,
    begin(bytes) {
      if (writer.used + bytes > writer.block.length) {
        writer.flush();
        if (written >= PIECE) nextFile();
        if (bytes > writer.block.length) writer.block = Buffer.allocUnsafeSlow(bytes);
      }
      return writer.used;
    },
    byte(value) {
      writer.block[writer.used++] = value;
    },
    ascii(text) {
      for (let i = 0; i < text.length; i++) writer.block[writer.used++] = text.charCodeAt(i);
    },
    text(text) {
      writer.used += writer.block.write(text, writer.used);
    },
    flush() {
      try {
        for (let at = 0; at < writer.used; ) at += writeSync(file, writer.block, at, writer.used - at);
      } catch (error) {
        throw asDiskFull(error, path);
      }
      written += writer.used;
      writer.used = 0;
    },
    close: () => closeSync(file),
  };
  return writer;
}
