import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { HarnessError } from '../base/index.ts';
import { newDecoder, Undecodable } from './decode/decoder.ts';

/**
 * A check to be called with the bytes of a text file, stretch by stretch: all of it must be UTF-8 without NUL bytes.
 * Throws `SH_INPUT_ENCODING` or `SH_INPUT_BINARY` with the line.
 */
export function encodingCheck(path: string, shownPath: string): (fresh: Buffer, last: boolean) => void {
  let carry: Buffer = Buffer.alloc(0);
  let offset = 0;
  return (fresh, last) => {
    const nul = fresh.indexOf(0);
    const whole = carry.length === 0 ? fresh : Buffer.concat([carry, fresh]);
    const cut = last ? whole.length : whole.length - unfinished(whole);
    const usable = whole.subarray(0, cut);
    const start = offset - carry.length;
    if (nul !== -1) throw binary(path, shownPath, offset + nul);
    if (!isUtf8(usable)) {
      const at = firstInvalid(usable);
      const reason = problemAt(usable, at, lineAt(path, start + at));
      throw new HarnessError('SH_INPUT_ENCODING', { path: shownPath, encoding: 'utf-8', reason });
    }
    offset += fresh.length;
    carry = Buffer.from(whole.subarray(cut));
  };
}

/** Why the beginning of a text is not UTF-8; undefined where it is. A character may be cut off where more follows. */
export function notUtf8(head: Buffer, isWhole: boolean): string | undefined {
  const usable = isWhole ? head : head.subarray(0, head.length - unfinished(head));
  if (isUtf8(usable)) return undefined;
  const at = firstInvalid(usable);
  return problemAt(usable, at, 1 + lineBreaks(usable, at));
}

/** How many bytes at the end are the beginning of a character that isn't there in full. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    return byte >= 0xc0 && lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

function lengthOf(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

function firstInvalid(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length) {
    const length = lengthOf(bytes[at] ?? 0);
    if (!isUtf8(bytes.subarray(at, at + length))) break;
    at += length;
  }
  return at;
}

function problemAt(bytes: Buffer, at: number, line: number): string {
  const hex = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  const word = wordAround(bytes, at);
  const shown = word === undefined ? '' : ` (it would be "${word}" in windows-1252)`;
  return `byte 0x${hex} in line ${line} is not UTF-8${shown}`;
}

/** So many bytes of a word are shown, to each side. */
const WORD = 16;

/** The letters around a byte as windows-1252 has them: whoever knows the table sees whether that is right. */
function wordAround(bytes: Buffer, at: number): string | undefined {
  const isLetter = (byte = 0): boolean => byte >= 0x80 || /[A-Za-z]/.test(String.fromCharCode(byte));
  let [from, to] = [at, at + 1];
  while (from > 0 && at - from < WORD && isLetter(bytes[from - 1])) from--;
  while (to < bytes.length && to - at < WORD && isLetter(bytes[to])) to++;
  try {
    return newDecoder('windows-1252').push(bytes.subarray(from, to), true).toString();
  } catch (error) {
    if (error instanceof Undecodable) return undefined;
    throw error;
  }
}

function binary(path: string, shownPath: string, offset: number): HarnessError {
  const reason = `line ${lineAt(path, offset)} holds a NUL byte`;
  return new HarnessError('SH_INPUT_BINARY', { path: shownPath, reason });
}

/** The physical line of a byte, from 1. */
function lineAt(path: string, offset: number): number {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(1 << 20);
    let line = 1;
    let left = offset;
    while (left > 0) {
      const read = readSync(file, buffer, 0, Math.min(left, buffer.length), null);
      if (read === 0) break;
      line += lineBreaks(buffer, read);
      left -= read;
    }
    return line;
  } finally {
    closeSync(file);
  }
}

function lineBreaks(bytes: Buffer, end: number): number {
  let breaks = 0;
  for (let i = 0; i < end; i++) if (bytes[i] === 10) breaks++;
  return breaks;
}
