import { jackknife, type QueryHandle } from '../../src/sdk/index.ts';

/** How far the runs of one job and window are from those of its best cohort; times in microseconds. */
export interface Gap {
  readonly dimension: string;
  readonly name: string;
  readonly window: string;
  /** A row of the leads of the even weeks and one of the odd ones, each by the cohort that was best in the others. */
  readonly rows: readonly number[];
  readonly best: readonly string[];
  readonly bestRuns: number;
  readonly bestMean: number;
  readonly otherRuns: number;
  readonly otherMean: number;
  /** Wait beyond that of the best cohort, summed over the other runs, with the interval of `LEVEL`. */
  readonly beyond: number;
  readonly low: number;
  readonly high: number;
  readonly p_value: number;
  readonly halves: readonly { readonly estimate: number; readonly p_value: number }[];
}

export const LEVEL = 0.95;

/** Fewest weeks of a kind that have runs of its best cohort, and that have runs of the others. */
export const FEWEST_WEEKS = 4;

/** Every job, window and dimension of which both kinds of weeks have enough weeks with runs. */
export function measureGaps(leads: QueryHandle): Gap[] {
  const groups = Map.groupBy(leads.rows.keys(), (row) =>
    JSON.stringify(['dimension', 'name', 'close_window'].map((column) => leads.text(row, column))),
  );
  return [...groups.values()]
    .map((rows) => rows.map((row) => weekOf(leads, row)))
    .filter((weeks) => kindsOf(weeks).every(isEnough))
    .map((weeks) => gapOf(leads, weeks));
}

/** Runs of one week: `n` of the best cohort of the other kind of weeks that waited `sum`, `m` others that waited `others`. */
interface Week {
  readonly row: number;
  readonly parity: number;
  readonly n: number;
  readonly sum: number;
  readonly m: number;
  readonly others: number;
}

function weekOf(leads: QueryHandle, row: number): Week {
  const of = (column: string) => leads.number(row, column) ?? 0;
  return {
    row,
    parity: of('parity'),
    n: of('best_n'),
    sum: of('best_us'),
    m: of('other_n'),
    others: of('other_us'),
  };
}

/** The even weeks and the odd ones. */
function kindsOf(weeks: readonly Week[]): (readonly Week[])[] {
  return [0, 1].map((parity) => weeks.filter((week) => week.parity === parity));
}

function isEnough(weeks: readonly Week[]): boolean {
  return (['n', 'm'] as const).every((runs) => weeks.filter((week) => week[runs] > 0).length >= FEWEST_WEEKS);
}

function gapOf(leads: QueryHandle, weeks: readonly Week[]): Gap {
  const kinds = kindsOf(weeks);
  const halves = kinds.map(halfOf);
  const sum = (of: (half: Half) => number) => halves.reduce((all, half) => all + of(half), 0);
  const [bestRuns, otherRuns] = [total(weeks, 'n'), total(weeks, 'm')];
  const rows = kinds.flatMap(([week]) => week?.row ?? []);
  const row = rows[0] ?? 0;
  return {
    dimension: leads.text(row, 'dimension') ?? '',
    name: leads.text(row, 'name') ?? '',
    window: leads.text(row, 'close_window') ?? '',
    rows,
    best: rows.map((row) => leads.text(row, 'best') ?? ''),
    bestRuns,
    bestMean: total(weeks, 'sum') / bestRuns,
    otherRuns,
    otherMean: total(weeks, 'others') / otherRuns,
    beyond: sum(({ estimate }) => estimate),
    low: sum(({ low }) => low),
    high: sum(({ high }) => high),
    p_value: Math.max(...halves.map(({ estimate, p_value }) => (estimate > 0 ? p_value : 1))),
    halves,
  };
}

interface Half {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly p_value: number;
}

/**
 * The wait of the others beyond that of the best cohort, in one kind of weeks. The error is that of leaving out whole
 * weeks, so that what lasts some days, such as a full server, counts as one. Both kinds have to show a lead: each chose
 * for the other, so that their errors do not cancel, and the sum of their ends is the interval of their sum.
 */
function halfOf(weeks: readonly Week[]): Half {
  const m = total(weeks, 'm');
  const { estimate, p_value, interval } = jackknife(weeks, leadOf);
  const { low, high } = interval(LEVEL);
  return { estimate: estimate * m, low: low * m, high: high * m, p_value };
}

/** How much longer one of the others waits in the mean than one of the best cohort. */
function leadOf(weeks: readonly Week[]): number {
  return total(weeks, 'others') / total(weeks, 'm') - total(weeks, 'sum') / total(weeks, 'n');
}

function total(weeks: readonly Week[], of: 'n' | 'sum' | 'm' | 'others'): number {
  return weeks.reduce((sum, week) => sum + week[of], 0);
}
