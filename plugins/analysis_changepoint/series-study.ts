import {
  MOST_HOPEFUL_P,
  type RandomStream,
  type SmallestEffect,
  smallestEffect,
} from '../../src/sdk/index.ts';
import { type AlikeDays, type ChangeEffect, changeEffects } from './change-effect.ts';
import { DETECT_DEFAULTS, type DetectOptions, detectChanges } from './detect.ts';
import { type Segmentation, shortestSegment } from './fit-models.ts';
import { seededSplits, splitsOf } from './greatest-gain.ts';
import { innovationsOf, memoryOf } from './memory.ts';
import { memoryAloneP } from './memory-test.ts';
import { type NoChangeTest, testNoChange } from './no-change-test.ts';
import { type Cycle, withoutPattern } from './pattern.ts';
import { CUT, winsorize } from './winsorize.ts';

export interface StudyOptions {
  readonly detect: DetectOptions;
  /** Permutations drawn for a test, at most. */
  readonly permutations: number;
  /** Smallest departure from the earlier course that is of interest, in standard deviations within the segments. */
  readonly smallestShift: SmallestEffect;
  /** The same as a share of the level before; only where no value is negative. */
  readonly smallestRelative: SmallestEffect;
}

export const STUDY_DEFAULTS: StudyOptions = {
  detect: DETECT_DEFAULTS,
  permutations: 9999,
  smallestShift: smallestEffect('smallest_shift_spreads'),
  smallestRelative: smallestEffect('smallest_change_percent'),
};

/** What a claim needs, all of it: its p-value is the largest of theirs (Berger 1982). */
export interface ClaimTest extends NoChangeTest {
  /** Of the permutations alone, whose hits these are. */
  readonly byPermutations: number;
}

/** One change with its size, place, and test in the stretch between its neighbours. */
export interface FoundChange extends ChangeEffect {
  /** Shift as a share of the level before; undefined where values can be negative or that level is 0. */
  readonly relative: number | undefined;
  /** Undefined where the series as a whole shows no change, so that none was tested on its own. */
  readonly test: ClaimTest | undefined;
  readonly reachesSmallest: boolean;
  /** Of days of a process log: those that can be compared. `none` where what was seen does not bear the change out. */
  readonly alike?: AlikeDays | 'none';
}

/** Whether a change is worth a claim, as far as the plugin decides: the ledger of the run has the last word. */
export function isHopeful(change: FoundChange): boolean {
  return isClearlyThere(change) && change.alike !== 'none';
}

/** The same, whether or not there are days to compare. */
export function isClearlyThere(change: FoundChange): boolean {
  const { test, reachesSmallest } = change;
  return test !== undefined && test.p_value <= MOST_HOPEFUL_P && reachesSmallest && isClear(change);
}

/**
 * Whether the size of a change can be told: its interval leaves out 0, and the noise that it is measured by is more than
 * what rounding leaves where a pattern that fits exactly is taken off.
 */
function isClear({ low, high, shift, spread }: FoundChange): boolean {
  return low * high > 0 && !(spread > 0 && spread < 1e-9 * Math.abs(shift));
}

/** A series without its recurring patterns. */
export interface Adjusted {
  readonly values: Float64Array;
  readonly removed: readonly { readonly cycle: Cycle; readonly how: 'added' | 'multiplied' }[];
}

/** What a segmentation of a series is worth. */
export interface TestedModel {
  readonly model: Segmentation;
  /** Autocorrelation of the noise that the tests and intervals allow for. */
  readonly memory: number;
  /** Of “no change anywhere”. */
  readonly test: ClaimTest;
  /** P-value of “a memory that wanders”, part of that test; undefined where permutations alone show no change. */
  readonly againstMemory?: number;
  readonly changes: readonly FoundChange[];
}

/**
 * The changes of a series: patterns taken off, segmented, and tested. `tested` is undefined where the series is constant
 * or too short to have a change.
 */
