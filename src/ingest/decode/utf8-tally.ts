import { isAscii } from 'node:buffer';

/** Counts, block by block, how much of what is beyond ASCII would be characters of UTF-8. */
export interface Utf8Tally {
  add(block: Uint8Array): void;
  /** True where bytes that make up characters of UTF-8 are as frequent as bytes that don't, or more. */
  looksLikeUtf8(): boolean;
}

/** A tally of nothing. It looks at lead and continuation bytes only: overlong forms count as characters. */
export function newUtf8Tally(): Utf8Tally {
  let characters = 0;
  let others = 0;
  /** Continuation bytes still to come. */
  let due = 0;
  return {
    add(block) {
      if (due === 0 && isAscii(block)) return;
      for (let i = 0; i < block.length; i++) {
        const byte = block[i] ?? 0;
        if (byte < 0x80 && due === 0) continue;
        const isContinuation = (byte & 0xc0) === 0x80;
        if (isContinuation && due > 0) {
          if (--due === 0) characters++;
          continue;
        }
        if (due > 0) others++;
        due = isContinuation ? 0 : continuationsBehind(byte);
        if (byte >= 0x80 && due === 0) others++;
      }
    },
    looksLikeUtf8: () => characters > 0 && characters >= others,
  };
}

function continuationsBehind(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return 1;
  return lead < 0xf0 ? 2 : 3;
}
