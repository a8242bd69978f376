import { fieldsOf, type QueryHandle } from '../../src/sdk/index.ts';
import { ALL_RULES, type ClockChanges, changesOf, HOUR, RULE_WORDS, type Rule } from './clock-rules.ts';
import { faultRanking, rowsWhere, type Study, timesOf } from './study.ts';

const WEEK = 7 * 24 * HOUR;
/** A log of more years than that is no log, or its years are wrong. */
const MOST_YEARS = 30;
/** Times that an hour would have held, and those that its neighbours hold, from which on its being empty says something. */
const FEWEST_EXPECTED = 20;
const FEWEST_BESIDE = 5;
/** Up to this share of what would be expected, the skipped hour is as good as empty. */
const AS_GOOD_AS_EMPTY = 0.1;

/** An hour that is passed twice holds so many times what the same hour a week before and after does, and its neighbours do not. */
const TWICE_AS_FULL = 1.5;
/** … and more than chance makes of it: standard errors of a count against the mean of two. */
const BEYOND_CHANCE = 3;

/**
 * Times without a zone that follow a clock that changes: those in the hour that it skips can't be, those in the hour that
 * it passes twice are ambiguous, and what runs across a change is an hour too long or too short.
 */
export async function reportClockChange(study: Study): Promise<void> {
  const { ctx } = study;
  const wanted = String(ctx.settings['dst_rule']);
  if (wanted === 'none') return;
  const start = ctx.role('started_at');
  if (start !== undefined && ctx.column(start).type.kind === 'timestamptz') return;
  const years = await readYears(study);
  if (years === undefined) return;
  const rules = wanted === 'auto' ? ALL_RULES : ALL_RULES.filter((rule) => rule === wanted);
  for (const rule of rules) {
    const changes = changesOf(rule, ...years);
    const counts = await readCounts(study, changes);
    const found =
      wanted !== 'auto'
        ? 'setting'
        : isSkipped(counts)
          ? 'skipped'
          : isDoubled(counts)
            ? 'doubled'
            : undefined;
    if (found !== undefined) return report(study, rule, changes, counts, found);
  }
  ctx.note(
    'The times have no zone, and no clock change shows in them: no hour that the USA, Central Europe or the United Kingdom skip is empty while the hours around it are not, and none that they pass twice is twice as full. The setting dst_rule says which rule to take.',
  );
}

/** How it is known which clock the times follow. */
const WHY = {
  setting: 'so says the setting dst_rule',
  skipped:
    'the hour that they skip is as good as empty ({skipped_starts} starts, where a week before and after there are {expected_twice} in two)',
  doubled:
    'the hour that they pass twice holds {doubled_starts} starts, where a week before and after there are {once_twice} in two',
} as const;

async function readYears({ ctx, log, counted }: Study): Promise<[number, number] | undefined> {
  const span = await ctx.query(
    `SELECT year(min(${log.started})) AS first_year, year(max(${log.started})) AS last_year FROM data WHERE ${counted}`,
  );
  const [first, last] = [span.number(0, 'first_year'), span.number(0, 'last_year')];
  return first === null || last === null || last - first >= MOST_YEARS ? undefined : [first, last];
}

/** Rows by where their times lie; `expected_twice` are those a week before and a week after the skipped hours. */
async function readCounts(
  { ctx, log, counted }: Study,
  { skipped, doubled }: ClockChanges,
): Promise<QueryHandle> {
  const start = `epoch_us(${log.started})`;
  const startsIn = (hours: readonly number[], ...by: readonly number[]) =>
    inHours(
      [start],
      by.flatMap((shift) => hours.map((hour) => hour + shift)),
    );
  const crossing = (hours: readonly number[]) =>
    log.ended === undefined
      ? 'false'
      : hours
          .map((hour) => `(${start} < ${hour + HOUR} AND epoch_us(${log.ended}) >= ${hour + HOUR})`)
          .join(' OR ');
  const rows = {
    skipped_rows: inHours(allTimes(log), skipped),
    doubled_rows: inHours(allTimes(log), doubled),
    crossing_rows: crossing([...skipped, ...doubled]),
    skipped_starts: startsIn(skipped, 0),
    expected_twice: startsIn(skipped, -WEEK, WEEK),
    before_starts: startsIn(skipped, -HOUR),
    after_starts: startsIn(skipped, HOUR),
    doubled_starts: startsIn(doubled, 0),
    once_twice: startsIn(doubled, -WEEK, WEEK),
    around_starts: startsIn(doubled, -HOUR, HOUR),
    around_twice: startsIn(doubled, -WEEK - HOUR, HOUR - WEEK, WEEK - HOUR, WEEK + HOUR),
  };
  return ctx.query(
    `SELECT ${Object.entries(rows)
      .map(([name, condition]) => `count(*) FILTER (WHERE ${condition}) AS ${name}`)
      .join(', ')} FROM data WHERE ${counted}`,
  );
}

