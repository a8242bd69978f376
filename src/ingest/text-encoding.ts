import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { HarnessError } from '../base/index.ts';

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
    if (!isUtf8(usable)) throw invalid(path, shownPath, start, usable);
    offset += fresh.length;
    carry = Buffer.from(whole.subarray(cut));
  };
}

/** True where every other byte of the beginning is NUL: Latin text in UTF-16 without a byte order mark. */
export function isUtf16(head: Uint8Array): boolean {
  const length = Math.min(head.length, 512) & ~1;
  if (length < 4) return false;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < length; i += 2) {
    if (head[i] === 0) even++;
    if (head[i + 1] === 0) odd++;
  }
  const most = length * 0.4;
  return (even >= most && odd === 0) || (odd >= most && even === 0);
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

function invalid(path: string, shownPath: string, start: number, bytes: Buffer): HarnessError {
  let at = 0;
  while (at < bytes.length) {
    const length = lengthOf(bytes[at] ?? 0);
    if (!isUtf8(bytes.subarray(at, at + length))) break;
    at += length;
  }
  const hex = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  const line = lineAt(path, start + at);
  const reason = `byte 0x${hex} in line ${line} (it looks like Latin-1 or Windows-1252)`;
  return new HarnessError('SH_INPUT_ENCODING', { path: shownPath, reason });
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
      for (let i = 0; i < read; i++) if (buffer[i] === 10) line++;
      left -= read;
    }
    return line;
  } finally {
    closeSync(file);
  }
}
