import { refuse } from './refuse.ts';
import { literalText, type Tree } from './tree.ts';

/** Functions that look for their second argument in the first: in the worst case the product of both lengths. */
const SEEK = new Set(
  `contains position instr strpos replace split_part string_split str_split split string_to_array ltrim rtrim
  trim translate`.split(/\s+/),
);
const REGULAR = /^(regexp_|string_split_regex$|str_split_regex$)/;
const PATTERNS = new Set(
  '~~ !~~ ~~* !~~* ~~~ like_escape not_like_escape ilike_escape not_ilike_escape'.split(' '),
);
const MOST_SOUGHT = 200;
const MOST_IN_PATTERN = 1000;
const MOST_IN_SUBJECT = 2000;
const MOST_COUNTED = 1000;

/**
 * Refuses a call whose time grows faster than its text, since it can't be stopped: what is looked for and patterns have
 * bounds. `widths` are the most characters of each argument.
 */
export function checkCost(name: string, children: readonly Tree[], widths: readonly number[]): void {
  const [subject = 0, sought = 0] = widths;
  if (SEEK.has(name) && sought > MOST_SOUGHT) refuse(`${name} looks for more than ${MOST_SOUGHT} characters`);
  if (!REGULAR.test(name) && !PATTERNS.has(name)) return;
  const pattern = children[1] && literalText(children[1]);
  if (pattern === undefined) refuse(`the pattern of ${name} has to be written down`);
  if (pattern.length > MOST_IN_PATTERN)
    refuse(`the pattern of ${name} has more than ${MOST_IN_PATTERN} characters`);
  if (subject > MOST_IN_SUBJECT) refuse(`${name} may look into ${MOST_IN_SUBJECT} characters at most`);
  if (REGULAR.test(name)) checkCounts(name, pattern);
  else checkWildcards(name, pattern);
}

/** A count behind a group multiplies those inside of it; all others add up. */
function checkCounts(name: string, pattern: string): void {
  const counts = [...pattern.matchAll(/(?<!\\[xpP])\{(?:\d+,)?(\d+),?\}/g)];
  const ofGroups = counts.filter(({ index }) => pattern[index - 1] === ')').map(([, n]) => Number(n));
  const ofOthers = counts.filter(({ index }) => pattern[index - 1] !== ')').map(([, n]) => Number(n));
  const inGroups = ofGroups.reduce((product, n) => product * Math.max(1, n), 1);
  if (inGroups * ofOthers.reduce((sum, n) => sum + n, 1) > MOST_COUNTED)
    refuse(`the counts in the pattern of ${name} give more than ${MOST_COUNTED} repetitions`);
}

/** DuckDB tries each place for each % again, unless LIKE has only % and plain text. */
function checkWildcards(name: string, pattern: string): void {
  if ((name === '~~' || name === '!~~') && !pattern.includes('_')) return;
  const runs = pattern.match(name === '~~~' ? /\*+/g : /%+/g)?.length ?? 0;
  if (runs > 2) refuse(`the pattern of ${name} holds more than two %; use contains or regexp_matches`);
}
