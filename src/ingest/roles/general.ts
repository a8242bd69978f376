import type { ColumnFacts } from './facts.ts';
import { isKey } from './facts.ts';
import type { GeneralRole, UniqueRole } from './roles-of-kinds.ts';
import { share } from './shapes.ts';
import { count, of, some } from './wording.ts';

/** A general role of a column, with its certainty in [0, 1] and why. */
export interface General {
  readonly role: GeneralRole;
  readonly certainty: number;
  readonly reason: string;
}

/** The general role that follows from a unique one. */
const FOLLOWS: Partial<Readonly<Record<UniqueRole, GeneralRole>>> = {
  run_id: 'identifier',
  depends_on: 'identifier',
  parent: 'identifier',
  chain: 'identifier',
  case: 'identifier',
  activity: 'category',
  module: 'category',
  resource: 'category',
  user: 'category',
  status: 'category',
  lifecycle: 'category',
  schedule: 'category',
  priority: 'category',
  parameters: 'text',
  duration: 'measure',
  attempts: 'measure',
};

/** The one general role of a column, or undefined where it has no value or none fits (a time of day). */
export function generalRole(
  facts: ColumnFacts,
  unique: UniqueRole | undefined,
  /** Its values are found in the key of the table, and point at rows close by. */
  pointer: boolean,
): General | undefined {
  if (facts.nonNull === 0) return undefined;
  if (facts.family === 'instant')
    return { role: 'timestamp', certainty: 1, reason: `its type is ${facts.column.type.kind}` };
  const follows = unique === undefined ? undefined : FOLLOWS[unique];
  if (follows !== undefined)
    return { role: follows, certainty: 0.95, reason: `follows from the role ${unique}` };
  if (pointer) return { role: 'identifier', certainty: 0.85, reason: 'its values point at other rows' };
  switch (facts.family) {
    case 'boolean':
      return { role: 'boolean', certainty: 1, reason: 'its type is boolean' };
    case 'number':
      return ofNumber(facts);
    case 'text':
      return ofText(facts);
    default:
      return undefined;
  }
}

function ofNumber(facts: ColumnFacts): General {
  const { name, min, max, distinct, nonNull, whole } = facts;
  const hints = name.hints;
  const range = `${some(distinct, 'value', 'values')} from ${count(min ?? 0)} to ${count(max ?? 0)}`;
  if (whole && min !== null && max !== null && min >= 0 && max <= 1 && distinct === 2) {
    return { role: 'boolean', certainty: hints.has('flag') ? 0.95 : 0.8, reason: 'only 0 and 1' };
  }
  if (hints.has('postal')) return { role: 'geo', certainty: 0.9, reason: header(facts) };
  if (isCoordinate(facts)) return { role: 'geo', certainty: 0.9, reason: `${header(facts)}; ${range}` };
  if (whole && isCode(facts))
    return { role: 'identifier', certainty: 0.95, reason: `${header(facts)}: an id or code, not a quantity` };
  if (whole && isAccount(facts))
    return { role: 'identifier', certainty: 0.85, reason: `${header(facts)}: a number of an account` };
  if (hasQuantityHints(facts)) {
    return { role: 'measure', certainty: 0.95, reason: header(facts) };
  }
  if (whole && hasLabelHints(facts))
    return { role: 'category', certainty: 0.85, reason: `${header(facts)}; ${range}` };
  if (whole && looksLikeKey(facts)) {
    return {
      role: 'identifier',
      certainty: 0.75,
      reason: `${of(distinct, nonNull)} values are distinct whole numbers`,
    };
  }
  if (whole && looksLikeCodes(facts)) {
    return {
      role: 'category',
      certainty: 0.65,
      reason: `${range} with gaps, each many times: codes, not quantities`,
    };
  }
  return { role: 'measure', certainty: whole ? 0.7 : 0.85, reason: `numbers: ${range}` };
}

