import { nameScore } from './names.ts';
import type { UniqueRole } from './roles-of-kinds.ts';
import type { Name } from './words.ts';

/** What a header says about a role: for it, in [0, 1], and against it, as a factor. */
export interface HeaderSays {
  readonly name: number;
  readonly gate: number;
  readonly reason: string | undefined;
}

const OPAQUE = /^(c|col|column|f|field|v|var|x|attr|attribute|unnamed)?[^\p{L}\d]*\d*[^\p{L}\d]*$/iu;

/** Roles of times, against which a word for a time says nothing. */
const TIMED: ReadonlySet<UniqueRole> = new Set(['queued_at', 'eligible_at', 'started_at', 'ended_at']);

/**
 * A header speaks for a role; or it says nothing (`C7`); or it has words that mean something else, and then the
 * values have to be strong to bind the column all the same.
 */
export function headerSays(name: Name, role: UniqueRole): HeaderSays {
  const score = nameScore(name, role);
  if (score > 0) return { name: score, gate: 1, reason: `the header "${name.header}" speaks for it` };
  if (OPAQUE.test(name.header)) return { name: 0, gate: 1, reason: undefined };
  const timeOnly = TIMED.has(role) && [...name.hints].every((hint) => hint === 'time');
  if ((name.hints.size === 0 || timeOnly) && !name.header.includes(':'))
    return { name: 0, gate: 0.85, reason: undefined };
  return { name: 0, gate: 0.6, reason: `the header "${name.header}" does not speak for it` };
}

/** No word of the header means anything but that it is a time: `C7`, `Data 3`, `TS_2`, a word not known. */
export function saysNothing(name: Name): boolean {
  if (OPAQUE.test(name.header)) return true;
  return [...name.hints].every((hint) => hint === 'time') && !name.header.includes(':');
}
