import { HarnessError } from '../../base/index.ts';
import type { Encoding } from '../../contract/index.ts';
import type { Head } from '../file-format.ts';
import { newDecoder, Undecodable } from './decoder.ts';
import { newUtf8Tally } from './utf8-tally.ts';

/** A text to be decoded, and what it is called towards the operator. */
export interface EncodedText {
  readonly shownPath: string;
  readonly encoding: Exclude<Encoding, 'utf-8'>;
  /** Why a guess was made: then the text may as well be damaged UTF-8, and is refused where it looks more like that. */
  readonly guessedFor?: string;
}

/** What a text is guessed to be that is neither UTF-8 nor UTF-16: what spreadsheet programs in Western Europe and America write. */
export const GUESS = 'windows-1252';
const LF = 10;
const NOTHING = Buffer.alloc(0);

/**
 * A text as UTF-8, block by block; each may be written over once the next is asked for. Throws `SH_INPUT_ENCODING` with the line
 * of the first bytes that are no character, and for a guess that turns out to be wrong.
 */
export async function* decodeBlocks(
  blocks: AsyncIterable<Buffer>,
  text: EncodedText,
): AsyncGenerator<Buffer> {
  const decode = checkedDecoder(text);
  for await (const block of blocks) yield decode(block, false);
  yield decode(NOTHING, true);
}

/** The beginning of a text as UTF-8, as far as its characters are whole. Throws what `decodeBlocks` does. */
export function decodeHead(head: Head, text: EncodedText): Head {
  const decoded = checkedDecoder(text)(head.bytes.subarray(0, head.length), head.whole);
  const bytes = Buffer.concat([decoded], decoded.length + 1);
  return { bytes, length: decoded.length, whole: head.whole };
}

function checkedDecoder(text: EncodedText): (block: Buffer, last: boolean) => Buffer {
  const decoder = newDecoder(text.encoding);
  const tally = newUtf8Tally();
  const mayBeUtf8 = text.guessedFor !== undefined && text.encoding === GUESS;
  let line = 1;
  return (block, last) => {
    try {
      const decoded = decoder.push(block, last);
      if (mayBeUtf8) tally.add(block);
      if (last && tally.looksLikeUtf8()) throw damagedUtf8(text.shownPath, text.guessedFor ?? '');
      line += lineBreaks(decoded);
      return decoded;
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      const { what, why, before } = error;
      throw undecodable(text, `${what} in line ${line + lineBreaks(before)} ${why}`);
    }
  };
}

function lineBreaks(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}

function undecodable({ shownPath: path, encoding, guessedFor }: EncodedText, problem: string): HarnessError {
  const reason = guessedFor === undefined ? problem : `${guessedFor}, and ${problem}`;
  const tried = guessedFor !== undefined && encoding === GUESS ? `utf-8 or ${encoding}` : encoding;
  return new HarnessError('SH_INPUT_ENCODING', { path, encoding: tried, reason });
}

/** The error for a text that is not UTF-8, but more like it than like anything else; with the reason why it is not. */
export function damagedUtf8(path: string, why: string): HarnessError {
  const reason = `${why}, while other characters beyond ASCII are`;
  return new HarnessError('SH_INPUT_ENCODING', { path, encoding: 'utf-8', reason });
}
