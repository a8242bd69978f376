/** Signs of Windows-1252 that are other than Latin-1, by byte from 0x80; the gaps have none. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ';

/** Text that people write: Latin with accents, Greek, Cyrillic, punctuation and currency; not rare signs. */
const USUAL =
  /^[\t\n\r\x20-\x7E\u00A0-\u024F\u0370-\u03FF\u0400-\u04FF\u0590-\u06FF\u3040-\u30FF\u4E00-\u9FFF\uAC00-\uD7A3\u1E00-\u1EFF\u2010-\u2027\u2030-\u203A\u20AC\u2122\u{1F300}-\u{1FAFF}]*$/u;

/** Text may have gone through the wrong encoding twice. */
const MOST_ROUNDS = 3;

/**
 * The text that was meant, where UTF-8 was read as Windows-1252 (or Latin-1): its bytes read as UTF-8. Undefined where
 * they are no valid UTF-8, or give signs that nobody would have meant.
 */
export function repaired(text: string): string | undefined {
  let current = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = readAsUtf8(current);
    if (next === undefined || next === current || !USUAL.test(next)) break;
    current = next;
  }
  return current === text ? undefined : current;
}

function readAsUtf8(text: string): string | undefined {
  const bytes: number[] = [];
  for (const sign of text) {
    const byte = byteOf(sign);
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function byteOf(sign: string): number | undefined {
  const code = sign.codePointAt(0) ?? 0;
  if (code <= 0xff) return code;
  const at = WINDOWS_1252.indexOf(sign);
  return at < 0 || sign.length !== 1 ? undefined : 0x80 + at;
}
