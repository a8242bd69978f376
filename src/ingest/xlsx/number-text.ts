const SURE_DIGITS = 15;
const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const POINT = 46;

/**
 * True where bytes spell a number in the one shortest way already: no more than 15 digits (which every double tells
 * apart), no exponent, no needless zero. Most cells do.
 */
export function isShortest(bytes: Buffer, start: number, end: number): boolean {
  let at = bytes[start] === MINUS ? start + 1 : start;
  const first = at;
  let point = -1;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= ZERO && byte <= NINE) continue;
    if (byte !== POINT || point !== -1) return false;
    point = at;
  }
  const digits = end - first - (point === -1 ? 0 : 1);
  if (digits > SURE_DIGITS || digits === 0) return false;
  const whole = (point === -1 ? end : point) - first;
  if (whole === 0 || (bytes[first] === ZERO && whole > 1)) return false;
  if (point === -1) return first === start || bytes[first] !== ZERO;
  return (
    point < end - 1 &&
    bytes[end - 1] !== ZERO &&
    (whole > 1 || bytes[first] !== ZERO || notTiny(bytes, point))
  );
}

/** Shortest texts below 0.000001 have an exponent. */
function notTiny(bytes: Buffer, point: number): boolean {
  for (let at = point + 1; at <= point + 6; at++) if (bytes[at] !== ZERO) return true;
  return false;
}

/** The value of bytes that pass `isShortest`: an integer below 2^53 over a power of ten below 10^22, so rounded once. */
export function shortestValue(bytes: Buffer, start: number, end: number): number {
  const negative = bytes[start] === MINUS;
  let whole = 0;
  let divisor = 0;
  for (let at = negative ? start + 1 : start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === POINT) divisor = 1;
    else {
      whole = whole * 10 + byte - ZERO;
      divisor *= 10;
    }
  }
  const value = divisor === 0 ? whole : whole / divisor;
  return negative ? -value : value;
}

/** The value of up to 15 digits; -1 for anything else. */
export function wholeNumber(bytes: Buffer, start: number, end: number): number {
  if (start === end || end - start > SURE_DIGITS) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** A number as text, and whether it is a whole number beyond 2^53, where doubles leave gaps. */
export interface NumberText {
  readonly text: string;
  readonly beyondDoubles: boolean;
}

/**
 * The shortest text that names the double which this text stands for (1.1000000000000001 is 1.1). A whole number that is
 * written out beyond 2^53 keeps its digits: no program that thinks in doubles wrote it. What is no number stays as it is.
 */
export function numberText(written: string): NumberText {
  const value = Number(written);
  if (written.trim() === '' || !Number.isFinite(value)) return { text: written, beyondDoubles: false };
  const beyondDoubles = Math.abs(value) > Number.MAX_SAFE_INTEGER && Number.isInteger(value);
  if (beyondDoubles && /^-?[1-9]\d{15,37}$/.test(written)) return { text: written, beyondDoubles };
  return { text: value === 0 ? '0' : String(value), beyondDoubles: beyondDoubles && Math.abs(value) < 1e21 };
}
