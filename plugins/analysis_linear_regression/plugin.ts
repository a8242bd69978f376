import {
  type Context,
  definePlugin,
  identifier,
  isCollinear,
  readSerialDependence,
  type SerialDependence,
} from '../../src/sdk/index.ts';
import { type Question, readQuestion, type Variable } from './columns.ts';
import { fitting, type Model, modelOf, sizeOf } from './fit.ts';
import { readRankTests } from './rank-test.ts';
import { leaveOutRelations, refuseCollinear } from './relations.ts';
import { isOfInterest, judge, report } from './report.ts';
import { diagnoseAll } from './residual-passes.ts';
import { readSettings, type Settings } from './settings.ts';
import type { Diagnosed, Fits, Fitted, Study } from './study.ts';
import { readSums, type Sums } from './sums.ts';
import { makeTerms, type Terms } from './terms.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const settings = readSettings(ctx);
    const question = await readQuestion(ctx, settings);
    if (question === undefined) return;
    const study = await studyOf(ctx, settings, question);
    if (study === undefined) return;
    const left = question.asked ? new Set<number>() : leaveOutRelations(study);
    const fits = fitsOf(study, left);
    const fitted = modelsOf(study, left).flatMap((model): Fitted[] => {
      const fit = fits.whole(model);
      return isCollinear(fit) ? [] : [{ model, fit }];
    });
    const diagnosed = await diagnosedOf(study, fitted);
    await report(
      study,
      fits,
      diagnosed.map((one) => judge(study, one)),
    );
  },
});

/** Makes terms and reads their sums; undefined where there is nothing to regress, with a note. */
async function studyOf(ctx: Context, settings: Settings, question: Question): Promise<Study | undefined> {
  if (question.targets.length === 0) {
    ctx.notLookedFor('No measure can be a target.');
    return undefined;
  }
  const terms = await makeTerms(ctx, settings, question);
  const hasRanks = settings.intercept && settings.degree === 1;
  const [{ sums, ranks }, serial] = await Promise.all([
    sumsOf(ctx, settings, question, terms, hasRanks),
    hasRanks && !question.asked ? serialOf(ctx, question, terms) : undefined,
  ]);
  return { ctx, settings, question, terms, sums, ranks, serial: ranks && serial };
}

/** Sums of the complete rows, then of their ranks where these say something. */
async function sumsOf(
  ctx: Context,
  settings: Settings,
  question: Question,
  terms: Terms,
  hasRanks: boolean,
): Promise<Pick<Study, 'sums' | 'ranks'>> {
  const sums = await readSums(ctx, terms, question.halves.sql);
  if (sums.whole.n < ctx.rowCount) {
    ctx.note(
      `Only rows that have every column of the models are used: ${sums.whole.n} of ${ctx.rowCount}; nothing is filled in.`,
    );
  }
  const isRanked = hasRanks && sums.whole.n > 2;
  return { sums, ranks: isRanked ? await readRankTests(ctx, terms, sums, settings.permutations) : undefined };
}

function serialOf(ctx: Context, { time }: Question, { measures, factors }: Terms): Promise<SerialDependence> {
  const variables = [...measures, ...factors.map(({ variable }) => variable)];
  return readSerialDependence(
    ctx,
    time,
    variables.map((variable) => ({
      name: variable.sqlName,
      sql: identifier(variable.kind === 'measure' ? variable.column : variable.sqlName),
      kind: variable.kind,
    })),
  );
}

/** Rows beyond one for each coefficient that a model needs, unless it was asked for. */
const ROWS_TO_SPARE = 10;

function fitsOf({ sums, settings }: Study, left: ReadonlySet<number>): Fits {
  const among = sums.moments.map((_, at) => at).filter((at) => !left.has(at));
  const on = (part: Sums) => fitting(part, among, settings.intercept);
  return { whole: on(sums.whole), first: on(sums.first), second: on(sums.second) };
}

/** The models that can be solved; says why others can't. */
function modelsOf(study: Study, left: ReadonlySet<number>): readonly Model[] {
  const { ctx, settings, question, sums } = study;
  const predictors = new Set<Variable>(question.predictors);
  const targets = question.targets.filter(
    (target) =>
      sums.moments.some(({ variable }) => variable === target) &&
      ![...left].some((at) => sums.moments[at]?.variable === target),
  );
  if (targets.length > settings.mostTargets) {
    const names = targets.slice(settings.mostTargets).map(({ sqlName }) => sqlName);
    ctx.note(`Beyond the setting most_targets, and no target: ${names.join(', ')}.`);
  }
  return targets.slice(0, settings.mostTargets).flatMap((target): Model[] => {
    const model = modelOf(sums, target, left, ({ variable }) => predictors.has(variable), settings.intercept);
    const spare = question.asked ? 1 : ROWS_TO_SPARE;
    if (model.predictors.length === 0) {
      ctx.note(`${target.sqlName} has no predictor.`);
      return [];
    }
    if (question.asked && refuseCollinear(study, model)) return [];
    if (sums.whole.n >= sizeOf(model) + spare) return [model];
    ctx.note(
      `Refused: ${target.sqlName} has ${sums.whole.n} complete rows for a model of ${sizeOf(model)} coefficients, which are too few.`,
    );
    return [];
  });
}

/** Diagnoses the models that will be reported; the others need no residuals. */
async function diagnosedOf(study: Study, fitted: readonly Fitted[]): Promise<readonly Diagnosed[]> {
  const wanted = fitted.filter(
    (one) => !one.fit.exact_fit && (study.question.asked || isOfInterest(study, one)),
  );
  const diagnostics = wanted.length === 0 ? [] : await diagnoseAll(study, wanted);
  return fitted.map((one) => ({ ...one, diagnostics: diagnostics[wanted.indexOf(one)] }));
}
