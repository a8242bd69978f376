import { open } from 'node:fs/promises';
import { HarnessError } from '../base/index.ts';
import type { Format, IngestOptions } from '../contract/index.ts';

const HEAD = 1 << 20;

/** The beginning of a file, with one spare byte behind `length`, and whether it is the whole file. */
export interface Head {
  readonly bytes: Buffer;
  readonly length: number;
  readonly whole: boolean;
}

/** The first MiB of what is unpacked; nothing more of it is unpacked. */
export async function headOf(blocks: AsyncIterable<Buffer>): Promise<Head> {
  const bytes = Buffer.alloc(HEAD + 1);
  let length = 0;
  for await (const block of blocks) {
    length += block.copy(bytes, length, 0, HEAD - length);
    if (length === HEAD) break;
  }
  return { bytes, length, whole: length < HEAD };
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

const ZIP = [0x50, 0x4b, 3, 4];
const EMPTY_ZIP = [0x50, 0x4b, 5, 6];

const SIGNATURES: readonly (readonly [readonly number[], string])[] = [
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

const TAR_MARK = 257;

/** What a file is packed in, by its first bytes. Workbooks are zip archives too, but tables themselves. */
export function packingOf(head: Head): 'gzip' | 'zip' | undefined {
  const bytes = head.bytes.subarray(0, head.length);
  if (startsWith(bytes, [0x1f, 0x8b])) return 'gzip';
  return isZip(head) && !isOfficePackage(bytes) ? 'zip' : undefined;
}

/** Whether a file is a zip archive, be it an office file or not. */
export function isZip(head: Head): boolean {
  const bytes = head.bytes.subarray(0, head.length);
  return startsWith(bytes, ZIP) || startsWith(bytes, EMPTY_ZIP);
}

/** Whether the first bytes of a table are those of no other kind of file than text. */
export function isText(head: Head): boolean {
  const bytes = head.bytes.subarray(0, head.length);
  return !startsWith(bytes, text('PAR1')) && !isZip(head) && binaryFormat(bytes) === undefined;
}

/**
 * What a file is by its first bytes (text in UTF-8) and, for JSON, by its name; CSV is any delimited text. Throws
 * `SH_INPUT_FORMAT_UNSUPPORTED`, `SH_INPUT_BINARY` or `SH_INPUT_MALFORMED` for anything else.
 */
export function fileFormat(
  head: Head,
  asked: IngestOptions['format'],
  shownPath: string,
  name = shownPath,
): Format {
  const bytes = head.bytes.subarray(0, head.length);
  if (startsWith(bytes, text('PAR1'))) {
    if (asked === 'auto' || asked === 'parquet') return 'parquet';
    throw malformed(shownPath, FORMAT_NAMES[asked], 'it is a Parquet file');
  }
  if (asked === 'parquet') throw malformed(shownPath, 'Parquet', 'it does not begin with PAR1');
  if (isOfficePackage(bytes)) {
    if (asked === 'auto' || asked === 'xlsx') return 'xlsx';
    throw malformed(shownPath, FORMAT_NAMES[asked], 'it is a workbook or another office file');
  }
  if (asked === 'xlsx') throw malformed(shownPath, FORMAT_NAMES.xlsx, 'it does not hold a workbook');
  const format = binaryFormat(bytes) ?? (asked === 'auto' ? markupFormat(bytes) : undefined);
  if (format !== undefined)
    throw new HarnessError('SH_INPUT_FORMAT_UNSUPPORTED', { path: shownPath, format });
  if (bytes.includes(0)) {
    const reason = 'it holds NUL bytes (text in UTF-16 is read with --encoding utf-16le)';
    throw new HarnessError('SH_INPUT_BINARY', { path: shownPath, reason });
  }
  return asked === 'auto' ? textFormat(head, name) : asked;
}

/** What formats are called towards the operator. */
export const FORMAT_NAMES: Readonly<Record<Format, string>> = {
  csv: 'CSV',
  parquet: 'Parquet',
  json: 'JSON',
  jsonl: 'JSON lines',
  xlsx: 'XLSX',
};

/** Headers of entries that only office programs write; which of their files it is, the reader tells. */
const OFFICE_ENTRY =
  /PK\x03\x04[\s\S]{26}(?:\[Content_Types\]\.xml|_rels\/|xl\/|mimetype.{0,64}application\/vnd\.oasis)/;

function isOfficePackage(bytes: Buffer): boolean {
  return startsWith(bytes, ZIP) && OFFICE_ENTRY.test(bytes.toString('latin1'));
}

function binaryFormat(bytes: Buffer): string | undefined {
  if (bytes.toString('latin1', TAR_MARK, TAR_MARK + 5) === 'ustar') return 'a tar archive';
  return SIGNATURES.find(([signature]) => startsWith(bytes, signature))?.[1];
}

function markupFormat(bytes: Buffer): string | undefined {
  const start = textStart(bytes);
  if (/^<(!doctype html|html)/i.test(start)) return 'a web page (HTML)';
  return /^<\?xml/i.test(start) ? 'XML' : undefined;
}

function textStart(bytes: Buffer): string {
  return bytes
    .toString('utf8', 0, 4096)
    .replace(/^\ufeff/, '')
    .trimStart();
}

/** JSON by the ending of its name or its first line; else delimited text. */
function textFormat(head: Head, name: string): 'csv' | 'json' | 'jsonl' {
  if (/\.(jsonl|ndjson)$/i.test(name)) return 'jsonl';
  const start = textStart(head.bytes.subarray(0, head.length));
  const named = /\.(json|geojson)$/i.test(name);
  if (!named && !(/^[[{]/.test(start) && isJsonStart(start))) return 'csv';
  return hasRecordPerLine(head) ? 'jsonl' : 'json';
}

function isJsonStart(start: string): boolean {
  return isJson(start.split('\n', 1)[0] ?? '') || /^[[{]\s*($|\{|\[|"[^"]*"\s*:|[\d"\]}-])/.test(start);
}

/** True where the first two lines that hold anything are whole JSON texts. */
function hasRecordPerLine(head: Head): boolean {
  const text = head.bytes.toString('utf8', 0, head.length).replace(/^\ufeff/, '');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const whole = head.whole ? lines : lines.slice(0, -1);
  return whole.length > 1 && whole.slice(0, 2).every(isJson);
}

function isJson(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object';
  } catch {
    return false;
  }
}

function malformed(path: string, format: string, reason: string): HarnessError {
  return new HarnessError('SH_INPUT_MALFORMED', { path, format, reason });
}

function startsWith(bytes: Buffer, signature: readonly number[]): boolean {
  return signature.length <= bytes.length && signature.every((byte, i) => bytes[i] === byte);
}
