import { open } from 'node:fs/promises';
import { HarnessError } from '../base/index.ts';
import type { IngestOptions } from '../contract/index.ts';
import { isUtf16 } from './text-encoding.ts';

const HEAD = 1 << 20;

/** The beginning of a file, with one spare byte behind `length`, and whether it is the whole file. */
export interface Head {
  readonly bytes: Buffer;
  readonly length: number;
  readonly whole: boolean;
}

/** Reads the first MiB of a file. */
export async function readHead(path: string): Promise<Head> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(HEAD + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, HEAD - length);
      length += bytesRead;
      if (bytesRead === 0) return { bytes, length, whole: length < HEAD };
    }
  } finally {
    await file.close();
  }
}

const text = (signature: string): readonly number[] => [...Buffer.from(signature, 'latin1')];

const SIGNATURES: readonly (readonly [readonly number[], string])[] = [
  [[0x1f, 0x8b], 'a gzip file'],
  [text('BZh'), 'a bzip2 file'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], 'an xz file'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a zstd file'],
  [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], 'a 7z archive'],
  [text('Rar!'), 'a RAR archive'],
  [
    [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
    'an old Office file (XLS), or a workbook with a password',
  ],
  [text('%PDF-'), 'a PDF'],
  [text('SQLite format 3'), 'an SQLite database'],
  [text('ARROW1'), 'an Arrow file'],
  [text('ORC'), 'an ORC file'],
  [[...text('Obj'), 1], 'an Avro file'],
  [text('{\\rtf'), 'a rich text document'],
  [[0x89, ...text('PNG')], 'an image (PNG)'],
  [[0xff, 0xd8, 0xff], 'an image (JPEG)'],
  [text('GIF8'), 'an image (GIF)'],
  [[0x7f, ...text('ELF')], 'a program'],
];

/**
 * What a file is by its first bytes: CSV (any delimited text) or Parquet. Throws `SH_INPUT_FORMAT_UNSUPPORTED`,
 * `SH_INPUT_BINARY`, `SH_INPUT_ENCODING` or `SH_INPUT_MALFORMED` for anything else.
 */
export function fileFormat(head: Head, asked: IngestOptions['format'], shownPath: string): 'csv' | 'parquet' {
  const bytes = head.bytes.subarray(0, head.length);
  if (startsWith(bytes, text('PAR1'))) {
    if (asked !== 'csv') return 'parquet';
    throw malformed(shownPath, 'CSV', 'it is a Parquet file');
  }
  if (asked === 'parquet') throw malformed(shownPath, 'Parquet', 'it does not begin with PAR1');
  const format = binaryFormat(bytes) ?? (asked === 'csv' ? undefined : markupFormat(bytes, shownPath));
  if (format !== undefined)
    throw new HarnessError('SH_INPUT_FORMAT_UNSUPPORTED', { path: shownPath, format });
  refuseUtf16(bytes, shownPath);
  if (bytes.includes(0)) {
    throw new HarnessError('SH_INPUT_BINARY', { path: shownPath, reason: 'it holds NUL bytes' });
  }
  return 'csv';
}

function binaryFormat(bytes: Buffer): string | undefined {
  if (startsWith(bytes, [0x50, 0x4b, 3, 4])) {
    return bytes.includes('xl/') ? 'an Excel workbook (XLSX)' : 'a zip archive';
  }
  return SIGNATURES.find(([signature]) => startsWith(bytes, signature))?.[1];
}

function markupFormat(bytes: Buffer, path: string): string | undefined {
  const start = bytes
    .toString('utf8', 0, 4096)
    .replace(/^\ufeff/, '')
    .trimStart();
  const firstLine = start.split('\n', 1)[0] ?? '';
  if (/\.(json|jsonl|ndjson)$/i.test(path) || (/^[[{]/.test(start) && isJsonStart(start, firstLine))) {
    return isJson(firstLine) && /^\{/.test(start) ? 'JSON or JSON lines' : 'JSON';
  }
  if (/^<(!doctype html|html)/i.test(start)) return 'a web page (HTML)';
  return /^<\?xml/i.test(start) ? 'XML' : undefined;
}

function isJsonStart(start: string, firstLine: string): boolean {
  return isJson(firstLine) || /^[[{]\s*($|\{|\[|"[^"]*"\s*:|[\d"\]}-])/.test(start);
}

function isJson(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object';
  } catch {
    return false;
  }
}

function refuseUtf16(bytes: Buffer, path: string): void {
  const mark =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
      ? 'marked'
      : undefined;
  if (mark === undefined && !isUtf16(bytes)) return;
  const reason = mark ? 'it is UTF-16 (its first bytes say so)' : 'it looks like UTF-16';
  throw new HarnessError('SH_INPUT_ENCODING', { path, reason });
}

function malformed(path: string, format: string, reason: string): HarnessError {
  return new HarnessError('SH_INPUT_MALFORMED', { path, format, reason });
}

function startsWith(bytes: Buffer, signature: readonly number[]): boolean {
  return signature.length <= bytes.length && signature.every((byte, i) => bytes[i] === byte);
}
