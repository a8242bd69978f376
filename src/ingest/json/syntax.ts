/** A place where a text breaks the rules of JSON; `at` is its index in the text. */
export class JsonSyntaxError extends Error {
  readonly at: number;
  /** The text ended where more was expected. */
  readonly cut: boolean;

  constructor(text: string, at: number, expected: string) {
    super(
      at >= text.length
        ? `it ends where ${expected} is expected`
        : `${expected} is expected, not ${shown(text, at)}`,
    );
    this.at = at;
    this.cut = at >= text.length;
  }
}

function shown(text: string, at: number): string {
  const found = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return found < ' '
    ? `the control character U+${found.charCodeAt(0).toString(16).padStart(4, '0')}`
    : `"${found}"`;
}

export const QUOTE = 34;
export const COMMA = 44;
export const COLON = 58;
export const OPEN_ARRAY = 91;
export const CLOSE_ARRAY = 93;
export const OPEN_OBJECT = 123;
export const CLOSE_OBJECT = 125;
const BACKSLASH = 92;
const MINUS = 45;
const SPACE = 32;

const BLANK = new Set([SPACE, 10, 13, 9]);

/** How deep arrays and objects may lie in each other. */
export const DEEPEST = 512;

/** The index of the next character that is not blank. */
export function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && BLANK.has(text.charCodeAt(at))) at++;
  return at;
}

/** The index behind the string whose quote opens at `from`. */
export function stringEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at = escapeEnd(text, at);
    else if (code < SPACE) throw new JsonSyntaxError(text, at, 'a character of a string');
  }
  throw new JsonSyntaxError(text, text.length, 'the end of a string');
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The index of the last character of the escape at `at`. */
function escapeEnd(text: string, at: number): number {
  ESCAPE.lastIndex = at;
  if (ESCAPE.test(text)) return ESCAPE.lastIndex - 1;
  const cut = /^\\(?:u[0-9a-fA-F]{0,3})?$/.test(text.slice(at, at + 6));
  throw new JsonSyntaxError(text, cut ? text.length : at + 1, 'an escape that JSON knows');
}

/** What the string between the quotes at `from` and before `end` says. */
export function stringValue(text: string, from: number, end: number): string {
  const inside = text.slice(from + 1, end - 1);
  return inside.includes('\\') ? (JSON.parse(text.slice(from, end)) as string) : inside;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null|NaN|-?Infinity/y;

/** The index behind the number, or the word (`true`, `null`, `NaN` …), at `from`. */
export function scalarEnd(text: string, from: number): number {
  const code = text.charCodeAt(from);
  const digit = code >= 48 && code <= 57;
  const pattern = digit || (code === MINUS && text[from + 1] !== 'I') ? NUMBER : WORD;
  pattern.lastIndex = from;
  if (!pattern.test(text)) throw new JsonSyntaxError(text, cutAt(text, from), 'a value');
  return pattern.lastIndex;
}

/** The end of the text where it breaks off inside a word or a number. */
function cutAt(text: string, from: number): number {
  const rest = text.slice(from, from + 10);
  const cut = ['true', 'false', 'null', '-'].some((word) => rest !== '' && word.startsWith(rest));
  return cut ? text.length : from;
}

/** The index behind the value at `from`, all of which is checked. */
export function valueEnd(text: string, from: number, depth = 0): number {
  const code = text.charCodeAt(from);
  if (code === QUOTE) return stringEnd(text, from);
  if (code !== OPEN_ARRAY && code !== OPEN_OBJECT) return scalarEnd(text, from);
  if (depth >= DEEPEST) throw new JsonSyntaxError(text, from, `at most ${DEEPEST} levels of nesting`);
  const close = code === OPEN_ARRAY ? CLOSE_ARRAY : CLOSE_OBJECT;
  return eachMember(text, from, close, (at) => valueEnd(text, at, depth + 1));
}

/**
 * Goes through the members of the array or object that opens at `from`; `visit` gets the index of a value and its key
 * (as the span of a string; from 0 to 0 in arrays), and returns the index behind the value. Returns the index behind all.
 */
export function eachMember(
  text: string,
  from: number,
  close: number,
  visit: (at: number, keyFrom: number, keyEnd: number) => number,
): number {
  let at = skipBlank(text, from + 1);
  if (text.charCodeAt(at) === close) return at + 1;
  for (;;) {
    let [keyFrom, keyEnd] = [0, 0];
    if (close === CLOSE_OBJECT) {
      if (text.charCodeAt(at) !== QUOTE) throw new JsonSyntaxError(text, at, 'a key in quotes');
      keyFrom = at;
      keyEnd = stringEnd(text, at);
      at = skipBlank(text, keyEnd);
      if (text.charCodeAt(at) !== COLON) throw new JsonSyntaxError(text, at, 'a colon');
      at = skipBlank(text, at + 1);
    }
    at = skipBlank(text, visit(at, keyFrom, keyEnd));
    const code = text.charCodeAt(at);
    if (code === close) return at + 1;
    if (code !== COMMA) throw new JsonSyntaxError(text, at, `a comma or ${String.fromCharCode(close)}`);
    at = skipBlank(text, at + 1);
  }
}

/** A value's text without the blanks between its parts. */
export function compact(text: string): string {
  if (!/\s/.test(text)) return text;
  const kept: string[] = [];
  for (let at = 0; at < text.length; ) {
    const start = skipBlank(text, at);
    at = start;
    while (at < text.length && !BLANK.has(text.charCodeAt(at))) {
      at = text.charCodeAt(at) === QUOTE ? stringEnd(text, at) : at + 1;
    }
    kept.push(text.slice(start, at));
  }
  return kept.join('');
}

/** Throws where anything but blanks stands at `end` or behind. */
export function expectEnd(text: string, end: number): void {
  const at = skipBlank(text, end);
  if (at < text.length) throw new JsonSyntaxError(text, at, 'nothing more behind the value');
}