export function studySeries(
  values: Float64Array,
  cycles: readonly Cycle[],
  random: RandomStream,
  options: StudyOptions = STUDY_DEFAULTS,
): { readonly adjusted: Adjusted; readonly tested: TestedModel | undefined } {
  const adjusted = withoutPatterns(values, cycles);
  const model = detectChanges([adjusted.values], options.detect).withChange;
  return { adjusted, tested: model && testModel(adjusted.values, model, random, options) };
}

/**
 * Tests a segmentation as a whole, the greatest gain over all stretches and splits against that of permuted innovations,
 * and change by change, each in the stretch between its neighbours; there against a memory that makes levels wander,
 * too: for the series as a whole the least of these p-values counts, times their number.
 */
export function testModel(
  values: Float64Array,
  model: Segmentation,
  random: RandomStream,
  options: StudyOptions = STUDY_DEFAULTS,
): TestedModel {
  const { changes, degree } = model;
  const shortest = shortestSegment(values.length);
  const memory = memoryOf(values, changes, degree);
  const permutations = { random, most: options.permutations };
  const splits = seededSplits(values.length - 1, shortest);
  const asNoise = testNoChange(innovationsOf(values, memory), splits, degree, permutations);
  const robust = winsorize(values, shortest, CUT).values;
  const hasZero = values.every((value) => value >= 0);
  const effects = changeEffects(robust, changes, memory, degree, shortest);
  const mayHaveChanged = asNoise.p_value <= MOST_HOPEFUL_P;
  const wanders = (mayHaveChanged ? effects : []).map(({ earlier, at, later }) =>
    memoryAloneP(values.subarray(earlier.from, later.to), at - earlier.from, degree, shortest, permutations),
  );
  const againstMemory = mayHaveChanged ? Math.min(1, ...wanders.map((p) => p * wanders.length)) : undefined;
  const test = noSurerThan(asNoise, againstMemory ?? 0);
  const found = effects.map((effect, i) => {
    const stretch = innovationsOf(values.subarray(effect.earlier.from, effect.later.to), memory);
    const own =
      test.p_value > MOST_HOPEFUL_P
        ? undefined
        : noSurerThan(
            testNoChange(stretch, splitsOf(0, stretch.length, shortest), degree, permutations),
            Math.max(test.p_value, wanders[i] ?? 1),
          );
    const relative = hasZero && effect.before > 0 ? effect.shift / effect.before : undefined;
    return { ...effect, relative, test: own, reachesSmallest: isOfInterest(effect, hasZero, options) };
  });
  return { model, memory, test, ...(againstMemory !== undefined && { againstMemory }), changes: found };
}

function noSurerThan(one: NoChangeTest, p: number): ClaimTest {
  return { ...one, p_value: Math.max(one.p_value, p), byPermutations: one.p_value };
}

export function withoutPatterns(values: Float64Array, cycles: readonly Cycle[]): Adjusted {
  const removed: { readonly cycle: Cycle; readonly how: 'added' | 'multiplied' }[] = [];
  let adjusted = values;
  for (const cycle of cycles) {
    const step = withoutPattern(adjusted, cycle);
    adjusted = step.values;
    if (step.removed !== undefined) removed.push({ cycle, how: step.removed });
  }
  return { values: adjusted, removed };
}

/** Large enough beside the noise and, on a scale with a zero, beside the level before. */
function isOfInterest(effect: ChangeEffect, hasZero: boolean, options: StudyOptions): boolean {
  const { departure, before } = effect;
  if (!options.smallestShift.reaches(inSpreads(effect))) return false;
  return !hasZero || before === 0 || options.smallestRelative.reaches(departure / Math.abs(before));
}

/** In standard deviations within the segments; as many as a double holds where they have none. */
export function inSpreads({ departure, spread }: Pick<ChangeEffect, 'departure' | 'spread'>): number {
  return spread > 0 ? departure / spread : departure > 0 ? Number.MAX_VALUE : 0;
}
