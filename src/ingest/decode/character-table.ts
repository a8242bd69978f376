import iconv from 'iconv-lite';
import type { Encoding } from '../../contract/index.ts';

/**
 * The characters of an encoding: by byte, and by pair of bytes (first times 256 plus second) where it has such. Each is its
 * UTF-8 bytes in one number, the first of them lowest; 0 where no character is.
 */
export interface CharacterTable {
  readonly single: Uint32Array;
  readonly double?: Uint32Array;
}

/** Encodings of one or two bytes a character. */
export type TableEncoding = Exclude<Encoding, 'utf-8' | 'utf-16le' | 'utf-16be'>;

const TWO_BYTES: Readonly<Partial<Record<TableEncoding, string>>> = {
  shift_jis: 'cp932',
  gbk: 'cp936',
  big5: 'cp950',
  'euc-kr': 'cp949',
};
const FIRST_SECOND_BYTE = 0x30;

const made = new Map<TableEncoding, CharacterTable>();

/** The table of an encoding, made when it is first asked for. */
export function characterTable(encoding: TableEncoding): CharacterTable {
  const table = made.get(encoding) ?? makeTable(encoding);
  made.set(encoding, table);
  return table;
}

function makeTable(encoding: TableEncoding): CharacterTable {
  const twoBytes = TWO_BYTES[encoding];
  const single = Uint32Array.from({ length: 256 }, (_, byte) => character(twoBytes ?? encoding, byte));
  if (twoBytes === undefined) return { single };
  const double = new Uint32Array(1 << 16);
  for (let first = 0x80; first < 0x100; first++) {
    if (single[first] !== 0) continue;
    for (let second = FIRST_SECOND_BYTE; second < 0x100; second++) {
      double[first * 256 + second] = character(twoBytes, first, second);
    }
  }
  return { single, double };
}

/** The one character that some bytes are; 0 for a control character beyond ASCII, which text never means. */
function character(encoding: string, ...bytes: number[]): number {
  const [text = '', ...more] = iconv.decode(Buffer.from(bytes), encoding);
  const code = text.codePointAt(0) ?? 0;
  const isNone =
    more.length > 0 || text === '\ufffd' || !text.isWellFormed() || (code >= 0x80 && code < 0xa0);
  if (isNone) return 0;
  return Buffer.from(text).reduceRight((packed, byte) => packed * 256 + byte, 0);
}
