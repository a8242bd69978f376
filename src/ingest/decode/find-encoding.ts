import { isAscii } from 'node:buffer';
import { HarnessError } from '../../base/index.ts';
import type { Encoding, IngestReport } from '../../contract/index.ts';
import type { Head } from '../file-format.ts';
import { notUtf8 } from '../text-encoding.ts';
import { damagedUtf8, GUESS } from './decode-text.ts';
import { newUtf8Tally } from './utf8-tally.ts';

/** How a text writes its characters, and who says so. */
export interface FoundEncoding {
  readonly name: Encoding;
  /** `default`: nothing in the beginning of the text speaks against UTF-8. */
  readonly how: NonNullable<IngestReport['encoding']>['how'] | 'default';
  /** What speaks for a guess. */
  readonly why?: string;
  /** What speaks against the encoding that was named. */
  readonly doubt?: string;
}

/**
 * The encoding of a text: the one that was named, that of its byte order mark, UTF-16 where every other byte of its first 512
 * is NUL, UTF-8 where its first MiB is that, else a guess. Throws `SH_INPUT_ENCODING` where its mark is not that of the
 * encoding that was named, and where it seems to be damaged UTF-8.
 */
export function findEncoding(head: Head, named: Encoding | undefined, shownPath: string): FoundEncoding {
  const bytes = head.bytes.subarray(0, head.length);
  const mark = markOf(bytes);
  if (named !== undefined) return { name: named, how: 'named', ...doubtOf(head, named, mark, shownPath) };
  if (mark !== undefined) return { name: mark, how: 'mark' };
  const wide = utf16Of(bytes);
  if (wide !== undefined) return { name: wide, how: 'guess', why: NO_MARK };
  const why = bytes.includes(0) ? undefined : notUtf8(bytes, head.whole);
  if (why === undefined) return { name: 'utf-8', how: 'default' };
  const tally = newUtf8Tally();
  tally.add(bytes);
  if (tally.looksLikeUtf8()) throw damagedUtf8(shownPath, why);
  return { name: GUESS, how: 'guess', why };
}

const NO_MARK = 'every other byte of its beginning is NUL, and it has no byte order mark';

function markOf(bytes: Buffer): Encoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

/** UTF-16 without a mark, where every other byte of Latin text is NUL. */
function utf16Of(bytes: Buffer): Encoding | undefined {
  const length = Math.min(bytes.length, 512) & ~1;
  if (length < 4) return undefined;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < length; i += 2) {
    if (bytes[i] === 0) even++;
    if (bytes[i + 1] === 0) odd++;
  }
  const most = length * 0.4;
  if (even >= most && odd === 0) return 'utf-16be';
  return odd >= most && even === 0 ? 'utf-16le' : undefined;
}

function doubtOf(
  head: Head,
  named: Encoding,
  mark: Encoding | undefined,
  path: string,
): Pick<FoundEncoding, 'doubt'> {
  if (mark !== undefined && mark !== named) {
    const reason = `its byte order mark says ${mark}`;
    throw new HarnessError('SH_INPUT_ENCODING', { path, encoding: named, reason });
  }
  const bytes = head.bytes.subarray(0, head.length);
  const isWide = named.startsWith('utf-');
  if (isWide || isAscii(bytes) || notUtf8(bytes, head.whole) !== undefined) return {};
  return { doubt: `${named} was named as its encoding, but its beginning is valid UTF-8` };
}
