import { cellKind, KIND, newCellFacts } from './cell-kind.ts';

/**
 * Texts that people would call numbers or dates, written in ways that are not read as such. What each means, as words
 * behind "cells": they go into notes.
 */
export const UNREAD_FORMS = {
  blanks: 'with blanks around',
  zeros: 'with zeros in front',
  currency: 'with a currency sign',
  percent: 'with a percent sign',
  unit: 'with a unit behind',
  negative: 'with parentheses or a sign behind for a minus',
  spaced: 'with blanks or apostrophes between thousands',
  date_blanks: 'with blanks around',
  date: 'not written as 2025-01-31',
} as const;

export type UnreadForm = keyof typeof UNREAD_FORMS;

const NUMBER = String.raw`(?:\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+|\d+)(?:[.,]\d+)?`;
const MONEY = String.raw`(?:\p{Sc}|(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|CNY|INR|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|SGD|HKD)\b)`;
const SIGN = '[-+−]?';
const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*';

type Edge = 'digit' | 'letter' | 'other';

interface Pattern {
  readonly form: UnreadForm;
  /** What its texts may begin and end with: most patterns need not be tried on most texts. */
  readonly begins: readonly Edge[];
  readonly ends: readonly Edge[];
  readonly pattern: RegExp;
}

const ANY = ['digit', 'letter', 'other'] as const;

function pattern(form: UnreadForm, begins: readonly Edge[], ends: readonly Edge[], source: string): Pattern {
  return { form, begins, ends, pattern: new RegExp(`^(?:${source})$`, 'iu') };
}

const PATTERNS: readonly Pattern[] = [
  pattern('zeros', ['digit'], ['digit', 'other'], String.raw`0\d+(?:\.\d*)?`),
  pattern('currency', ['letter', 'other'], ['digit'], String.raw`${SIGN}\s?${MONEY}\s?${SIGN}${NUMBER}`),
  pattern('currency', ['digit', 'other'], ['letter', 'other'], String.raw`${SIGN}${NUMBER}\s?${MONEY}`),
  pattern('percent', ['digit', 'other'], ['other'], String.raw`${SIGN}${NUMBER}\s?[%‰]`),
  pattern('negative', ['other'], ['other'], String.raw`\(\s?(?:${MONEY}\s?)?${NUMBER}(?:\s?${MONEY})?\s?\)`),
  pattern('negative', ['digit'], ['other'], `${NUMBER}-`),
  pattern('negative', ['other'], ['digit'], `−${NUMBER}`),
  pattern(
    'spaced',
    ['digit', 'other'],
    ['digit'],
    String.raw`[-+]?\d{1,3}(?:['’ \u00a0\u202f]\d{3})+(?:[.,]\d+)?`,
  ),
  pattern(
    'unit',
    ['digit', 'other'],
    ['letter', 'other'],
    String.raw`${SIGN}${NUMBER}\s?(?!(?:st|nd|rd|th|am|pm)$)[a-zµμ°Ω]{1,5}[²³]?(?:/[a-z]{1,3})?`,
  ),
  pattern('date', ['digit'], ['digit', 'letter'], String.raw`(?:\d{1,2}[-/. ]){2}\d{2}(?:[ ,T].*)?`),
  pattern('date', ['digit'], ['digit', 'letter'], String.raw`\d{4}[/.]\d{1,2}[/.]\d{1,2}(?:[ T].*)?`),
  pattern('date', ['digit'], ['digit', 'letter'], String.raw`\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}.*`),
  pattern(
    'date',
    ['digit'],
    ['digit', 'letter'],
    String.raw`\d{1,2}[-/. ]{1,2}${MONTH}[-/., ]{1,2}\d{2,4}(?:[ T].*)?`,
  ),
];

const byEdges = new Map(
  ANY.flatMap((first) =>
    ANY.map((last): [string, readonly Pattern[]] => [
      first + last,
      PATTERNS.filter(({ begins, ends }) => begins.includes(first) && ends.includes(last)),
    ]),
  ),
);

function edge(byte: number | undefined): Edge {
  if (byte === undefined) return 'other';
  if (byte >= 48 && byte <= 57) return 'digit';
  const lower = byte | 32;
  return lower >= 97 && lower <= 122 ? 'letter' : 'other';
}

const LONGEST = 40;
const SPACE = 32;
const DATES = KIND.date | KIND.timestamp | KIND.zoned | KIND.day_month | KIND.day_month_time;
const NUMBERS = KIND.integer | KIND.decimal | KIND.scientific;
const facts = newCellFacts();

/** The form of a cell whose kind is text, and the kind a forced type would find in it (0 for none). */
export function unreadForm(
  bytes: Buffer,
  start: number,
  end: number,
): { readonly form: UnreadForm; readonly kind: number } | undefined {
  if (end - start > LONGEST || !mayBegin(bytes, start, end)) return undefined;
  if (bytes[start] === SPACE || bytes[end - 1] === SPACE) return betweenBlanks(bytes, start, end);
  const text = bytes.toString('utf8', start, end);
  const fitting = byEdges.get(edge(bytes[start]) + edge(bytes[end - 1])) ?? [];
  const form = fitting.find((one) => one.pattern.test(text))?.form;
  if (form === undefined) return undefined;
  return { form, kind: form === 'zeros' ? zerosKind(text) : 0 };
}

/** Whether a first byte can begin one of the forms: most texts end here. */
function mayBegin(bytes: Buffer, start: number, end: number): boolean {
  const byte = bytes[start] ?? 0;
  if (byte >= 0x80) return byte === 0xc2 || byte === 0xe2;
  if (byte < 65) return ' $(+-'.includes(String.fromCharCode(byte)) || (byte >= 48 && byte <= 57);
  if (
    byte > 90 ||
    end - start < 4 ||
    edge(bytes[start + 1]) !== 'letter' ||
    edge(bytes[start + 2]) !== 'letter'
  )
    return false;
  return bytes[start + 3] === SPACE || edge(bytes[start + 3]) === 'digit';
}

function betweenBlanks(bytes: Buffer, start: number, end: number) {
  let from = start;
  let to = end;
  while (from < to && bytes[from] === SPACE) from++;
  while (to > from && bytes[to - 1] === SPACE) to--;
  if (from === to) return undefined;
  const kind = cellKind(bytes, from, to, facts);
  if ((kind & NUMBERS) !== 0) return { form: 'blanks', kind } as const;
  return (kind & DATES) !== 0 ? ({ form: 'date_blanks', kind } as const) : undefined;
}

function zerosKind(text: string): number {
  return text.includes('.') ? KIND.decimal : KIND.integer;
}
