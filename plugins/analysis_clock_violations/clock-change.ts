import {
  type ClockChanges,
  type ClockStretch,
  fieldsOf,
  isAcross,
  isWithin,
  type QueryHandle,
  readClockChanges,
  readLogYears,
  readyTime,
  zoneOf,
} from '../../src/sdk/index.ts';
import { faultRanking, rowsWhere, type Study, timesOf } from './study.ts';

const WEEK = 604_800_000_000;
/** Times that an hour would have held, and those that its neighbours hold, from which on its being empty says something. */
const FEWEST_EXPECTED = 20;
const FEWEST_BESIDE = 5;
/** Up to this share of what would be expected, the skipped hour is as good as empty. */
const AS_GOOD_AS_EMPTY = 0.1;

/** An hour that is passed twice holds so many times what the same hour a week before and after does, and its neighbours do not. */
const TWICE_AS_FULL = 1.5;
/** … and more than chance makes of it: standard errors of a count against the mean of two. */
const BEYOND_CHANCE = 3;

/** Where no setting says whose clock it is, the log is held against these: most clocks that change, change like one of them. */
const CANDIDATES = ['America/New_York', 'Europe/Berlin', 'Europe/London'];

/** The clock that the times follow, and how it is known; a reason where none is known, or none changes. */
export type LogClock = Found | { readonly reason: string };

/** Whose wall clock times without a zone are: that of the setting, or one whose changes the log shows. Undefined for a log of too many years. */
export async function findClock(study: Study): Promise<LogClock | undefined> {
  const { ctx, log, counted } = study;
  const named = zoneOf(ctx);
  if (isOfInstants(study)) {
    const reason = `The times carry offsets, so that they are instants, and no change of a clock touches them. Days, hours and close windows are counted in UTC everywhere${named === undefined ? '' : `, and not in ${named}`}.`;
    return { reason };
  }
  const years = await readLogYears(ctx, log, counted);
  if (years === undefined) return undefined;
  const zones = named === undefined ? CANDIDATES : [named];
  const changes = await readClockChanges(ctx, log, zones, years);
  for (const zone of zones) {
    const stretches = changes.of(zone);
    if (stretches.length === 0) continue;
    const counts = await readCounts(study, stretches);
    const found = named !== undefined ? 'setting' : shownBy(counts);
    if (found !== undefined) return { zone, changes, stretches, counts, found };
  }
  const reason =
    named === undefined
      ? `The times have no zone, and no clock change shows in them: no hour that the clocks of ${CANDIDATES.join(', ')} skip is empty while the hours around it are not, and none that they pass twice is twice as full. --time-zone says whose clock it is.`
      : `The clock of ${named} is not changed while the log lasts.`;
  return { reason };
}

function shownBy(counts: QueryHandle): Found['found'] | undefined {
  if (isSkipped(counts)) return 'skipped';
  return isDoubled(counts) ? 'doubled' : undefined;
}

function isOfInstants({ ctx }: Study): boolean {
  const start = ctx.role('started_at');
  return start !== undefined && ctx.column(start).type.kind === 'timestamptz';
}

/** How it is known which clock the times follow. */
const WHY = {
  setting: 'so says the setting time_zone',
  skipped:
    'the hour that it skips is as good as empty ({skipped_starts} starts, where a week before and after there are {expected_twice} in two), and other zones may have the same changes',
  doubled:
    'the hour that it passes twice holds {doubled_starts} starts, where a week before and after there are {once_twice} in two; other zones may have the same changes',
} as const;

/** Rows by where their times lie; `expected_twice` are those a week before and a week after what is skipped. */
async function readCounts(
  { ctx, log, counted }: Study,
  stretches: readonly ClockStretch[],
): Promise<QueryHandle> {
  const start = `epoch_us(${log.started})`;
  const [skipped, doubled] = [true, false].map((is) => stretches.filter((one) => one.skipped === is)) as [
    ClockStretch[],
    ClockStretch[],
  ];
  const startsIn = (of: readonly ClockStretch[], ...by: readonly number[]) =>
    inStretches(
      [start],
      by.flatMap((shift) => of.map((one) => moved(one, shift))),
    );
  const beside = (of: readonly ClockStretch[], ...by: readonly number[]) =>
    inStretches(
      [start],
      by.flatMap((shift) =>
        of.flatMap((one) => [moved(one, shift + one.from - one.to), moved(one, shift + one.to - one.from)]),
      ),
    );
  const side = (of: readonly ClockStretch[], sign: number) =>
    inStretches(
      [start],
      of.map((one) => moved(one, sign * (one.to - one.from))),
    );
  const rows = {
    skipped_rows: inStretches(allTimes(log), skipped),
    doubled_rows: inStretches(allTimes(log), doubled),
    crossing_rows: across(stretches, log.started, log.ended),
    waiting_rows: across(stretches, readyTime(log), log.started),
    skipped_starts: startsIn(skipped, 0),
    expected_twice: startsIn(skipped, -WEEK, WEEK),
    before_starts: side(skipped, -1),
    after_starts: side(skipped, 1),
    doubled_starts: startsIn(doubled, 0),
    once_twice: startsIn(doubled, -WEEK, WEEK),
    around_starts: beside(doubled, 0),
    around_twice: beside(doubled, -WEEK, WEEK),
  };
  return ctx.query(
    `SELECT ${Object.entries(rows)
      .map(([name, condition]) => `count(*) FILTER (WHERE ${condition}) AS ${name}`)
      .join(', ')} FROM data WHERE ${counted}`,
  );
}

