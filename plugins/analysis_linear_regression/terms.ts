import { type Context, identifier, isLevel, type QueryHandle } from '../../src/sdk/index.ts';
import type { CategoryColumn, NumericColumn, Question, Variable } from './columns.ts';
import type { Settings } from './settings.ts';

/** A power of a measure. */
export interface PowerTerm {
  readonly kind: 'power';
  readonly variable: NumericColumn;
  readonly power: number;
}

/** 1 in the rows of a level, else 0. */
export interface LevelTerm {
  readonly kind: 'level';
  readonly variable: CategoryColumn;
  readonly level: string;
  /** Row of the level in the query of levels. */
  readonly row: number;
}

export type Term = PowerTerm | LevelTerm;

/** A category whose levels are terms. */
export interface Factor {
  readonly variable: CategoryColumn;
  /** The commonest level, which the others are compared with, and its row in the query of levels. */
  readonly reference: { readonly level: string; readonly row: number };
  readonly levels: readonly LevelTerm[];
  /** A derived column: 0 for the reference, i for the i-th level, missing where the category is. */
  readonly code: string;
}

/** Everything that a model can be made of. */
export interface Terms {
  readonly measures: readonly NumericColumn[];
  readonly powers: readonly PowerTerm[];
  readonly factors: readonly Factor[];
  /** The levels of all factors: `position` of the category, `level`, `n`. */
  readonly levels: QueryHandle | undefined;
}

/** Rows that a level needs to be a term of its own; the rest counts with the reference. */
const FEWEST_IN_LEVEL = 5;

/** Of the terms of a model, where there are categories, too. */
const SHARE_OF_MEASURES = 2 / 3;

/** Makes terms of the predictors: powers of measures, and levels of categories that have few. */
export async function makeTerms(ctx: Context, settings: Settings, question: Question): Promise<Terms> {
  const isMeasure = (column: Variable): column is NumericColumn => column.kind === 'measure';
  const predictors = question.predictors.filter(isMeasure);
  const measures = [
    ...new Map([...question.targets, ...predictors].map((one) => [one.sqlName, one])).values(),
  ];
  const categories = question.predictors.filter((column) => column.kind === 'category');
  const share = categories.length > 0 ? SHARE_OF_MEASURES : 1;
  const room = Math.max(1, Math.floor((share * settings.mostTerms) / settings.degree));
  const kept = question.asked ? predictors.slice(0, room) : measures.slice(0, room);
  noteTooMany(ctx, question.asked ? predictors.slice(room) : measures.slice(room));
  const powers = kept.flatMap((variable) =>
    Array.from({ length: settings.degree }, (_, i): PowerTerm => ({ kind: 'power', variable, power: i + 1 })),
  );
  const { factors, levels } = await makeFactors(
    ctx,
    settings,
    categories,
    settings.mostTerms - powers.length,
  );
  const used = new Set([
    ...powers.map(({ variable }) => variable),
    ...(question.asked ? question.targets : []),
  ]);
  return { measures: measures.filter((measure) => used.has(measure)), powers, factors, levels };
}

/** By measure: the highest power that is a term; 1 for a target that is none. */
export function degreesOf({ measures, powers }: Terms): readonly number[] {
  return measures.map((measure) =>
    Math.max(1, ...powers.filter(({ variable }) => variable === measure).map(({ power }) => power)),
  );
}

function noteTooMany(ctx: Context, left: readonly Variable[]): void {
  if (left.length === 0) return;
  const names = left.map(({ sqlName }) => sqlName).join(', ');
  ctx.note(`Left out, since the model would have more terms than the setting most_terms: ${names}.`);
}

async function makeFactors(
  ctx: Context,
  settings: Settings,
  categories: readonly CategoryColumn[],
  room: number,
): Promise<Pick<Terms, 'factors' | 'levels'>> {
  if (categories.length === 0) return { factors: [], levels: undefined };
  const levels = await ctx.query(levelsSql(categories, settings.mostLevels));
  const factors: Factor[] = [];
  const large: CategoryColumn[] = [];
  const beyond: CategoryColumn[] = [];
  for (const [position, variable] of categories.entries()) {
    const rows = levels.rows.flatMap((_, row) => (levels.number(row, 'position') === position ? [row] : []));
    const own = rows.filter((row) => (levels.number(row, 'n') ?? 0) >= FEWEST_IN_LEVEL);
    const [reference, ...others] = own;
    if (rows.length > settings.mostLevels) large.push(variable);
    else if (factors.reduce((sum, one) => sum + one.levels.length, others.length) > room)
      beyond.push(variable);
    else if (reference !== undefined && others.length > 0) {
      factors.push(await makeFactor(ctx, variable, levels, reference, others, factors.length));
    }
  }
  if (large.length > 0) {
    const names = large.map(({ sqlName }) => sqlName).join(', ');
    ctx.note(`Left out, since they have more levels than the setting most_levels: ${names}.`);
  }
  noteTooMany(ctx, beyond);
  return { factors, levels };
}

/** Levels by category, the commonest first; of each one more than may be used. */
function levelsSql(categories: readonly CategoryColumn[], most: number): string {
  const counts = categories.map(({ sqlName }, position) => {
    const column = identifier(sqlName);
    return `SELECT position, level, n FROM (SELECT ${position} AS position, CAST(${column} AS VARCHAR) AS level, count(*) AS n
  FROM data WHERE ${column} IS NOT NULL GROUP BY ${column} ORDER BY n DESC, level LIMIT ${most + 1}) AS levels_${position}`;
  });
  return `SELECT position, level, n FROM (${counts.join('\nUNION ALL ')}) AS levels ORDER BY position, n DESC, level`;
}

async function makeFactor(
  ctx: Context,
  variable: CategoryColumn,
  levels: QueryHandle,
  reference: number,
  others: readonly number[],
  position: number,
): Promise<Factor> {
  const text = (row: number) => levels.text(row, 'level') ?? '';
  const column = identifier(variable.sqlName);
  const cases = others.map((row, i) => `WHEN ${isLevel(ctx, variable.sqlName, text(row))} THEN ${i + 1}`);
  const code = freeName(ctx, `level_of_factor_${position + 1}`);
  await ctx.derive(code, `CASE WHEN ${column} IS NULL THEN NULL ${cases.join(' ')} ELSE 0 END`);
  return {
    variable,
    reference: { level: text(reference), row: reference },
    levels: others.map((row): LevelTerm => ({ kind: 'level', variable, level: text(row), row })),
    code,
  };
}

/** The name itself, or with underscores added where the table has a column of that name. */
export function freeName(ctx: Context, wanted: string): string {
  const taken = new Set(ctx.schema.map((column) => column.sql_name.toLowerCase()));
  let name = wanted;
  while (taken.has(name)) name += '_';
  return name;
}
