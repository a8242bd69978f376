import { isAscii } from 'node:buffer';
import type { Encoding } from '../../contract/index.ts';
import { type CharacterTable, characterTable } from './character-table.ts';

/** Turns a text, block by block, into UTF-8. */
export interface Decoder {
  /**
   * The characters that end in these bytes, in a buffer that the next call may write over; `last` where no more bytes come.
   * Throws `Undecodable`.
   */
  push(bytes: Buffer, last: boolean): Buffer;
}

/** Bytes that stand for no character. */
export class Undecodable extends Error {
  readonly what: string;
  readonly why: string;
  /** The characters of the block before them. */
  readonly before: Buffer;

  constructor(what: string, why: string, before: Buffer) {
    super(`${what} ${why}`);
    this.what = what;
    this.why = why;
    this.before = before;
  }
}

/** A decoder for one text. */
export function newDecoder(encoding: Exclude<Encoding, 'utf-8'>): Decoder {
  switch (encoding) {
    case 'utf-16le':
    case 'utf-16be':
      return utf16Decoder(encoding === 'utf-16be');
    default:
      return tableDecoder(encoding, characterTable(encoding));
  }
}

/** UTF-8 of what one byte, or a pair, stands for has three bytes at most a byte. */
const LONGEST = 3;

function tableDecoder(encoding: Encoding, { single, double }: CharacterTable): Decoder {
  let out = Buffer.alloc(0);
  /** The first byte of a pair that was begun; 0 where none was. */
  let first = 0;
  return {
    push(bytes, last) {
      if (first === 0 && isAscii(bytes)) return bytes;
      if (out.length < bytes.length * LONGEST + 4) out = Buffer.allocUnsafeSlow(bytes.length * LONGEST + 4);
      let at = 0;
      for (let i = 0; i < bytes.length; i++) {
        const byte = bytes[i] ?? 0;
        if (byte < 0x80 && first === 0) {
          out[at++] = byte;
          continue;
        }
        let packed = (first === 0 ? single[byte] : double?.[first * 256 + byte]) ?? 0;
        if (packed === 0) {
          if (double === undefined) throw noCharacter([byte], encoding, out.subarray(0, at));
          if (first !== 0) throw noCharacter([first, byte], encoding, out.subarray(0, at));
          first = byte;
          continue;
        }
        first = 0;
        for (; packed !== 0; packed >>>= 8) out[at++] = packed & 0xff;
      }
      if (last && first !== 0) throw cutOff(out.subarray(0, at));
      return out.subarray(0, at);
    },
  };
}

function noCharacter(bytes: readonly number[], encoding: Encoding, before: Buffer): Undecodable {
  const hex = bytes.map(hexOf).join(' ');
  return bytes.length === 1
    ? new Undecodable(`byte ${hex}`, `is no character of ${encoding}`, before)
    : new Undecodable(`bytes ${hex}`, `are no character of ${encoding}`, before);
}

function cutOff(before: Buffer): Undecodable {
  return new Undecodable('the last character', 'is cut off', before);
}

function hexOf(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(2, '0')}`;
}

function utf16Decoder(isBigEndian: boolean): Decoder {
  /** The beginning of a character that was cut: a byte, a high surrogate, or both. */
  let carry: Buffer = Buffer.alloc(0);
  return {
    push(bytes, last) {
      const whole = carry.length === 0 ? bytes : Buffer.concat([carry, bytes]);
      const even = whole.length & ~1;
      const cut = !last && even >= 2 && isHigh(whole[even - (isBigEndian ? 2 : 1)] ?? 0) ? even - 2 : even;
      carry = Buffer.from(whole.subarray(cut));
      const units = whole.subarray(0, cut);
      const text = (isBigEndian ? Buffer.from(units).swap16() : units).toString('utf16le');
      if (!text.isWellFormed()) throw loneSurrogate(text);
      const decoded = Buffer.from(text);
      if (last && carry.length > 0) throw cutOff(decoded);
      return decoded;
    },
  };
}

function isHigh(upperByte: number): boolean {
  return upperByte >= 0xd8 && upperByte < 0xdc;
}

function loneSurrogate(text: string): Undecodable {
  const at = text.search(/\p{Surrogate}/u);
  const hex = hexOf(text.charCodeAt(at));
  return new Undecodable(`half a surrogate pair, ${hex},`, 'stands alone', Buffer.from(text.slice(0, at)));
}
