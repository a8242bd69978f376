import { type Association, isOfInterest, strengthOf, type WithOf } from './association.ts';
import { type Given, groupsGiven, measuresGiven, measuresGivenAll, type Tried } from './given-another.ts';
import { type JointRows, nameOfSet, readJointRows } from './joint-rows.ts';
import type { ScoreModel } from './score-model.ts';
import { stratified } from './strata.ts';
import type { Study } from './study.ts';
import { type NumericColumn, nameOfPair, type Variable } from './subject.ts';

/**
 * `direct`: no other column takes much of it away. `weaker`: one takes a part. `indirect`: among rows that are alike in
 * another column, less is left than is of interest. `reversed`: there it has the other direction. `same`: the two
 * columns say nearly the same.
 */
export type Verdict = 'direct' | 'weaker' | 'indirect' | 'reversed' | 'same';

/** Whether an association stays when other columns are held. */
export interface Directness {
  readonly verdict: Verdict;
  /** The column that takes most of it away. */
  readonly through: Variable | undefined;
  /** The effect among rows that are alike in that column. */
  readonly given: number | undefined;
  /** For two measures: the partial correlation given all the other measures. */
  readonly givenAll: number | undefined;
  /** How many columns were tried. */
  readonly tried: number;
}

/** From this strength on, two columns count as the same. */
const SAME = 0.95;
/** A column that leaves less than this share of the effect takes a part of it. */
const WEAKER = 0.7;
/** Columns that are tried on the rows that have all three, where there are gaps: those that seem to explain most. */
const MOST_REFINED = 3;
/** Share of an association's rows that must have all measures, to hold all the others. */
const SHARE_COMPLETE = 0.5;

/** Finds for each association which other column explains it, if any. */
export async function directnessOf(
  study: Study,
  model: ScoreModel,
  all: readonly Association[],
  kept: readonly Association[],
): Promise<(one: Association) => Directness> {
  const strengths = new Map(all.map((one) => [nameOfPair(one.a, one.b), one]));
  const withOf: WithOf = (a, b) => strengths.get(nameOfPair(a, b));
  const candidates = new Map(kept.map((one) => [one, candidatesOf(study, model, one, withOf)]));
  const joint = await readJointRows(study, setsWithGaps(study, model, candidates));
  const found = new Map<Association, Directness>();
  for (const [one, others] of candidates) {
    const tried = await triedOthers(study, model, joint, one, others, withOf);
    found.set(one, verdictOf(one, tried, allOthers(study, model, joint, one, withOf)));
  }
  return (one) => {
    const directness = found.get(one);
    if (directness === undefined) throw new RangeError('an association that is not reported');
    return directness;
  };
}

/** Columns that go with both, are not one of them once more, and are not a coarser form of one of them. */
function candidatesOf(
  { subject }: Study,
  model: ScoreModel,
  one: Association,
  withOf: WithOf,
): readonly Variable[] {
  if (strengthOf(one) >= SAME) return [];
  return [...subject.measures, ...subject.categories].filter((other) => {
    if (other === one.a || other === one.b) return false;
    const [first, second] = [withOf(one.a, other), withOf(one.b, other)];
    if (first === undefined || second === undefined || isTwin(first) || isTwin(second)) return false;
    if ([one.a, one.b].some((column) => decides(model, column, other))) return false;
    return isOfInterest(first) && isOfInterest(second);
  });
}

/** Columns that say the same; a category that decides another, with fewer levels, is none. */
function isTwin(one: Association): boolean {
  if (strengthOf(one) < SAME) return false;
  return one.a.kind === 'measure' || one.b.kind === 'measure' || one.a.levels === one.b.levels;
}

/** Whether each level of a category occurs with one level of another only. */
function decides(model: ScoreModel, one: Variable, other: Variable): boolean {
  if (one.kind === 'measure' || other.kind === 'measure') return false;
  const table = model.table(one, other);
  return table?.counts.every((row) => row.filter((count) => count > 0).length <= 1) ?? false;
}

