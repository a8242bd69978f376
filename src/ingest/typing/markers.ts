/**
 * Texts that stand for a missing value. In a column that is typed without them they count as missing (reported by
 * text and count); in a text column they stay text. Compared exactly, case included. The list is fixed: changing
 * it changes what is read, so the reader's version must change with it.
 */
export const MISSING_MARKERS: readonly string[] = [
  '-',
  '--',
  '.',
  '?',
  'NA',
  'na',
  'N/A',
  'n/a',
  'NULL',
  'Null',
  'null',
  'NIL',
  'nil',
  'None',
  'none',
  'NONE',
  'NaN',
  'nan',
  'NAN',
  '\\N',
  '#N/A',
  '#NA',
  '#NULL!',
  '#DIV/0!',
  '#VALUE!',
  '#REF!',
  '#NUM!',
  '#NAME?',
];

const markers = new Set(MISSING_MARKERS);
const firstBytes = new Set(MISSING_MARKERS.map((marker) => marker.charCodeAt(0)));
const longest = Math.max(...MISSING_MARKERS.map((marker) => marker.length));

/** The marker that these bytes spell, or undefined. */
export function markerAt(bytes: Buffer, start: number, end: number): string | undefined {
  if (end - start > longest || !firstBytes.has(bytes[start] ?? 0)) return undefined;
  const text = bytes.toString('latin1', start, end);
  return markers.has(text) ? text : undefined;
}
