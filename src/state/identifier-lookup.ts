import { HarnessError } from '../base/index.ts';

const SHORTEST = 4;

/** The parameters of a query `id >= $low AND id < $high` for ids of hex digits that begin with `prefix`. */
export function prefixRange(prefix: string): { readonly low: string; readonly high: string } {
  // `g` follows the last hex digit, so an index can answer.
  return { low: prefix, high: `${prefix}g` };
}

/** True for hex digits that are enough to be meant as the beginning of an id. */
export function isIdPrefix(text: string): boolean {
  return text.length >= SHORTEST && /^[0-9a-f]+$/.test(text);
}

/** The only match, or undefined where there is none. Error: SH_ID_AMBIGUOUS. */
export function onlyMatch<T>(matches: readonly T[], id: string, what: string): T | undefined {
  if (matches.length > 1) throw new HarnessError('SH_ID_AMBIGUOUS', { id, count: matches.length, what });
  return matches[0];
}
