import {
  MOST_HOPEFUL_P,
  nearMissTable,
  plainColumnName,
  type ScreenedHypothesis,
} from '../../src/sdk/index.ts';
import { type Association, isOfInterest, strengthOf } from './association.ts';
import { drawChart } from './charts.ts';
import { copiesIn } from './copies.ts';
import type { CountedPair } from './cross-tables.ts';
import type { GroupMeansOf } from './group-means.ts';
import { readPearson } from './pearson.ts';
import { reportCategories } from './report-categories.ts';
import { reportGroups } from './report-groups.ts';
import { reportMeasures } from './report-measures.ts';
import { scoreModel } from './score-model.ts';
import type { Study } from './study.ts';
import { type NumericColumn, nameOfPair, type Variable } from './subject.ts';
import { directnessOf } from './through.ts';

/** Everything that was compared, and what the findings are made from. */
export interface Compared {
  readonly associations: readonly Association[];
  readonly tables: readonly CountedPair[];
  readonly means: GroupMeansOf;
}

/** Charts are drawn for the strongest findings only. */
const MOST_CHARTS = 8;

/** Enters what was tested in the ledger, and reports what is strong enough and not plainly chance. */
export async function report(study: Study, compared: Compared): Promise<void> {
  const { ctx, settings } = study;
  const labels = registerTests(study, compared);
  const copies = copiesIn(compared.tables);
  noteCopies(study, copies);
  const hopeful = compared.associations
    .filter((one) => isOfInterest(one) && (one.p_value ?? 1) <= MOST_HOPEFUL_P && !isRepeated(one, copies))
    .sort(byStrength);
  const kept = hopeful.slice(0, settings.mostFindings);
  if (kept.length < hopeful.length) {
    ctx.note(
      'More pairs than the setting most_findings are of interest: the weaker ones are in near_misses.csv only.',
    );
  }
  const model = scoreModel(study.sums, compared.tables);
  const directness = await directnessOf(study, model, compared.associations, kept);
  const measurePairs = kept.flatMap(({ a, b }): [NumericColumn, NumericColumn][] =>
    a.kind === 'measure' && b.kind === 'measure' ? [[a, b]] : [],
  );
  const pearson = await readPearson(ctx, measurePairs);
  const tableOf = new Map(compared.tables.map((pair) => [nameOfPair(pair.a, pair.b), pair]));
  for (const [i, one] of kept.entries()) {
    const charts = i < MOST_CHARTS ? [await drawChart(study, one, i + 1)] : [];
    const test = labels.get(one) ?? '';
    const reported = { study, one, test, directness: directness(one), charts };
    const { a, b } = one;
    if (a.kind === 'measure' && b.kind === 'measure') reportMeasures(reported, pearson(a, b));
    else if (a.kind === 'category' && b.kind === 'measure')
      await reportGroups(reported, compared.means(b, a));
    else {
      const table = tableOf.get(nameOfPair(a, b));
      if (table !== undefined) await reportCategories(reported, table);
    }
    ctx.progress(i + 1, kept.length);
  }
  const reasonFor = (one: Association) =>
    isRepeated(one, copies)
      ? 'told of the column that one of them is a copy of'
      : reasonOf(one, kept, hopeful);
  await ctx.artifact(
    nearMissTable(
      compared.associations.map((one) => screened(study, one, labels.get(one), reasonFor(one))),
      ctx.coverage,
    ),
  );
}

/** Whether it tells of a copy what is told of the column itself; that the two go together is told once. */
function isRepeated({ a, b }: Association, copies: ReadonlyMap<string, Variable>): boolean {
  const [ofA, ofB] = [copies.get(a.sqlName), copies.get(b.sqlName)];
  if (ofA === undefined && ofB === undefined) return false;
  return ofA?.sqlName !== b.sqlName && ofB?.sqlName !== a.sqlName;
}

function noteCopies({ ctx }: Study, copies: ReadonlyMap<string, Variable>): void {
  const name = (sqlName: string) => plainColumnName(ctx, sqlName);
  for (const [original, some] of Map.groupBy(copies, ([, { sqlName }]) => sqlName)) {
    const names = some.map(([copy]) => name(copy)).join(', ');
    ctx.note(`What is told of ${name(original)} holds of its copies (level by level the same): ${names}.`);
  }
}

function byStrength(a: Association, b: Association): number {
  return strengthOf(b) - strengthOf(a) || (nameOfPair(a.a, a.b) < nameOfPair(b.a, b.b) ? -1 : 1);
}

const FAMILY: Readonly<Record<Association['kind'], string>> = {
  measures: 'rank_correlation',
  groups: 'kruskal_wallis',
  categories: 'chi_square',
};

/** One entry for each pair that was tested, and one for the analysis of variance of each measure by each category. */
function registerTests({ ctx }: Study, { associations, means }: Compared): ReadonlyMap<Association, string> {
  const labels = new Map<Association, string>();
  for (const one of associations) {
    if (one.p_value === null) continue;
    const { a, b, kind, statistic, p_value, n } = one;
    const [nameA, nameB] = [plainColumnName(ctx, a.sqlName), plainColumnName(ctx, b.sqlName)];
    const hypothesis =
      kind === 'groups'
        ? `${nameB} has the same ranks in all levels of ${nameA}`
        : `${nameA} and ${nameB} are independent`;
    labels.set(one, ctx.test({ family: FAMILY[kind], hypothesis, statistic, p_value, n }));
    if (a.kind !== 'category' || b.kind !== 'measure') continue;
    const { anova, p_value: classical, welch_p_value: welch } = means(b, a);
    if (anova.f === null || classical === null) continue;
    ctx.test({
      family: 'anova',
      hypothesis: `${nameB} has the same mean in all levels of ${nameA}`,
      statistic: { name: 'F', value: anova.f },
      // F alone is not valid where tails are heavy, spreads differ or rows follow each other: never surer than ranks
      p_value: Math.max(classical, welch, p_value),
      n: anova.n,
    });
  }
  return labels;
}

function screened(
  { ctx }: Study,
  one: Association,
  test: string | undefined,
  reason: string,
): ScreenedHypothesis {
  return {
    hypothesis: `${plainColumnName(ctx, one.a.sqlName)} with ${plainColumnName(ctx, one.b.sqlName)}`,
    n: one.n,
    estimate: one.effect,
    unit: one.smallest.unit,
    smallest_effect: one.smallest.value,
    p_value: one.p_value,
    reason,
    test,
  };
}

function reasonOf(one: Association, kept: readonly Association[], hopeful: readonly Association[]): string {
  if (kept.includes(one)) return 'reported, if the ledger of the run keeps it';
  if (hopeful.includes(one)) return 'weaker than the most findings';
  if (one.p_value === null) return 'not tested: too few rows or nothing varies';
  return isOfInterest(one) ? 'p-value too large' : 'effect too small';
}
