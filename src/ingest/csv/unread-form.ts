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

const PATTERNS: readonly (readonly [UnreadForm, RegExp])[] = [
  ['zeros', /^0\d+(?:\.\d*)?$/],
  ['currency', new RegExp(String.raw`^${SIGN}\s?${MONEY}\s?${SIGN}${NUMBER}$`, 'u')],
  ['currency', new RegExp(String.raw`^${SIGN}${NUMBER}\s?${MONEY}$`, 'u')],
  ['percent', new RegExp(String.raw`^${SIGN}${NUMBER}\s?[%‰]$`, 'u')],
  [
    'negative',
    new RegExp(String.raw`^\(\s?${MONEY}?\s?${NUMBER}\s?${MONEY}?\s?\)$|^${NUMBER}-$|^−${NUMBER}$`, 'u'),
  ],
  ['spaced', /^[-+]?\d{1,3}(?:['’ \u00a0\u202f]\d{3})+(?:[.,]\d+)?$/],
  [
    'unit',
    new RegExp(
      String.raw`^${SIGN}${NUMBER}\s?(?!(?:st|nd|rd|th|am|pm)$)[a-zµμ°Ω]{1,5}[²³]?(?:/[a-z]{1,3})?$`,
      'iu',
    ),
  ],
  ['date', /^(?:\d{1,2}[-/. ]){2}\d{2}(?:[ ,T].*)?$|^\d{4}[/.]\d{1,2}[/.]\d{1,2}(?:[ T].*)?$/],
  ['date', /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}/],
  ['date', new RegExp(String.raw`^\d{1,2}[-/. ]{1,2}${MONTH}[-/., ]{1,2}\d{2,4}(?:[ T].*)?$`, 'i')],
];

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
  const form = PATTERNS.find(([, pattern]) => pattern.test(text))?.[0];
  if (form === undefined) return undefined;
  return { form, kind: form === 'zeros' ? zerosKind(text) : 0 };
}

/** Whether a first byte can begin one of the forms: most texts end here. */
function mayBegin(bytes: Buffer, start: number, end: number): boolean {
  const byte = bytes[start] ?? 0;
  if (byte >= 0x80) return byte === 0xc2 || byte === 0xe2;
  if (byte < 65) return ' $(+-'.includes(String.fromCharCode(byte)) || (byte >= 48 && byte <= 57);
  const fourth = bytes[start + 3] ?? 0;
  return byte <= 90 && end - start > 3 && (fourth === SPACE || (fourth >= 48 && fourth <= 57));
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
