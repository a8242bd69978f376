// `npm run bench -- tcpd --data FOLDER`: change points of the Turing change point data, by the plugin's own code.
import { parseArgs } from 'node:util';
import { type ChoiceOptions, chooseModel } from '../../plugins/analysis_changepoint/choose-model.ts';
import { calendarCycles } from '../../plugins/analysis_changepoint/cycles.ts';
import { DETECT_DEFAULTS, refinePlaces } from '../../plugins/analysis_changepoint/detect.ts';
import {
  type FittedModel,
  fitModels,
  type Segmentation,
  standardize,
} from '../../plugins/analysis_changepoint/fit-models.ts';
import {
  STUDY_DEFAULTS,
  testModel,
  withoutPatterns,
} from '../../plugins/analysis_changepoint/series-study.ts';
import { createRandom } from '../../src/sdk/index.ts';
import { claimsOfRun } from './command-line.ts';
import { type AnnotatedSeries, readAnnotated, readPublishedZero } from './read-series.ts';
import { cover, f1 } from './score.ts';

/** What each reading has to reach on average with fixed defaults. */
const GOAL = { f1: 0.8, cover: 0.77 } as const;

/** Settings that the leave-one-out figure chooses among; the defaults are one of them. */
const GRID: readonly ChoiceOptions[] = [1.5, 2, 2.5, 3].flatMap((penalty) =>
  [0.05, 0.1, 0.2].flatMap((noiseFloor) =>
    [10, 20, 40].map((leastIndependent) => ({ penalty, noiseFloor, leastIndependent })),
  ),
);

/** A claim of the plugin passes at this level in a run with no other hypothesis. */
const LEVEL = 0.05;

interface Score {
  readonly f1: number;
  readonly cover: number;
}

/** Two ways to read a series: its segmentation, and those of its changes that would be claimed. */
interface Reading {
  readonly changes: readonly number[];
  readonly score: Score;
}

interface Outcome {
  readonly segmented: Reading;
  readonly claimed: Reading;
}

/**
 * Prints F1 and cover per series and on average, with fixed defaults and leaving one series out; with `--run` also of
 * what a report claims when each series of one dimension goes through the command line.
 */
export async function benchChangePoints(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: { data: { type: 'string' }, run: { type: 'boolean', default: false } },
  });
  if (options.data === undefined) throw new Error('npm run bench -- tcpd --data FOLDER');
  const all = readAnnotated(options.data);
  console.log(checkScorer(all, readPublishedZero(options.data)));
  const outcomes = all.map((series) => outcomesBySetting(series));
  printDefaults(all, outcomes);
  for (const reading of ['segmented', 'claimed'] as const) printSummary(reading, outcomes);
  if (options.run) await printRuns(all, outcomes);
}

/** Claims of reports beside those of the plugin's parts, which know no time zone, no rows and no ledger. */
async function printRuns(
  all: readonly AnnotatedSeries[],
  outcomes: readonly OutcomesBySetting[],
): Promise<void> {
  const rows: { readonly name: string; readonly report: Reading; readonly parts: Reading }[] = [];
  for (const [i, series] of all.entries()) {
    const claims = series.dimensions.length === 1 ? await claimsOfRun(series) : undefined;
    if (claims === undefined) continue;
    const parts = required(outcomes[i]?.get(DETECT_DEFAULTS)).claimed;
    rows.push({ name: series.name, report: readingOf(series, claims), parts });
  }
  console.table(
    rows.map(({ name, report, parts }) => ({
      series: name,
      'claims of the report': report.changes.join(' '),
      'claims of the parts': parts.changes.join(' '),
      F1: report.score.f1.toFixed(3),
      cover: report.score.cover.toFixed(3),
    })),
  );
  const mean = (key: 'report' | 'parts') => shown(meanScore(rows.map((row) => row[key].score)));
  console.log(
    `${rows.length} series through the command line: ${mean('report')}; the parts: ${mean('parts')}`,
  );
}

/** The published scores of finding nothing test the scorer itself. */
function checkScorer(all: readonly AnnotatedSeries[], published: ReadonlyMap<string, Score>): string {
  let compared = 0;
  for (const { name, annotations, n } of all) {
    const expected = published.get(name);
    if (expected === undefined) continue;
    const own = { f1: f1(annotations, []), cover: cover(annotations, [], n) };
    if (Math.abs(own.f1 - expected.f1) > 6e-5 || Math.abs(own.cover - expected.cover) > 6e-5) {
      throw new Error(`${name}: ${JSON.stringify(own)} is not the published ${JSON.stringify(expected)}`);
    }
    compared += 1;
  }
  if (compared === 0) throw new Error('no series has a published score to check the scorer with');
  return `The scorer gives the published scores of finding nothing, to four decimals, for ${compared} of ${all.length} series.`;
}

