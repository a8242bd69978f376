import {
  type Coverage,
  type Finding,
  type OutcomeStatus,
  type Report,
  sampleText,
} from '../contract/index.ts';
import { formatNumber, formatShare } from './format-value.ts';

/** `1 row`, `12 rows`. */
export function count(n: number, one: string, many: string): string {
  return `${formatNumber(n)} ${n === 1 ? one : many}`;
}

/** Names of statistics that have a symbol or a proper name. */
const SYMBOLS: Readonly<Record<string, string>> = {
  adjusted_r_squared: 'adjusted R²',
  adjusted_r_squared_percent: 'adjusted R² in per cent',
  r_squared: 'R²',
  r_squared_percent: 'R² in per cent',
  cramers_v: 'Cramér’s V',
  spearman_rho: 'rank correlation (Spearman’s ρ)',
  probability_of_superiority_percent: 'probability of superiority in per cent',
};

/** Words of names that belong together, as plugins write them in sentences. */
const HYPHENATED = ['over_threshold', 'pre_eligible', 'lag_one', 'non_null'];

/** A name such as `over_threshold_wait` for readers: `over-threshold wait`. */
export function plainName(name: string): string {
  const known = SYMBOLS[name];
  if (known !== undefined) return known;
  const joined = HYPHENATED.reduce((text, words) => text.replaceAll(words, words.replace('_', '-')), name);
  return joined.replaceAll('_', ' ');
}

/** The name of an estimate; its unit is not said twice. */
export function estimateName({ name, unit }: { readonly name: string; readonly unit?: string }): string {
  const plain = plainName(name);
  return unit === '%' ? plain.replace(/ in per cent$/, '') : plain;
}

const NUMBER_GOES_ON_BEFORE = /[\d.,\u202f\u2212-]$/;
const NUMBER_GOES_ON_AFTER = /^(?:\u202f?\d|[.,]\d|\p{L}|\u202f[\p{L}%]| \d+\u202f(?:min|s)\b)/u;

/** True where a sentence already holds a number as it is shown, and not as a part of a longer one. */
export function holdsNumber(sentence: string, shown: string): boolean {
  if (shown === '') return false;
  for (let at = sentence.indexOf(shown); at >= 0; at = sentence.indexOf(shown, at + 1)) {
    const before = sentence.slice(0, at);
    const after = sentence.slice(at + shown.length);
    if (!NUMBER_GOES_ON_BEFORE.test(before) && !NUMBER_GOES_ON_AFTER.test(after)) return true;
  }
  return false;
}

/** A raw text inside a sentence, cut where it is very long. */
export function quoted(text: string): string {
  return `“${clipped(text, 80)}”`;
}

/** A text of at most `limit` code units; what was cut is said. */
export function clipped(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = isHighSurrogate(text.charCodeAt(limit - 1)) ? limit - 1 : limit;
  return `${text.slice(0, end)}… (${formatNumber(text.length)} characters, whole in report.json)`;
}

/** The type of a column in words. */
export function typeWords(type: Report['dataset']['columns'][number]['type']): string {
  switch (type.kind) {
    case 'integer':
      return 'whole number';
    case 'decimal':
      return type.scale === 0 ? 'large whole number' : `decimal, ${count(type.scale, 'place', 'places')}`;
    case 'double':
      return 'number (floating point)';
    case 'boolean':
      return 'yes or no';
    case 'date':
      return 'date';
    case 'time':
      return 'time of day';
    case 'timestamp':
      return 'date and time, no zone';
    case 'timestamptz':
      return 'date and time, UTC';
    case 'text':
      return 'text';
  }
}

/** FULL or SAMPLED, with the numbers. */
export function coverageWords(coverage: Coverage): { readonly badge: string; readonly long: string } {
  if (coverage.kind === 'FULL') {
    return {
      badge: 'FULL',
      long: `All ${count(coverage.of_rows, 'row', 'rows')} were looked at.${unread(coverage)}`,
    };
  }
  return {
    badge: `SAMPLED, ${formatShare(coverage.fraction)}`,
    long:
      `Not the whole: a sample of ${formatNumber(coverage.rows)} of ${count(coverage.of_rows, 'row', 'rows')} was looked at ` +
      `(${sampleText(coverage)}).`,
  };
}

/** How a reader gets the rows of a sample again. */
export const DRAWN_AGAIN =
  'the condition in the statement draws the very rows that were looked at, and every query then runs over them.';

function unread({ rejected_rows: records }: Coverage): string {
  if (records === 0) return '';
  return ` ${count(records, 'record', 'records')} of the file could not be read as ${records === 1 ? 'a row' : 'rows'}: see “Data quality”.`;
}

/** What a status means to a reader. */
export function statusWords(status: OutcomeStatus): string {
  const words: Readonly<Record<OutcomeStatus, string>> = {
    ok: 'done',
    not_applicable: 'does not apply to this table',
    failed: 'failed',
    timed_out: 'ran out of time',
    out_of_memory: 'ran out of memory',
    limit_exceeded: 'went over a limit',
    denied: 'not allowed to run',
    invalid_output: 'gave invalid output',
    upstream_failed: 'a plugin it needs has no result',
    cancelled: 'cancelled',
  };
  return words[status];
}

/** Row numbers as ranges: `3, 5–9`. */
export function rowRanges(rows: readonly number[]): string {
  const sorted = [...new Set(rows)].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const row of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && row === last[1] + 1) last[1] = row;
    else ranges.push([row, row]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** The rank score and its parts, as one sentence. */
export function scoreText(finding: Finding): string {
  const { value, parts } = finding.score;
  const n = (share: number) => formatNumber(Number(share.toPrecision(3)));
  return `Rank score ${n(value)} = evidence ${n(parts.evidence)} × effect ${n(parts.effect)} × reach ${n(parts.reach)} × can be acted on ${n(parts.actionability)}.`;
}
