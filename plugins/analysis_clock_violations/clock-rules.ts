/** An hour by the wall clock, in microseconds since 1970 as if it were UTC: from here, for an hour. */
type Hour = number;

/** What a rule does to the wall clock: hours that are skipped in spring, and hours that it passes twice in autumn. */
export interface ClockChanges {
  readonly skipped: readonly Hour[];
  readonly doubled: readonly Hour[];
}

export const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;

/** Since 2007 in the USA and Canada, since 1996 in the European Union. */
const RULES = {
  us: { spring: { month: 2, sunday: 2, hour: 2 }, autumn: { month: 10, sunday: 1, hour: 1 } },
  central_europe: { spring: { month: 2, sunday: -1, hour: 2 }, autumn: { month: 9, sunday: -1, hour: 2 } },
  uk: { spring: { month: 2, sunday: -1, hour: 1 }, autumn: { month: 9, sunday: -1, hour: 1 } },
} as const;

export type Rule = keyof typeof RULES;

/** Whose clocks a rule is, in words. */
export const RULE_WORDS: Readonly<Record<Rule, string>> = {
  us: 'the USA and Canada',
  central_europe: 'Central Europe',
  uk: 'the United Kingdom',
};

export const ALL_RULES: readonly Rule[] = ['us', 'central_europe', 'uk'];

/** The changes of a rule in the years from one to another. */
export function changesOf(rule: Rule, from: number, to: number): ClockChanges {
  const years = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const { spring, autumn } = RULES[rule];
  return {
    skipped: years.map((year) => hourOf(year, spring)),
    doubled: years.map((year) => hourOf(year, autumn)),
  };
}

function hourOf(
  year: number,
  { month, sunday, hour }: { month: number; sunday: number; hour: number },
): Hour {
  const day = sunday > 0 ? nthSunday(year, month, sunday) : nthSunday(year, month + 1, 1) - 7 * DAY;
  return day + hour * HOUR;
}

/** Midnight of the n-th Sunday of a month, counted from 0. */
function nthSunday(year: number, month: number, n: number): number {
  const first = Date.UTC(year, month, 1) * 1000;
  const weekday = new Date(first / 1000).getUTCDay();
  return first + (((7 - weekday) % 7) + 7 * (n - 1)) * DAY;
}