function outcomesBySetting(series: AnnotatedSeries): ReadonlyMap<ChoiceOptions, Outcome> {
  const cycles =
    series.width === undefined
      ? []
      : calendarCycles(
          series.width,
          Int32Array.from({ length: series.n }, (_, i) => i),
        );
  const adjusted = series.dimensions.map((values) => withoutPatterns(values, cycles).values);
  const standardized = standardize(adjusted);
  const models = fitModels(standardized, DETECT_DEFAULTS.mostChanges);
  const known = new Map<string, Outcome>();
  return new Map(
    [DETECT_DEFAULTS, ...GRID].map((setting) => {
      const { best, withChange } = chooseModel(models, series.n, setting);
      const key = [best, withChange].map((model) => models.indexOf(model as FittedModel)).join();
      const outcome = known.get(key) ?? outcomeOf(series, adjusted, refined(best), refined(withChange));
      known.set(key, outcome);
      return [setting, outcome] as const;
    }),
  );

  function refined(model: Segmentation | undefined): Segmentation | undefined {
    return model && refinePlaces(standardized, model);
  }
}

function outcomeOf(
  series: AnnotatedSeries,
  adjusted: readonly Float64Array[],
  best: Segmentation | undefined,
  withChange: Segmentation | undefined,
): Outcome {
  return {
    segmented: readingOf(series, best?.changes ?? []),
    claimed: readingOf(series, withChange === undefined ? [] : claimsOf(series.name, adjusted, withChange)),
  };
}

/** What passes the tests in one dimension or more, with their levels shared out, and is large enough. */
function claimsOf(name: string, dimensions: readonly Float64Array[], model: Segmentation): number[] {
  const level = LEVEL / dimensions.length;
  const tested = dimensions.map((values, d) =>
    testModel(values, model, createRandom('1', `${name} ${d}`), { ...STUDY_DEFAULTS, permutations: 999 }),
  );
  return model.changes.filter((_place, i) =>
    tested.some(({ test, changes }) => {
      const change = changes[i];
      return test.p_value <= level && change?.reachesSmallest && (change.test?.p_value ?? 1) <= level;
    }),
  );
}

function readingOf({ annotations, n }: AnnotatedSeries, changes: readonly number[]): Reading {
  return { changes, score: { f1: f1(annotations, changes), cover: cover(annotations, changes, n) } };
}

type OutcomesBySetting = ReadonlyMap<ChoiceOptions, Outcome>;

function printDefaults(all: readonly AnnotatedSeries[], outcomes: readonly OutcomesBySetting[]): void {
  console.table(
    all.map(({ name, n }, i) => {
      const { segmented, claimed } = required(outcomes[i]?.get(DETECT_DEFAULTS));
      return {
        series: name,
        n,
        F1: segmented.score.f1.toFixed(3),
        cover: segmented.score.cover.toFixed(3),
        changes: segmented.changes.join(' '),
        'F1 of claims': claimed.score.f1.toFixed(3),
        'cover of claims': claimed.score.cover.toFixed(3),
        claims: claimed.changes.join(' '),
      };
    }),
  );
}

function printSummary(reading: keyof Outcome, outcomes: readonly OutcomesBySetting[]): void {
  const score = (i: number, setting: ChoiceOptions) => required(outcomes[i]?.get(setting))[reading].score;
  const indexes = outcomes.map((_, i) => i);
  const defaults = meanScore(indexes.map((i) => score(i, DETECT_DEFAULTS)));
  const leftOut = indexes.map((i) => {
    const others = indexes.filter((other) => other !== i);
    return score(
      i,
      bestSetting((setting) => meanScore(others.map((other) => score(other, setting)))),
    );
  });
  console.log(
    `${reading}: fixed defaults ${shown(defaults)}; one series left out ${shown(meanScore(leftOut))}`,
  );
  if (defaults.f1 < GOAL.f1 || defaults.cover < GOAL.cover) {
    throw new Error(`${reading}: the goal is ${shown(GOAL)}`);
  }
}

function bestSetting(scoreOf: (setting: ChoiceOptions) => Score): ChoiceOptions {
  const worth = (setting: ChoiceOptions) => scoreOf(setting).f1 + scoreOf(setting).cover;
  return GRID.reduce((best, setting) => (worth(setting) > worth(best) ? setting : best));
}

function meanScore(scores: readonly Score[]): Score {
  const mean = (key: keyof Score) => scores.reduce((sum, score) => sum + score[key], 0) / scores.length;
  return { f1: mean('f1'), cover: mean('cover') };
}

function shown(score: Score): string {
  return `F1 ${score.f1.toFixed(4)}, cover ${score.cover.toFixed(4)}`;
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('every series has an outcome for every setting');
  return value;
}
