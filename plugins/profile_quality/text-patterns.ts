/**
 * Patterns of text as SQL conditions over a column `value`, in the syntax of DuckDB's regular expressions (RE2).
 */

/** Text of UTF-8 that was read as Windows-1252 or Latin-1: a lead byte's sign, then signs of continuation bytes. */
const CONTINUATION =
  '\\x{80}-\\x{BF}\\x{20AC}\\x{201A}\\x{192}\\x{201E}\\x{2026}\\x{2020}\\x{2021}\\x{2C6}\\x{2030}\\x{160}\\x{2039}\\x{152}\\x{17D}\\x{2018}\\x{2019}\\x{201C}\\x{201D}\\x{2022}\\x{2013}\\x{2014}\\x{2DC}\\x{2122}\\x{161}\\x{203A}\\x{153}\\x{17E}\\x{178}';
export const MOJIBAKE = nonAscii(
  `regexp_matches(value, '[\\x{C2}-\\x{DF}][${CONTINUATION}]|[\\x{E0}-\\x{EF}][${CONTINUATION}]{2}|\\x{F0}[${CONTINUATION}]{3}')`,
);

/** The sign that stands where bytes could not be read. */
export const REPLACEMENT = "contains(value, '\uFFFD')";

/** Control characters other than tab and line ends. */
export const CONTROL = "regexp_matches(value, '[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F\\x{80}-\\x{9F}]')";

/** Blanks at the start or the end. */
export const EDGE_SPACE = "regexp_matches(value, '^[\\s\\x{A0}\\x{3000}]|[\\s\\x{A0}\\x{3000}]$')";

/** Signs without a mark of their own: non-breaking spaces, zero-width signs, soft hyphens, marks of direction, BOM. */
export const UNSEEN = nonAscii(
  "regexp_matches(value, '[\\x{A0}\\x{AD}\\x{200B}-\\x{200F}\\x{202A}-\\x{202E}\\x{2060}\\x{FEFF}]')",
);

/** Letters with accents as separate signs, or other forms that Unicode writes in one way (NFC). */
export const NOT_NORMAL = nonAscii('value <> nfc_normalize(value)');

/** A number as people write it: sign, currency, groups, decimals, per cent. */
export const NUMBER =
  "regexp_full_match(value, '\\s*[-+(]?\\s*[$€£]?\\s*[0-9]{1,3}(?:[0-9]*|(?:[,. ][0-9]{3})+)(?:[.,][0-9]+)?(?:[eE][-+]?[0-9]+)?\\s*[%€)]?\\s*')";

/** A date in one of the usual orders, with or without a time of day, that the calendar has: no 30th of February. */
export const DATE = `(CASE WHEN regexp_full_match(value, '\\s*(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4})(?:[ T][0-9]{1,2}:[0-9]{2}.*)?\\s*') THEN coalesce(${[
  day('([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2}).*', '\\1-\\2-\\3'),
  day('([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{2,4})(?:[ T].*)?', '\\3-\\2-\\1'),
  day('([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{2,4})(?:[ T].*)?', '\\3-\\1-\\2'),
].join(', ')}) IS NOT NULL ELSE false END)`;

/** A day and a number as they are read where the operator says that a column holds such. */
export const PLAIN_DATE = `(${DATE} AND regexp_full_match(value, '[0-9]{4}-[0-9]{2}-[0-9]{2}'))`;
export const PLAIN_NUMBER = "regexp_full_match(value, '-?[0-9]+(?:\\.[0-9]+)?')";

/** A label as a reader takes it: case, spaces and ways to write accents don't count. */
export const FOLDED =
  "lower(nfc_normalize(trim(regexp_replace(value, '[\\s\\x{A0}\\x{200B}-\\x{200F}\\x{2060}\\x{FEFF}]+', ' ', 'g'))))";

/** Only text with other than ASCII signs is searched, which is few. */
function nonAscii(condition: string): string {
  return `(strlen(value) <> length(value) AND ${condition})`;
}

/** The day that a text names when its parts are put in this order; missing where there is no such day. */
function day(parts: string, order: string): string {
  return `try_cast(CASE WHEN regexp_full_match(trim(value), '${parts}') THEN regexp_replace(trim(value), '^${parts}$', '${order}') END AS DATE)`;
}

/** A pattern over `value` as one over a column. */
export function inColumn(pattern: string, sql: string): string {
  return pattern.replaceAll(/\bvalue\b/g, () => sql);
}
