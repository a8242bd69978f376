import {
  ACTIONABILITY,
  type FieldInput,
  fieldsOf,
  type ItemInput,
  type ScreenedHypothesis,
  shareOf,
  threshold,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import type { ClockCells } from './clock-cells.ts';
import { nameOf, type Pile, smallestRatio, type TestedPiles } from './piles.ts';

const LEVEL = 0.95;
/** Up to which p-value an hour is told beside the one with the largest excess. */
const TOLD_P = 0.05;
const MOST_TOLD = 5;

/** The hours (or weekdays at them) with clearly more runs over the threshold than theirs, the largest excess first. */
export function reportPiles(
  study: WaitStudy,
  cells: ClockCells,
  tested: TestedPiles,
  charts: readonly string[],
): void {
  const { ctx } = study;
  const told = tested.piles
    .filter((pile) => pile.p_value <= TOLD_P && pile.isLarge)
    .toSorted((a, b) => excessRuns(b) - excessRuns(a));
  const [lead] = told;
  if (lead === undefined) {
    ctx.note(
      tested.by === 'hour'
        ? 'No hour of the day has clearly more runs over the threshold than its share of the runs.'
        : 'Within an hour no weekday has clearly more runs over the threshold than its share of the runs.',
    );
    return;
  }
  const row = cells.row(lead.hour, lead.weekday) ?? 0;
  ctx.finding({
    kind: `waits_by_${tested.by}`,
    ...claimOf(study, cells, tested, lead),
    target: {},
    about: [ctx.role('queued_at') ?? ctx.role('eligible_at') ?? '', cells.ready.replaceAll('"', '')],
    how: 'tested',
    test: lead.test,
    severity: 'notice',
    ranking: {
      effect: Math.max(
        0,
        shareOf(cells.handle, row, 'over_percent') - shareOf(cells.handle, row, 'waited_percent'),
      ),
      reach: shareOf(cells.handle, cells.all ?? 0, 'over_runs_percent'),
      actionability: ACTIONABILITY.window,
    },
    ...(told.length > 1 && {
      items: told.slice(0, MOST_TOLD).map(
        (pile): ItemInput => ({
          ...claimOf(study, cells, tested, pile),
          test: pile.test,
        }),
      ),
    }),
    charts: [...charts],
    limitations: [
      'Which jobs run at an hour is not held fixed: a job that waits for another reason makes its hour stand out.',
      'Runs count at the hour from which they could have started; they may have waited into the next one.',
    ],
  });
}

/** What was tested, for the table of near misses. */
export function screened(study: WaitStudy, tested: TestedPiles): ScreenedHypothesis[] {
  const smallest = smallestRatio(study);
  return tested.piles.map((pile) => ({
    hypothesis: `runs over the threshold: ${nameOf(pile)} against its share of the runs within ${tested.blocks}`,
    n: pile.excess.rows,
    estimate: Number.isFinite(pile.excess.ratio) ? pile.excess.ratio : null,
    unit: smallest.unit,
    smallest_effect: smallest.value,
    p_value: pile.p_value,
    test: pile.test,
    reason: !pile.isLarge
      ? 'the excess is too small'
      : pile.p_value > TOLD_P
        ? 'not told apart from chance among all that were looked at'
        : 'reported if the ledger keeps it',
  }));
}

function claimOf({ ctx }: WaitStudy, cells: ClockCells, tested: TestedPiles, pile: Pile) {
  const { excess } = pile;
  const { low, high } = excess.interval(LEVEL);
  const numbers = ctx.derivation({
    method:
      'runs over the threshold of a time less what its share of the runs of each block would give it; interval with blocks as units',
    parameters: { hour: pile.hour, weekday: pile.weekday ?? null, draws: tested.draws, seed: ctx.seed },
    values: {
      expected_runs: Math.round(excess.expected),
      ratio: excess.ratio,
      ratio_low: low,
      ratio_high: high,
      first_ratio: finite(excess.halves[0]),
      second_ratio: finite(excess.halves[1]),
    },
    inputs: [tested.handle],
  });
  const row = cells.row(pile.hour, pile.weekday) ?? 0;
  const times = (name: string): FieldInput => ({ from: numbers.value(name), unit: 'times' });
  const isHour = tested.by === 'hour';
  const when = isHour ? '{hour_name}' : '{weekday_name}, {hour_name}';
  const fallen = isHour
    ? `Within ${tested.blocks}, had the runs over the threshold fallen on the hours like all runs`
    : `Within ${tested.blocks}, had the runs over the threshold of that hour fallen on the weekdays like all its runs`;
  return {
    title: `${when}: {over_percent} of the over-threshold wait, on {waited_percent} of the runs`,
    statement:
      `Of {waited_runs} runs that could have started from ${when}, {over_runs} ({over_runs_percent}) waited longer than {threshold_s}: ` +
      '{over_s} of over-threshold wait, {over_percent} of all. ' +
      `${fallen}, there would be about {expected_runs} here: there are {ratio} as many ({ratio_low} to {ratio_high}).`,
    fields: {
      ...fieldsOf(cells.handle, row, [
        'hour_of_day',
        'hour_name',
        ...(isHour ? [] : ['weekday_name']),
        'waited_runs',
        'waited_percent',
        'over_runs',
        'over_runs_percent',
        'over_s',
        'over_percent',
      ]),
      ...threshold,
      expected_runs: numbers.value('expected_runs'),
      ...Object.fromEntries(
        ['ratio', 'ratio_low', 'ratio_high', 'first_ratio', 'second_ratio'].map((name) => [
          name,
          times(name),
        ]),
      ),
    },
    estimate: {
      name: 'runs_over_the_threshold_against_expected',
      field: 'ratio',
      interval: { low: 'ratio_low', high: 'ratio_high', level: LEVEL },
    },
    replication: {
      by: 'time' as const,
      holds: excess.replication,
      first: 'first_ratio',
      second: 'second_ratio',
    },
  };
}

function excessRuns({ excess }: Pile): number {
  return excess.marked - excess.expected;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
