import type { Comparison, FieldCondition, IssueCondition } from '../../../contract/index.ts';

/** Words for a comparison. */
const COMPARISON_WORDS: Readonly<Record<string, Comparison>> = {
  'more than': '>',
  'longer than': '>',
  'greater than': '>',
  over: '>',
  above: '>',
  'at least': '>=',
  'less than': '<',
  'shorter than': '<',
  under: '<',
  below: '<',
  'at most': '<=',
  'up to': '<=',
  exactly: '=',
  is: '=',
  contains: 'contains',
  '>=': '>=',
  '<=': '<=',
  '!=': '!=',
  '>': '>',
  '<': '<',
  '=': '=',
};

/** Words for a unit, by the unit that findings use. */
const UNIT_WORDS: Readonly<Record<string, string>> = {
  seconds: 's',
  second: 's',
  s: 's',
  minutes: 'min',
  minute: 'min',
  min: 'min',
  hours: 'h',
  hour: 'h',
  h: 'h',
  days: 'd',
  day: 'd',
  d: 'd',
};

const anyOf = (words: readonly string[]): string =>
  words
    .toSorted((a, b) => b.length - a.length)
    .map((word) => word.replaceAll(' ', '\\s+'))
    .join('|');

export const NUMBER = '\\d+(?:\\.\\d+)?';
export const COMPARISON = anyOf(Object.keys(COMPARISON_WORDS));
export const TIME_UNIT = anyOf(Object.keys(UNIT_WORDS));
export const PERCENT_UNIT = '%|per\\s+cent|percent';
/** How many findings: a number of them, or none. */
export const COUNT = 'no|at\\s+least\\s+\\d+|at\\s+most\\s+\\d+|exactly\\s+\\d+|\\d+\\s+to\\s+\\d+|\\d+';

/** A quantity with a unit: `more than 20 hours`, `between 1 and 2 h`, `5 minutes`. */
export function quantity(unit: string): string {
  return `(?:between\\s+(?<low>${NUMBER})\\s+and\\s+|(?<compare>${COMPARISON})\\s*)?(?<number>${NUMBER})\\s*(?<unit>${unit})`;
}

type Groups = Readonly<Record<string, string | undefined>>;

/** What a quantity asks of a field. Without a word of comparison it is `bare`. */
export function quantityOf(field: string, groups: Groups, bare: Comparison): FieldCondition[] {
  const unit = unitOf(groups['unit'] ?? '');
  const condition = (is: Comparison, number: string | undefined): FieldCondition => ({
    ...{ field, is, value: Number(number) },
    ...(unit !== undefined && { unit }),
  });
  if (groups['low'] !== undefined) return [condition('>=', groups['low']), condition('<=', groups['number'])];
  return [condition(comparisonOf(groups['compare']) ?? bare, groups['number'])];
}

export function comparisonOf(words: string | undefined): Comparison | undefined {
  return words === undefined ? undefined : COMPARISON_WORDS[words.trim().toLowerCase().replace(/\s+/g, ' ')];
}

/** A unit as findings write it; what is no word for one is taken as it is. */
export function unitOf(words: string): string | undefined {
  const word = words.trim().toLowerCase().replace(/\s+/g, ' ');
  if (word === '') return undefined;
  return ['%', 'per cent', 'percent'].includes(word) ? '%' : (UNIT_WORDS[word] ?? words.trim());
}

/** `at least 2`, `no`, `2 to 5`; nothing: at least one. */
export function countOf(words: string | undefined): IssueCondition['count'] {
  const text = words?.trim().toLowerCase().replace(/\s+/g, ' ') ?? '';
  const [first = 1, second = first] = (text.match(/\d+/g) ?? []).map(Number);
  if (text === 'no') return { max: 0 };
  if (text === '' || text.startsWith('at least')) return { min: first };
  if (text.startsWith('at most')) return { max: first };
  return { min: first, max: second };
}
