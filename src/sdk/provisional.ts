import type { RawFact } from '../contract/index.ts';
import type { ProvisionalContext } from './context.ts';
import type { FactField, FactInput } from './inputs.ts';
import { type StartDocument, tableOf } from './make-context.ts';
import type { Plugin } from './plugin.ts';
import { type Members, refuseMembers, TEXT } from './refuse-members.ts';

/** A plugin may say so many provisional facts at a time. */
const MOST_FACTS = 5;
const LONGEST_FACT = 500;
const MOST_FIELDS = 20;

/** Taken before a plugin is loaded. */
const copy = structuredClone;

/** What a plugin said of the rows so far, and what went wrong with it, if anything did. */
export interface SaidSoFar {
  readonly facts: readonly RawFact[];
  readonly problem: string | null;
}

/**
 * Asks a plugin what it can say of the states merged so far. It gets a copy, and an error of it is only told: whatever it
 * does here, the result stays what it would be.
 */
export function saidSoFar(
  provisional: NonNullable<Plugin['provisional']>,
  state: unknown,
  start: StartDocument,
): SaidSoFar {
  const facts: RawFact[] = [];
  const context: ProvisionalContext = {
    ...tableOf(start),
    fact: (input) => {
      if (facts.length === MOST_FACTS) throw new RangeError(`more than ${MOST_FACTS} provisional facts`);
      facts.push(rawFact(input));
    },
  };
  try {
    provisional(copy(state), context);
    return { facts, problem: null };
  } catch (error) {
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { facts: [], problem: problem.toWellFormed().slice(0, LONGEST_FACT) };
  }
}

const FACT: Members<FactInput> = {
  statement: { ...TEXT, what: `text of at most ${LONGEST_FACT} characters`, fits: isShort },
  fields: {
    what: `an object of at most ${MOST_FIELDS} fields, named with small letters, digits and _`,
    fits: (value) => typeof value === 'object' && value !== null && areNamed(Object.keys(value)),
  },
};

function isShort(value: unknown): boolean {
  return typeof value === 'string' && value.length <= LONGEST_FACT;
}

function areNamed(names: readonly string[]): boolean {
  return names.length <= MOST_FIELDS && names.every((name) => /^[a-z][a-z0-9_]{0,99}$/.test(name));
}

/** Made anew, member by member: what is sent holds nothing else, whatever the plugin gave. */
function rawFact(input: FactInput): RawFact {
  refuseMembers('ctx.fact', input, FACT);
  const fields = Object.entries(input.fields).map(([name, field]) => [name, rawField(name, field)] as const);
  return { statement: input.statement.toWellFormed(), fields: Object.fromEntries(fields) };
}

function rawField(name: string, field: FactField): RawFact['fields'][string] {
  const text = (value: unknown): string => String(value).toWellFormed().slice(0, LONGEST_FACT);
  if ('column_name' in field) return { column_name: text(field.column_name) };
  const { value, unit } = field;
  const isNumber = typeof value === 'number' ? Number.isFinite(value) : /^-?\d+(\.\d+)?$/.test(String(value));
  if (!isNumber) throw new TypeError(`ctx.fact: the field "${name}" is no finite number: ${text(value)}`);
  return {
    value: typeof value === 'number' ? value : text(value),
    ...(unit !== undefined && { unit: text(unit) }),
  };
}