function moved(one: ClockStretch, by: number): ClockStretch {
  return { ...one, from: one.from + by, to: one.to + by };
}

function allTimes(log: Study['log']): string[] {
  return Object.values(timesOf(log)).map((time) => `epoch_us(${time})`);
}

function inStretches(times: readonly string[], stretches: readonly ClockStretch[]): string {
  return times.map((time) => isWithin(stretches, time)).join(' OR ');
}

function across(
  stretches: readonly ClockStretch[],
  from: string | undefined,
  to: string | undefined,
): string {
  if (from === undefined || to === undefined) return 'false';
  return isAcross(stretches, `epoch_us(${from})`, `epoch_us(${to})`);
}

/** Rows that changes touch: with a time that is skipped or passed twice, or with something that lasts across, or may. */
function touched(log: Study['log'], stretches: readonly ClockStretch[]): string {
  return [
    inStretches(allTimes(log), stretches),
    across(stretches, log.started, log.ended),
    across(stretches, readyTime(log), log.started),
  ].join(' OR ');
}

/** Which change is the first that touches a row. */
async function firstTouching(
  { ctx, log, counted }: Study,
  stretches: readonly ClockStretch[],
): Promise<number> {
  const touching = stretches.map((one, i) => `count(*) FILTER (WHERE ${touched(log, [one])}) AS change_${i}`);
  const rows = await ctx.query(`SELECT ${touching.join(', ')} FROM data WHERE ${counted}`);
  return stretches.findIndex((_, i) => rows.number(0, `change_${i}`) !== 0);
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

interface Found {
  readonly zone: string;
  readonly changes: ClockChanges;
  readonly stretches: readonly ClockStretch[];
  readonly counts: QueryHandle;
  readonly found: keyof typeof WHY;
}

/** Times that the clock skips can't be, those that it passes twice are ambiguous, and what lasts across a change is too long or too short. */
export async function reportClockChange(study: Study, clock: LogClock | undefined): Promise<void> {
  if (clock === undefined) return;
  const { ctx, log } = study;
  if ('reason' in clock) return ctx.note(clock.reason);
  const { zone, changes, stretches, counts, found } = clock;
  const some = (name: string) => (counts.number(0, name) ?? 0) > 0;
  if (!['skipped_rows', 'doubled_rows', 'crossing_rows', 'waiting_rows'].some(some)) {
    ctx.note(
      `No time lies in an hour that the clock of ${zone} skips or passes twice, and nothing lasts across one.`,
    );
    return;
  }
  const ofZone = changes.handle.rows.findIndex((_, row) => changes.handle.text(row, 'zone') === zone);
  const first = ofZone + (await firstTouching(study, stretches));
  ctx.finding({
    kind: 'clock_change',
    title: some('skipped_rows')
      ? '{skipped_rows} rows hold a local time that never was: the clock skipped it'
      : some('doubled_rows')
        ? 'Local times: {doubled_rows} rows lie where the clock is passed twice'
        : 'Local times: {crossing_rows} runs and {waiting_rows} waits last across a change of the clock',
    statement:
      `The times have no zone and follow the clock of {zone}: ${WHY[found]}. ` +
      'The first change of it that touches a row is at {changed_at} in UTC, by {moved_s}. ' +
      'Rows with a time that the clock skipped: {skipped_rows}; with one that it passed twice, so that it is ambiguous: {doubled_rows}. ' +
      'The length of {crossing_rows} runs, and of {waiting_rows} waits, that cross a change, or perhaps do, may be off by as much as it was moved. No time is moved.',
    fields: {
      ...fieldsOf(changes.handle, first, ['zone', 'changed_at', 'moved_s']),
      ...fieldsOf(counts, 0, [
        'skipped_rows',
        'doubled_rows',
        'crossing_rows',
        'waiting_rows',
        'skipped_starts',
        'expected_twice',
        'doubled_starts',
        'once_twice',
      ]),
    },
    estimate: { name: 'rows with an ambiguous or impossible local time', field: 'doubled_rows' },
    target: {},
    scope: { clocks: zone },
    how: 'exact_count',
    severity: some('skipped_rows') ? 'warning' : 'notice',
    ranking: faultRanking(
      ((counts.number(0, 'skipped_rows') ?? 0) + (counts.number(0, 'doubled_rows') ?? 0)) / ctx.rowCount,
    ),
    rows: await rowsWhere(
      study,
      touched(log, stretches),
      Object.entries(timesOf(log)).map(([name, sql]) => `${sql} AS ${name}_time`),
    ),
    limitations: ['Which of the two passes of a doubled hour a time means is not in the log.'],
  });
}
