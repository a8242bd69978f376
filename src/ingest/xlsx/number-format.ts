/**
 * What a number format makes of a number: a date, a time of day, both, an elapsed time, or `either` (the formats of East
 * Asian calendars, whose ids mean dates in one language and times in another); undefined where it stays a number.
 */
export type DateFormat = 'date' | 'time' | 'timestamp' | 'elapsed' | 'either';

/** Built-in ids (ECMA-376 part 1, 18.8.30): from, to, what they show. */
const BUILT_IN: readonly (readonly [number, number, DateFormat])[] = [
  [14, 17, 'date'],
  [18, 21, 'time'],
  [22, 22, 'timestamp'],
  [27, 31, 'date'],
  [32, 33, 'time'],
  [34, 35, 'either'],
  [36, 36, 'date'],
  [45, 45, 'time'],
  [46, 46, 'elapsed'],
  [47, 47, 'time'],
  [50, 54, 'date'],
  [55, 56, 'either'],
  [57, 58, 'date'],
  [71, 74, 'date'],
  [75, 76, 'time'],
  [77, 77, 'timestamp'],
  [78, 78, 'time'],
  [79, 79, 'elapsed'],
  [80, 80, 'time'],
  [81, 81, 'date'],
];

export function builtInFormat(id: number): DateFormat | undefined {
  return BUILT_IN.find(([from, to]) => id >= from && id <= to)?.[2];
}

/**
 * Reads a format code: quoted and escaped text, colours, conditions and languages are passed over; what is left is a
 * date or a time if its letters are, and a number if it has places for digits. The first section decides (that of
 * positive numbers).
 */
export function formatOfCode(code: string): DateFormat | undefined {
  const signs = signsOf(code);
  if (/[0#?]/.test(signs.replace(/s[\] .,]*0+/g, 's'))) return undefined;
  const withDay = /[ydgeb]/.test(signs) || hasMonth(signs);
  if (/\[/.test(signs) && !withDay) return 'elapsed';
  const withTime = /[hsp]/.test(signs);
  if (withDay && withTime) return 'timestamp';
  if (withTime) return 'time';
  return withDay ? 'date' : undefined;
}

/** Quoted text; an escaped, padding or filling sign; brackets; words; anything else, one by one. */
const TOKENS = /"[^"]*"?|[\\_*].?|\[[^\]]*\]?|am\/pm|a\/p|general|e[+-]|./gis;

/** The signs of the first section that mean something, in lower case: elapsed units in brackets, `p` for AM/PM. */
function signsOf(code: string): string {
  let signs = '';
  for (const [token] of code.matchAll(TOKENS)) {
    const sign = token.toLowerCase();
    if (sign === ';') break;
    if (sign === 'am/pm' || sign === 'a/p') signs += 'p';
    else if (/^(\[(h+|m+|s+)\]|[a-z0#?.,])$/.test(sign)) signs += sign;
    else signs += ' ';
  }
  return signs;
}

/** An m is a minute behind an hour or before a second (`h:mm`, `mm:ss`); any other is a month. */
function hasMonth(signs: string): boolean {
  const units = signs.replace(/\[m+\]/g, ' ').match(/m+|[hs]+|[ydgeb]+/g) ?? [];
  return units.some((unit, i) => {
    if (!unit.startsWith('m')) return false;
    return unit.length > 2 || !(units[i - 1]?.startsWith('h') || units[i + 1]?.startsWith('s'));
  });
}