/** The sets of columns, some with gaps, whose joint rows the partial effects are to be computed on. */
function setsWithGaps(
  { subject }: Study,
  model: ScoreModel,
  candidates: ReadonlyMap<Association, readonly Variable[]>,
): readonly (readonly Variable[])[] {
  const hasGaps = (set: readonly Variable[]) => set.some(({ n }) => n < subject.rows);
  const triples = [...candidates].flatMap(([one, others]) =>
    one.kind === 'categories' ? [] : mostExplaining(model, one, others).map((other) => [one.a, one.b, other]),
  );
  const measures = [...candidates.keys()].some(({ kind }) => kind === 'measures') ? [subject.measures] : [];
  return [...triples, ...measures].filter(hasGaps);
}

function mostExplaining(
  model: ScoreModel,
  one: Association,
  others: readonly Variable[],
): readonly Variable[] {
  const left = (other: Variable) => signedSize(givenOther(model, one, other));
  return others
    .toSorted((x, y) => left(x) - left(y) || (x.sqlName < y.sqlName ? -1 : 1))
    .slice(0, MOST_REFINED);
}

function givenOther(model: ScoreModel, { a, b, n }: Association, other: Variable): Given | undefined {
  if (a.kind === 'measure' && b.kind === 'measure') return measuresGiven(model, a, b, other);
  return a.kind === 'category' && b.kind === 'measure' ? groupsGiven(model, a, b, other, n) : undefined;
}

/** What is left of an effect, less than nothing where it is reversed. */
function signedSize(given: Given | undefined): number {
  if (given === undefined) return Number.POSITIVE_INFINITY;
  return (given.reversed ? -1 : 1) * Math.abs(given.effect);
}

async function triedOthers(
  study: Study,
  model: ScoreModel,
  joint: ReadonlyMap<string, JointRows>,
  one: Association,
  others: readonly Variable[],
  withOf: WithOf,
): Promise<readonly Tried[]> {
  const { a, b } = one;
  if (a.kind === 'category' && b.kind === 'category') return stratified(study, a, b, others, withOf);
  return mostExplaining(model, one, others).flatMap((other): Tried[] => {
    const rows = joint.get(nameOfSet([a, b, other]));
    const given = givenOther(rows?.model ?? model, rows ? { ...one, n: rows.n } : one, other);
    return given === undefined ? [] : [{ other, given }];
  });
}

/** Given all other measures but those that say the same as one of the two. */
function allOthers(
  { subject }: Study,
  model: ScoreModel,
  joint: ReadonlyMap<string, JointRows>,
  one: Association,
  withOf: WithOf,
): number | undefined {
  const { a, b } = one;
  if (a.kind !== 'measure' || b.kind !== 'measure' || strengthOf(one) >= SAME) return undefined;
  const others = subject.measures.filter(
    (other): other is NumericColumn =>
      other !== a &&
      other !== b &&
      ![withOf(a, other), withOf(b, other)].some((with_) => with_ && isTwin(with_)),
  );
  const rows = joint.get(nameOfSet(subject.measures));
  if (others.length === 0 || (rows && rows.n < SHARE_COMPLETE * one.n)) return undefined;
  return measuresGivenAll(rows?.model ?? model, a, b, others);
}

function verdictOf(one: Association, tried: readonly Tried[], givenAll: number | undefined): Directness {
  const size = Math.abs(one.effect ?? 0);
  const [least] = tried.toSorted(
    (x, y) => signedSize(x.given) - signedSize(y.given) || (x.other.sqlName < y.other.sqlName ? -1 : 1),
  );
  const given = least?.given.effect;
  const found = { through: least?.other, given, givenAll, tried: tried.length };
  const leavesLittle = (effect: number) => !one.smallest.reaches(effect) && Math.abs(effect) < size / 2;
  if (strengthOf(one) >= SAME) return { ...found, verdict: 'same' };
  if (given !== undefined && leavesLittle(given)) return { ...found, verdict: 'indirect' };
  if (given !== undefined && least?.given.reversed && one.smallest.reaches(given)) {
    return { ...found, verdict: 'reversed' };
  }
  if (givenAll !== undefined && leavesLittle(givenAll)) {
    return { ...found, verdict: 'indirect', through: undefined };
  }
  if (given !== undefined && Math.abs(given) < WEAKER * size) return { ...found, verdict: 'weaker' };
  return { ...found, verdict: 'direct' };
}
