import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ENCODINGS, type Encoding, encodingNamed } from '../../../src/contract/index.ts';
import { newDecoder, Undecodable } from '../../../src/ingest/decode/decoder.ts';
import { ENCODINGS as SHOWN } from '../../../web/pages/upload/encodings.ts';

/** What Python's codecs say: see write-reference.py. */
const REFERENCE = JSON.parse(readFileSync(new URL('./reference.json', import.meta.url), 'utf8')) as {
  readonly single: Readonly<Record<string, string>>;
  readonly double: Readonly<Record<string, { readonly pairs: number; readonly sha256: string }>>;
};
const NONE = '\ufffd';

type Encoded = Exclude<Encoding, 'utf-8'>;

/** The text of some bytes, or what stands for none. */
function character(encoding: Encoded, ...bytes: number[]): string {
  try {
    return newDecoder(encoding).push(Buffer.from(bytes), true).toString();
  } catch (error) {
    if (error instanceof Undecodable) return NONE;
    throw error;
  }
}

/** The text of bytes that come in blocks of some length. */
function inBlocks(encoding: Encoded, bytes: Uint8Array, length: number): string {
  const decoder = newDecoder(encoding);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += length)
    out.push(Buffer.from(decoder.push(Buffer.from(bytes.subarray(at, at + length)), false)));
  return Buffer.concat([...out, decoder.push(Buffer.alloc(0), true)]).toString();
}

describe('every encoding that can be named is as another implementation has it', () => {
  test('and each of them is compared', () => {
    const compared = [...Object.keys(REFERENCE.single), ...Object.keys(REFERENCE.double)];
    expect(new Set(['utf-8', 'utf-16le', 'utf-16be', ...compared])).toEqual(new Set(ENCODINGS));
  });

  test.each(Object.entries(REFERENCE.single))('%s, byte by byte', (name, expected) => {
    const upper = Array.from({ length: 128 }, (_, i) => character(name as Encoded, 128 + i));
    const known = Array.from(expected);
    // A letter that Windows added later, and that the Encoding Standard has too.
    if (name === 'windows-1255') known[0xca - 128] = '\u05ba';
    expect(upper).toEqual(known);
    const ascii = Array.from({ length: 128 }, (_, i) => i);
    expect(character(name as Encoded, ...ascii)).toBe(String.fromCharCode(...ascii));
  });

  test.each(Object.entries(REFERENCE.double))('%s, pair by pair', (name, expected) => {
    const lines: string[] = [];
    for (let code = 0x8000; code < 0x10000; code++) {
      const [first, second] = [code >> 8, code & 255];
      const isUsers = name === 'shift_jis' && first === 0xf9;
      if (second < 0x30 || isUsers || character(name as Encoded, first) !== NONE) continue;
      const text = character(name as Encoded, first, second);
      if (text !== NONE) lines.push(`${code.toString(16)} ${text}\n`);
    }
    const sha256 = createHash('sha256').update(lines.join('')).digest('hex');
    expect({ pairs: lines.length, sha256 }).toEqual(expected);
  });
});

describe('a text is decoded the same however it comes in blocks', () => {
  const text = 'Größe;数\u{1f600}\r\n"żółć"\n'.repeat(9);
  test.each([1, 2, 3, 5, 64])('UTF-16, %i bytes at a time', (length) => {
    const little = Buffer.from(`\ufeff${text}`, 'utf16le');
    expect(inBlocks('utf-16le', little, length)).toBe(`\ufeff${text}`);
    expect(inBlocks('utf-16be', Buffer.from(little).swap16(), length)).toBe(`\ufeff${text}`);
  });
  test.each([1, 2, 3, 7])('Shift JIS, %i bytes at a time', (length) => {
    const bytes = Buffer.from('83658358836781416162632cb1b2b30a', 'hex');
    expect(inBlocks('shift_jis', bytes, length)).toBe('テスト、abc,ｱｲｳ\n');
  });
});

describe('bytes that are no character are never passed over', () => {
  test.each<[string, Encoded, string, string]>([
    ['a byte without a character', 'windows-1252', '4181', 'byte 0x81 is no character of windows-1252'],
    ['a control character of ISO 8859', 'iso-8859-1', '80', 'byte 0x80 is no character of iso-8859-1'],
    ['a pair without a character', 'shift_jis', '8120', 'bytes 0x81 0x20 are no character of shift_jis'],
    ['half a pair at the end', 'gbk', '41b0', 'the last character is cut off'],
    ['half a unit at the end', 'utf-16le', '410042', 'the last character is cut off'],
    ['a high surrogate alone', 'utf-16le', '3dd84100', 'half a surrogate pair, 0xD83D, stands alone'],
    ['a low surrogate alone', 'utf-16be', '0041de00', 'half a surrogate pair, 0xDE00, stands alone'],
    ['a high surrogate at the end', 'utf-16be', '0041d83d', 'half a surrogate pair, 0xD83D, stands alone'],
  ])('%s', (_, encoding, hex, problem) => {
    const decode = () => newDecoder(encoding).push(Buffer.from(hex, 'hex'), true);
    expect(decode).toThrow(problem);
    expect(() => inBlocks(encoding, Buffer.from(hex, 'hex'), 1)).toThrow(problem);
  });
});

test('an encoding goes by the names that programs give it, and no other', () => {
  const named = [
    'Latin1',
    'CP1252',
    'ansi',
    'UTF16',
    '1252',
    'win-1251',
    'cp936',
    'IBM850',
    'SJIS',
    'iso8859-15',
  ];
  expect(named.map(encodingNamed)).toEqual([
    ...['iso-8859-1', 'windows-1252', 'windows-1252', 'utf-16le', 'windows-1252', 'windows-1251'],
    ...['gbk', 'cp850', 'shift_jis', 'iso-8859-15'],
  ]);
  expect(ENCODINGS.map(encodingNamed)).toEqual([...ENCODINGS]);
  expect(['', 'utf-7', 'cp9999', 'constructor', 'macintosh'].map(encodingNamed)).toEqual(
    Array(5).fill(undefined),
  );
});

test('UX-02 the page offers every encoding', () => {
  expect(new Set(Object.keys(SHOWN))).toEqual(new Set(ENCODINGS));
});
