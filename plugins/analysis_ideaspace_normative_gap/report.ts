import {
  ACTIONABILITY,
  type FieldInput,
  nearMissTable,
  type QueryHandle,
  replicates,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import { type Gap, LEVEL } from './measure-gaps.ts';

/** What a cohort is called, by dimension; `{best}` names it. */
const WORDS: Readonly<Record<string, { readonly of: string; readonly best: string }>> = {
  resource: { of: 'by server', best: 'on {best}' },
  user: { of: 'by user', best: 'of {best}' },
  hours: { of: 'by time of day', best: 'from {best} o’clock on, for four hours,' },
};
/** Most findings: each job is told by the dimension that it gains most by. */
const MOST_TOLD = 3;

/** Of a gap that is told. */
const HOPED = 'reported if the ledger keeps it';

interface Tested extends Gap {
  readonly test: string;
  readonly reason: string;
}

/** A finding for each job that is far from its best comparable runs, by the dimension with the widest gap. */
export async function reportGaps(study: WaitStudy, leads: QueryHandle, gaps: readonly Gap[]): Promise<void> {
  const { ctx } = study;
  const allWait = leads.number(0, 'all_us') ?? 0;
  const tested = gaps.map(
    (gap): Tested => ({ ...gap, test: enter(study, gap), reason: reasonOf(study, gap, allWait) }),
  );
  const told = new Map<string, Tested>();
  for (const gap of tested.toSorted((a, b) => b.beyond - a.beyond)) {
    if (gap.reason === HOPED && !told.has(gap.name)) told.set(gap.name, gap);
  }
  const shown = [...told.values()].slice(0, MOST_TOLD);
  for (const gap of shown) tell(study, leads, gap, allWait);
  if (told.size === 0)
    ctx.note('No job is far enough from its best comparable runs; near_misses.csv has what was compared.');
  await ctx.artifact(
    nearMissTable(
      tested.map((gap) => ({
        hypothesis: hypothesisOf(gap),
        n: gap.bestRuns + gap.otherRuns,
        estimate: gap.otherMean / gap.bestMean,
        unit: 'times the mean wait of the best',
        smallest_effect: Number(ctx.settings['smallest_gap_ratio']),
        p_value: gap.p_value,
        test: gap.test,
        reason: gap.reason === HOPED && !shown.includes(gap) ? 'others have more wait beyond' : gap.reason,
      })),
      ctx.coverage,
    ),
  );
}

function hypothesisOf({ name, window, dimension }: Gap): string {
  return `${name} in ${window}, ${WORDS[dimension]?.of}: the best cohort has no lead in weeks in which it was not chosen`;
}

function enter({ ctx }: WaitStudy, gap: Gap): string {
  return ctx.test({
    family: 'leads of best cohorts',
    hypothesis: hypothesisOf(gap),
    statistic: { name: 'wait beyond that of the best cohort, hours', value: gap.beyond / 3.6e9 },
    p_value: gap.p_value,
    n: gap.bestRuns + gap.otherRuns,
    dependent: true,
  });
}

function reasonOf({ ctx }: WaitStudy, gap: Gap, allWait: number): string {
  if (!(gap.beyond > 0)) return 'the best cohort of some weeks is not better in the others';
  if (!Number.isFinite(gap.high - gap.low)) return 'too few weeks say how far it varies';
  if (gap.otherMean < Number(ctx.settings['smallest_gap_ratio']) * gap.bestMean)
    return 'the ratio is below the smallest of interest';
  if (100 * gap.beyond < Number(ctx.settings['smallest_gap_percent_of_wait']) * allWait)
    return 'the wait beyond is below the smallest of interest';
  return HOPED;
}

function tell({ ctx }: WaitStudy, leads: QueryHandle, gap: Tested, allWait: number): void {
  const [first, second] = gap.halves;
  const derived = ctx.derivation({
    method:
      'difference of mean waits to the cohort that was best in the other weeks, times the runs of the others, in even and odd weeks, summed, as are the ends of their t intervals of a jackknife over weeks',
    parameters: { job: gap.name, window: gap.window, dimension: gap.dimension, level: LEVEL },
    values: {
      best_mean: seconds(gap.bestMean),
      other_mean: seconds(gap.otherMean),
      best_runs: gap.bestRuns,
      other_runs: gap.otherRuns,
      beyond: seconds(gap.beyond),
      low: seconds(gap.low),
      high: seconds(gap.high),
      percent: (100 * gap.beyond) / allWait,
      first: seconds(first?.estimate ?? 0),
      second: seconds(second?.estimate ?? 0),
    },
    inputs: [leads],
  });
  const value = (name: string, unit?: string): FieldInput => ({
    from: derived.value(name),
    ...(unit !== undefined && { unit }),
  });
  const [even = 0, odd = 0] = gap.rows;
  const words = WORDS[gap.dimension] ?? { of: '', best: '{best}' };
  const changed =
    gap.best[0] === gap.best[1]
      ? 'It was the best in even weeks and in odd ones; each lead is measured in the weeks in which it was not chosen.'
      : 'In the odd weeks {other_best} was the best; each lead is measured in the weeks in which it was not chosen.';
  ctx.finding({
    kind: 'normative_gap',
    title: `{name} ${words.of}: the best runs wait {best_mean}, the others {other_mean}`,
    statement:
      `${windowWords(gap.window)}{best_runs} runs of {name} ${words.best} wait {best_mean} in the mean, the {other_runs} others {other_mean}. ${changed} ` +
      'If all waited like the best, {beyond} (from {low} to {high}) less would be waited, {percent} of all eligible wait.',
    fields: {
      name: leads.cell(even, 'name'),
      best: leads.cell(odd, 'best'),
      other_best: leads.cell(even, 'best'),
      best_mean: value('best_mean', 's'),
      other_mean: value('other_mean', 's'),
      best_runs: value('best_runs'),
      other_runs: value('other_runs'),
      beyond: value('beyond', 's'),
      low: value('low', 's'),
      high: value('high', 's'),
      percent: value('percent', '%'),
      first: value('first', 's'),
      second: value('second', 's'),
    },
    estimate: {
      name: 'wait_beyond_the_best',
      field: 'beyond',
      interval: { low: 'low', high: 'high', level: LEVEL },
    },
    test: gap.test,
    replication: {
      by: 'alternate_blocks',
      holds: replicates(gap.beyond, first ?? NONE, second ?? NONE),
      first: 'first',
      second: 'second',
    },
    target: { activity: { field: 'name' } },
    scope: { dimension: gap.dimension, window: gap.window },
    how: 'tested',
    severity: 'notice',
    ranking: {
      effect: Math.min(1, gap.beyond / allWait),
      reach: Math.min(1, (gap.otherRuns + gap.bestRuns) / ctx.rowCount),
      actionability: ACTIONABILITY.window,
    },
    limitations: [
      'It is a distance, not a saving: the best runs may be best because few are there, and moving the others would fill it up.',
      'What else differs between the cohorts, such as priority or parameters, is not held fixed.',
    ],
  });
}

const NONE = { estimate: null, p_value: null };

function windowWords(window: string): string {
  return window === 'unknown'
    ? ''
    : window === 'close'
      ? 'In the close window, '
      : 'Outside the close window, ';
}

function seconds(us: number): number {
  return us / 1e6;
}