function ofText(facts: ColumnFacts): General {
  const { name, shapes, distinct, nonNull } = facts;
  const hints = name.hints;
  const values = some(distinct, 'value', 'values');
  if (share(shapes, 'currency') >= 0.95 && (hints.has('currency') || distinct >= 2)) {
    return {
      role: 'currency',
      certainty: hints.has('currency') ? 0.98 : 0.85,
      reason: `${of(shapes.counts.currency, shapes.values)} looked-at values are codes of currencies`,
    };
  }
  if (share(shapes, 'truth') >= 0.99 && distinct === 2) {
    return { role: 'boolean', certainty: 0.9, reason: 'two values that mean yes and no' };
  }
  if (hints.has('geo') || hints.has('postal')) return { role: 'geo', certainty: 0.9, reason: header(facts) };
  if (share(shapes, 'country') >= 0.98 && distinct >= 3 && !hints.has('status') && !hints.has('user')) {
    return {
      role: 'geo',
      certainty: 0.7,
      reason: `${of(shapes.counts.country, shapes.values)} looked-at values are countries`,
    };
  }
  const spaced = share(shapes, 'spaced');
  const prose = spaced >= 0.5 || hints.has('prose');
  if (isCode(facts) && !prose)
    return { role: 'identifier', certainty: 0.9, reason: `${header(facts)}; ${values}` };
  if (repeats(facts) && !hints.has('prose')) {
    return { role: 'category', certainty: 0.85, reason: `${values} in ${some(nonNull, 'row', 'rows')}` };
  }
  if (prose)
    return {
      role: 'text',
      certainty: 0.85,
      reason: `${values}, ${of(shapes.counts.spaced, shapes.values)} looked-at values have several words`,
    };
  if (isBrokenQuantity(facts))
    return {
      role: 'text',
      certainty: 0.75,
      reason: `${of(shapes.counts.fraction + shapes.counts.digits, shapes.values)} looked-at values are numbers, the others none: neither names nor quantities`,
    };
  if (distinct * 2 > nonNull)
    return {
      role: 'identifier',
      certainty: 0.7,
      reason: `${of(distinct, nonNull)} values are distinct single words`,
    };
  return { role: 'category', certainty: 0.6, reason: `${values} in ${some(nonNull, 'row', 'rows')}` };
}

function hasQuantityHints({ name: { hints } }: ColumnFacts): boolean {
  return (['amount', 'count', 'duration', 'reading', 'wait'] as const).some((hint) => hints.has(hint));
}

/** Texts most of which are quantities: they have a fraction, or the header says so. */
function isBrokenQuantity(facts: ColumnFacts): boolean {
  const fractions = share(facts.shapes, 'fraction');
  return fractions >= 0.5 || (hasQuantityHints(facts) && fractions + share(facts.shapes, 'digits') >= 0.5);
}

function header(facts: ColumnFacts): string {
  return `the header "${facts.name.header}" speaks for it`;
}

function isCode(facts: ColumnFacts): boolean {
  const hints = facts.name.hints;
  const reference = hints.has('depends') || hints.has('parent') || hints.has('chain');
  return (
    (hints.has('id') && !hints.has('count') && !hints.has('amount')) || (reference && !hints.has('count'))
  );
}

const ACCOUNTS = new Set(['center', 'centre', 'account', 'ledger', 'kostenstelle', 'konto']);

/** Whole numbers that repeat and are not negative, under a header that ends in a word for an account (`cost_center`). */
function isAccount({ name, min, distinct, nonNull }: ColumnFacts): boolean {
  return ACCOUNTS.has(name.words.at(-1) ?? '') && (min ?? -1) >= 0 && distinct < nonNull;
}

function hasLabelHints(facts: ColumnFacts): boolean {
  const hints = facts.name.hints;
  return (
    [
      'label',
      'kind',
      'status',
      'priority',
      'work',
      'activity',
      'module',
      'calendar',
      'geo',
      'schedule',
      'user',
      'host',
      'lifecycle',
    ] as const
  ).some((hint) => hints.has(hint));
}

/**
 * Whole numbers that never repeat although they could: n numbers drawn from a range narrower than n²/20 would repeat
 * (the birthday problem), so somebody hands them out one by one. Numbers like 610001 (many digits, as many in every
 * row) need no such proof if they lie close together or grow from row to row.
 */
function looksLikeKey(facts: ColumnFacts): boolean {
  const { min, max, rows } = facts;
  if (min === null || max === null || min < 0 || rows < 3 || !isKey(facts)) return false;
  if (rows >= 10 && max - min < (rows * rows) / 20) return true;
  const alike = min >= LONG && String(min).length === String(max).length;
  return alike && (max - min < min / 20 || grows(facts));
}

const LONG = 10_000;

function grows(facts: ColumnFacts): boolean {
  return facts.sample.every((cell, i) => i === 0 || Number(cell) > Number(facts.sample[i - 1]));
}

/** Few whole numbers, each many times, with gaps between them or far from zero. */
function looksLikeCodes(facts: ColumnFacts): boolean {
  const { min, max, distinct, nonNull } = facts;
  if (min === null || max === null || min < 10 || distinct < 2) return false;
  if (distinct * 20 > nonNull || distinct > 500) return false;
  const gaps = distinct * 2 < max - min + 1 && max - min >= 20;
  return gaps || min >= 20 * (max - min);
}

function isCoordinate(facts: ColumnFacts): boolean {
  const words = facts.name.words;
  const latitude = words.some((word) => word === 'lat' || word === 'latitude');
  const longitude = words.some((word) => ['lon', 'lng', 'long', 'longitude'].includes(word));
  const within = (limit: number) => (facts.min ?? 0) >= -limit && (facts.max ?? 0) <= limit;
  return (latitude && within(90)) || (longitude && within(180));
}

function repeats(facts: ColumnFacts): boolean {
  if (facts.nonNull < 20) return facts.distinct < facts.nonNull || facts.nonNull < 3;
  return facts.distinct * 10 <= facts.nonNull * (facts.distinct <= 50 ? 8 : 2);
}
