import { isUtf8 } from 'node:buffer';

/** A place where a part of a workbook breaks the rules of XML, or a limit that no workbook has a reason to pass. */
export class XmlError extends Error {}

/** What a stretch of text holds besides plain ASCII; `raw`: no references, it comes from a CDATA section. */
export const TEXT_FORM = { reference: 1, underscore: 2, return: 4, wide: 8, raw: 16 } as const;

const ANY = TEXT_FORM.reference | TEXT_FORM.return | TEXT_FORM.wide;
const PREDEFINED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The text of a stretch of XML: UTF-8, line ends made LF, references resolved. Throws `XmlError`. */
export function textOf(bytes: Buffer, start: number, end: number, form: number = ANY): string {
  if ((form & ~TEXT_FORM.underscore) === 0) return bytes.toString('latin1', start, end);
  if ((form & TEXT_FORM.wide) !== 0 && !isUtf8(bytes.subarray(start, end))) {
    throw new XmlError('a text is not UTF-8');
  }
  let text = bytes.toString('utf8', start, end);
  if ((form & (TEXT_FORM.return | TEXT_FORM.raw)) !== 0) text = text.replace(/\r\n?/g, '\n');
  return (form & TEXT_FORM.reference) === 0 ? text : text.replace(/&([^;&]{0,32};?)/g, resolve);
}

function resolve(whole: string, reference: string): string {
  const name = reference.endsWith(';') ? reference.slice(0, -1) : '';
  const predefined = Object.hasOwn(PREDEFINED, name) ? PREDEFINED[name] : undefined;
  if (predefined !== undefined) return predefined;
  const number = /^#(?:x([\da-fA-F]+)|(\d+))$/.exec(name);
  const code = number === null ? 0 : Number.parseInt(number[1] ?? number[2] ?? '', number[1] ? 16 : 10);
  if (code > 0 && code <= 0x10ffff) return String.fromCodePoint(code);
  throw new XmlError(`the reference ${whole.slice(0, 12)} means nothing`);
}
