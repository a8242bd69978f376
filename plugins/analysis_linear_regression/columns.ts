import {
  type Context,
  type CountedCategory,
  type DecimalRange,
  type Halves,
  halfSql,
  type Measure,
  readColumnFacts,
  tableView,
  type VaryingMeasure,
} from '../../src/sdk/index.ts';
import type { Settings } from './settings.ts';

/** A measure that varies. */
export interface NumericColumn extends VaryingMeasure {
  /** Of integers and decimals; undefined for doubles. */
  readonly range: DecimalRange | undefined;
}

/** A category of at least two levels. */
export type CategoryColumn = CountedCategory;

export type Variable = NumericColumn | CategoryColumn;

/** What is regressed on what. */
export interface Question {
  readonly targets: readonly NumericColumn[];
  readonly predictors: readonly Variable[];
  /** Whether the settings named the target. */
  readonly asked: boolean;
  readonly halves: Halves;
  readonly time: string | undefined;
}

/** Turns settings and the role map into columns; undefined where that is not possible, with a note that says why. */
export async function readQuestion(ctx: Context, settings: Settings): Promise<Question | undefined> {
  const view = await tableView(ctx);
  const wanted = settings.target ?? undefined;
  const target = wanted === undefined ? undefined : measureNamed(ctx, view.measures, wanted);
  if (wanted !== undefined && target === undefined) {
    ctx.notLookedFor(`The setting target names no column of numbers: ${wanted}. Nothing is regressed.`);
    return undefined;
  }
  const named = settings.predictors?.map((name) => predictorNamed(ctx, view.measures, name));
  const unknown = settings.predictors?.filter((_, i) => named?.[i] === undefined) ?? [];
  if (unknown.length > 0) {
    ctx.notLookedFor(
      `The setting predictors names no column of the table: ${unknown.join(', ')}. Nothing is regressed.`,
    );
    return undefined;
  }
  const measures = unique([
    ...(target ? [target] : view.measures),
    ...(named?.filter((one) => typeof one === 'object') ?? view.measures),
  ]);
  const categories = named?.filter((one) => typeof one === 'string') ?? view.categories;
  const facts = await readColumnFacts(ctx, measures, categories);
  for (const name of facts.constant) ctx.note(`${name} does not vary: it is neither target nor predictor.`);
  const numeric = facts.measures.map(({ measure, range }) => ({ ...measure, range }));
  const usable = facts.categories.filter(({ levels }) => levels > 1);
  const isTarget = ({ sqlName }: NumericColumn) => target === undefined || sqlName === target.sqlName;
  const isPredictor = ({ sqlName }: NumericColumn) =>
    named === undefined || named.some((one) => typeof one === 'object' && one.sqlName === sqlName);
  return withoutGaps(ctx, settings, {
    targets: numeric.filter(isTarget),
    predictors: [...numeric.filter(isPredictor), ...usable],
    asked: target !== undefined,
    halves: halfSql(view),
    time: view.time,
  });
}

/** A measure by header or by name in SQL; any column of numbers, where the settings name it. */
function measureNamed(ctx: Context, measures: readonly Measure[], name: string): Measure | undefined {
  const column = ctx.schema.find((one) => one.name === name || one.sql_name === name);
  const known = measures.find(({ sqlName }) => sqlName === (column?.sql_name ?? name));
  if (known !== undefined) return known;
  const isNumber = column !== undefined && ['integer', 'decimal', 'double'].includes(column.type.kind);
  if (!isNumber) return undefined;
  ctx.note(
    `The role map does not call ${column.sql_name} a measure; it is taken as one, since the settings name it.`,
  );
  return { sqlName: column.sql_name, derived: false };
}

/** A measure, or the name of a category. */
function predictorNamed(
  ctx: Context,
  measures: readonly Measure[],
  name: string,
): Measure | string | undefined {
  const column = ctx.schema.find((one) => one.name === name || one.sql_name === name);
  if (column !== undefined && ['text', 'boolean', 'date'].includes(column.type.kind)) return column.sql_name;
  return measureNamed(ctx, measures, name);
}

function unique(measures: readonly Measure[]): readonly Measure[] {
  return [...new Map(measures.map((measure) => [measure.sqlName, measure])).values()];
}

/** Leaves out columns with many gaps, unless the settings name them: each would cost all the others their rows. */
function withoutGaps(ctx: Context, settings: Settings, question: Question): Question {
  const fewest = (1 - settings.mostMissing) * ctx.rowCount;
  const isNamed = ({ sqlName }: Variable) =>
    settings.predictors !== undefined || (question.asked && sqlName === question.targets[0]?.sqlName);
  const isKept = (column: Variable) => isNamed(column) || column.n >= fewest;
  const left = new Set([...question.targets, ...question.predictors].filter((column) => !isKept(column)));
  if (left.size > 0) {
    const names = Array.from(left, ({ sqlName }) => sqlName).join(', ');
    ctx.note(
      `Left out, since more values are missing than the setting most_missing_percent allows: ${names}.`,
    );
  }
  return {
    ...question,
    targets: question.targets.filter(isKept),
    predictors: question.predictors.filter(isKept),
  };
}
