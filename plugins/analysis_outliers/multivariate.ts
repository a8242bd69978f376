import { byText, MOST_HOPEFUL_P, plainColumnName } from '../../src/sdk/index.ts';
import { columnGroups } from './column-groups.ts';
import { isolationScore } from './isolation-forest.ts';
import { fitModel, type JointModel } from './joint-model.ts';
import { drawLandmarks } from './landmarks.ts';
import { type JointClaim, reportRows } from './report-rows.ts';
import type { Claimed } from './report-tail.ts';
import { chanceOfDistance } from './row-chance.ts';
import { type FarRow, type Scored, scoreRows, tailOf } from './score-rows.ts';
import { depthFor, findTailGap } from './spacings.ts';
import type { Study } from './study.ts';

/** Rows whose values go together as in no other row. */
export async function reportJointly(study: Study, claimed: readonly Claimed[]): Promise<void> {
  const { ctx } = study;
  if (study.measures.length < 2) return;
  const landmarks = await drawLandmarks(ctx, study.measures);
  const groups = columnGroups(landmarks, study.settings.smallestCorrelation, ctx.note);
  const models = groups.flatMap((group) => fitModel(landmarks, group, ctx.random) ?? []);
  if (models.length === 0) return;
  await reportEach(study, testEach(study, await scoreRows(ctx, models), claimed));
}

/** Below this p-value rows are taken as told, and left out where more columns are looked at. */
const SURE = 1e-4;

/**
 * Tests the groups of few columns first. Rows that a single measure tells, or surely a group of fewer columns, are
 * left out of what follows: else any row beside them would pass for an outlier.
 */
function testEach(study: Study, scored: readonly Scored[], claimed: readonly Claimed[]): JointClaim[] {
  const told = new Set<string>();
  const claims: JointClaim[] = [];
  const fewFirst = [...scored].sort((a, b) => a.model.columns.length - b.model.columns.length);
  for (const one of fewFirst) {
    const isLeft = (row: FarRow) => !told.has(keyOf(row)) && !isToldAlone(row, one.model, claimed);
    const left = { ...one, farthest: one.farthest.filter(isLeft), isolated: one.isolated.filter(isLeft) };
    const found = [...testDistances(study, left), ...testIsolation(study, left)];
    for (const { rows, p_value } of found) {
      if (p_value <= SURE) for (const row of rows) told.add(keyOf(row));
    }
    claims.push(...found);
  }
  return claims;
}

/** Whether a row lies among the outliers of one of the model's measures. */
function isToldAlone({ scores }: FarRow, { columns }: JointModel, claimed: readonly Claimed[]): boolean {
  return columns.some(({ measured, scores: normal }, i) =>
    claimed.some(({ tail }) => {
      if (tail.measured !== measured) return false;
      const cut = normal.scoreOf(tail.lastQuery.number(tail.gap.outliers - 1, 'value') ?? 0);
      const own = scores[i] ?? 0;
      return tail.side === 'above' ? own >= cut : own <= cut;
    }),
  );
}

/** The surest claims first; a claim all of whose rows were told says nothing new. */
async function reportEach(study: Study, claims: readonly JointClaim[]): Promise<void> {
  const told = new Set<string>();
  const inOrder = [...claims].sort(
    (a, b) =>
      a.p_value - b.p_value || a.model.columns.length - b.model.columns.length || byText(a.label, b.label),
  );
  for (const claim of inOrder) {
    if (claim.rows.every((row) => told.has(keyOf(row)))) continue;
    for (const row of claim.rows) told.add(keyOf(row));
    await reportRows(study, claim);
  }
}

function keyOf({ part, row }: FarRow): string {
  return `${part} ${row}`;
}

function testDistances(study: Study, { model, complete, farthest }: Scored): JointClaim[] {
  const depth = depthFor(complete);
  const gap = depth && findTailGap(tailOf(farthest, complete, model.median), depth);
  if (gap === undefined) return [];
  const nearest = farthest[gap.outliers - 1]?.value ?? 0;
  const ordinary = farthest[gap.outliers]?.value ?? 0;
  // both must be surprising: the gap for the tail that the distances have, and so many far rows for normal data
  const p_value = Math.max(
    gap.p_value,
    chanceOfRows(gap.outliers, complete * chanceOfDistance(nearest, model.fitted, model.columns.length)),
  );
  return test(study, {
    model,
    method: 'distance',
    complete,
    p_value,
    statistic: gap.statistic,
    ratio: nearest / ordinary,
    ordinary,
    rows: farthest.slice(0, gap.outliers),
  });
}

/**
 * A bound for the chance that `rows` or more rows lie as far out where `expected` are expected: C(n, r) pʳ ≤ λʳ / r!,
 * with the weight that the gap has for so many rows.
 */
function chanceOfRows(rows: number, expected: number): number {
  let chance = rows * (rows + 1);
  for (let i = 1; i <= rows; i++) chance *= expected / i;
  return Math.min(1, chance);
}

function testIsolation(study: Study, { model, complete, isolated }: Scored): JointClaim[] {
  const depth = depthFor(complete);
  if (depth === undefined || isolated.length === 0) return [];
  const median = medianScore(model);
  const gap = findTailGap(tailOf(isolated, complete, median), depth);
  if (gap === undefined) return [];
  return test(study, {
    model,
    method: 'isolation',
    complete,
    p_value: gap.p_value,
    statistic: gap.statistic,
    ratio: gap.ratio,
    ordinary: isolated[gap.outliers]?.value ?? 0,
    rows: isolated.slice(0, gap.outliers),
  });
}

function medianScore({ forest, points }: JointModel): number {
  const scores = Float64Array.from({ length: points.count }, (_, row) =>
    isolationScore(forest, points.values, row * points.width),
  ).sort();
  return scores[scores.length >> 1] ?? 0;
}

/** Enters a hypothesis in the ledger; gives the claim where it is worth one. */
function test({ ctx, screened, settings }: Study, claim: Omit<JointClaim, 'label'>): JointClaim[] {
  const names = claim.model.columns
    .map(({ measured }) => plainColumnName(ctx, measured.measure.sqlName))
    .join(', ');
  const how = claim.method === 'distance' ? 'by its robust distance' : 'by an isolation forest';
  const hypothesis = `no row lies cut off from all others in ${names}, ${how}`;
  const label = ctx.test({
    family: 'outliers_of_measures_together',
    hypothesis,
    statistic: { name: 'F of spacings', value: claim.statistic },
    p_value: claim.p_value,
    n: claim.complete,
  });
  const isWide = settings.smallestRowRatio.reaches(claim.ratio);
  screened.push({
    hypothesis,
    n: claim.complete,
    estimate: claim.ratio,
    unit: claim.method === 'distance' ? settings.smallestRowRatio.unit : 'times as isolated',
    smallest_effect: settings.smallestRowRatio.value,
    p_value: claim.p_value,
    test: label,
    reason:
      claim.p_value > MOST_HOPEFUL_P
        ? 'distances like these are usual'
        : isWide
          ? 'left to the ledger of the run'
          : 'the gap is smaller than the smallest of interest',
  });
  return claim.p_value <= MOST_HOPEFUL_P && isWide ? [{ ...claim, label }] : [];
}