function allTimes(log: Study['log']): string[] {
  return Object.values(timesOf(log)).map((time) => `epoch_us(${time})`);
}

function inHours(times: readonly string[], hours: readonly number[]): string {
  return times
    .flatMap((time) => hours.map((hour) => `(${time} >= ${hour} AND ${time} < ${hour + HOUR})`))
    .join(' OR ');
}

/** Whether the log's clock skips those hours: they hold next to nothing, where the hours and weeks beside them do. */
function isSkipped(counts: QueryHandle): boolean {
  const expected = (counts.number(0, 'expected_twice') ?? 0) / 2;
  return (
    expected >= FEWEST_EXPECTED &&
    (counts.number(0, 'before_starts') ?? 0) >= FEWEST_BESIDE &&
    (counts.number(0, 'after_starts') ?? 0) >= FEWEST_BESIDE &&
    (counts.number(0, 'skipped_starts') ?? 0) <= AS_GOOD_AS_EMPTY * expected
  );
}

/** Whether it passes those hours twice: they hold about twice what those a week beside them do, the hours around them don't. */
function isDoubled(counts: QueryHandle): boolean {
  const [starts = 0, once = 0, around = 0, aroundOnce = 0] = [
    ...['doubled_starts', 'once_twice', 'around_starts', 'around_twice'],
  ].map((name) => (counts.number(0, name) ?? 0) / (name.endsWith('_twice') ? 2 : 1));
  return (
    once >= FEWEST_EXPECTED &&
    starts >= TWICE_AS_FULL * once &&
    starts - once >= BEYOND_CHANCE * Math.sqrt(once + once / 2) &&
    around < TWICE_AS_FULL * aroundOnce
  );
}

async function report(
  study: Study,
  rule: Rule,
  { skipped, doubled }: ClockChanges,
  counts: QueryHandle,
  found: keyof typeof WHY,
): Promise<void> {
  const { ctx, log } = study;
  const some = (name: string) => (counts.number(0, name) ?? 0) > 0;
  if (!some('skipped_rows') && !some('doubled_rows') && !some('crossing_rows')) {
    ctx.note(`No time lies in an hour that the clocks of ${RULE_WORDS[rule]} skip or pass twice.`);
    return;
  }
  ctx.finding({
    kind: 'clock_change',
    title: some('skipped_rows')
      ? '{skipped_rows} rows hold a local time that never was: the clock skipped that hour'
      : 'Local times: {doubled_rows} rows lie in an hour that the clock passes twice',
    statement:
      `The times have no zone and follow the clocks of ${RULE_WORDS[rule]}: ${WHY[found]}. ` +
      'Rows with a time in a skipped hour: {skipped_rows}; in an hour that is passed twice, so that it is ambiguous: {doubled_rows}. ' +
      'The length of {crossing_rows} runs that cross a change may be off by an hour. No time is moved.',
    fields: fieldsOf(counts, 0, [
      'skipped_rows',
      'doubled_rows',
      'crossing_rows',
      'skipped_starts',
      'expected_twice',
      'doubled_starts',
      'once_twice',
    ]),
    estimate: { name: 'rows with an ambiguous or impossible local time', field: 'doubled_rows' },
    target: {},
    scope: { clocks: rule },
    how: 'exact_count',
    severity: some('skipped_rows') ? 'warning' : 'notice',
    ranking: faultRanking(
      ((counts.number(0, 'skipped_rows') ?? 0) + (counts.number(0, 'doubled_rows') ?? 0)) / ctx.rowCount,
    ),
    rows: await rowsWhere(
      study,
      inHours(allTimes(log), [...skipped, ...doubled]),
      Object.entries(timesOf(log)).map(([name, sql]) => `${sql} AS ${name}_time`),
    ),
    limitations: ['Which of the two passes of a doubled hour a time means is not in the log.'],
  });
}
