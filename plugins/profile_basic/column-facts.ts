import type { Context, DerivationHandle, FieldInput, MomentState, QueryHandle } from '../../src/sdk/index.ts';
import { askChart, everyValueOnce, frequentName } from './charts.ts';
import { type ColumnKind, codeRole, kindOf } from './column-kind.ts';
import { deriveMoments, MOMENT_NAMES } from './moments.ts';
import { askQuantiles, QUANTILE_NAMES, queryTimeQuartiles } from './quantiles.ts';
import { statementOf, titleOf } from './statements.ts';
import { holdsFewValues, queryUnique, queryValues } from './values-query.ts';

type Column = Context['schema'][number];
type Fields = Record<string, FieldInput>;

/** From here on a span is told in days. */
const TWO_DAYS_S = 2 * 86_400;

/** Asks for everything that is known of one column; what comes back tells it, as one finding with a chart. */
export async function askColumn(
  ctx: Context,
  column: Column,
  state: MomentState | undefined,
): Promise<() => void> {
  const kind = kindOf(column, ctx);
  const unique = await queryUnique(ctx, column);
  const values = await queryValues(ctx, column, unique !== undefined);
  const tellKind = await askKind(ctx, column, kind, values, state);
  const tellChart = await askChart(ctx, column, kind, values);
  return () => {
    const fields: Fields = {
      column: { column_name: column.sql_name },
      ...countFields(values),
      ...distinctFields(values, unique),
      ...tellKind(),
      ...(kind !== 'boolean' && frequentFields(values, kind)),
    };
    ctx.finding({
      kind: 'column_facts',
      title: titleOf(kind, fields, values),
      statement: statementOf(column, kind, fields, values),
      fields,
      target: { columns: { columns: [column.sql_name] } },
      how: 'exact_count',
      severity: 'info',
      ranking: { effect: 0, reach: 0, actionability: 0 },
      charts: tellChart(),
      limitations: limitationsOf(ctx, column, kind, values),
    });
  };
}

function countFields(values: QueryHandle): Fields {
  return {
    ...cells(values, ['all_rows', 'present_rows', 'missing_rows'], ROWS),
    ...cells(values, ['missing_percent'], '%'),
  };
}

function distinctFields(values: QueryHandle, unique: QueryHandle | undefined): Fields {
  if (unique === undefined) return cells(values, ['distinct_values', 'single_values'], DISTINCT);
  const from = unique.cell(0, 'distinct_values');
  const field = { from, unit: unitFor(unique.number(0, 'distinct_values'), DISTINCT) };
  return { distinct_values: field, single_values: field };
}

async function askKind(
  ctx: Context,
  column: Column,
  kind: ColumnKind,
  values: QueryHandle,
  state: MomentState | undefined,
): Promise<() => Fields> {
  switch (kind) {
    case 'measure':
      return askMeasure(ctx, column, values, state);
    case 'code':
      return () => ({
        minimum: values.cell(0, 'lowest_label'),
        maximum: values.cell(0, 'highest_label'),
        ...lengthFields(values),
      });
    case 'text':
      return () => ({
        ...lengthFields(values),
        ...cells(values, ['empty_rows'], ROWS),
        ...meanLength(ctx, values),
      });
    case 'boolean':
      return () => ({
        ...cells(values, ['true_rows', 'false_rows'], ROWS),
        ...cells(values, ['true_percent'], '%'),
      });
    case 'time':
      return askTimes(ctx, column, values);
  }
}

async function askMeasure(
  ctx: Context,
  column: Column,
  values: QueryHandle,
  state: MomentState | undefined,
): Promise<() => Fields> {
  const special = column.type.kind === 'double' ? ['nan_rows', 'infinite_rows'] : [];
  const finite = special.reduce(
    (rows, name) => rows - (values.number(0, name) ?? 0),
    values.number(0, 'present_rows') ?? 0,
  );
  const range = { ...cells(values, ['minimum', 'maximum']), ...cells(values, special, ROWS) };
  if (finite === 0) return () => range;
  if (state === undefined) throw new Error(`no moments of ${column.sql_name} were merged`);
  const tellQuantiles = await askQuantiles(ctx, column, finite, holdsFewValues(ctx, values));
  return () => ({
    ...range,
    ...derived(tellQuantiles(), QUANTILE_NAMES),
    ...derived(deriveMoments(ctx, column.sql_name, state, values), MOMENT_NAMES),
  });
}

async function askTimes(ctx: Context, column: Column, values: QueryHandle): Promise<() => Fields> {
  const range = cells(values, ['minimum', 'maximum']);
  if (values.number(0, 'present_rows') === 0) return () => range;
  const quartiles = await queryTimeQuartiles(ctx, column, holdsFewValues(ctx, values));
  return () => ({
    ...range,
    ...cells(values, ['span_s'], 's'),
    ...((values.number(0, 'span_s') ?? 0) >= TWO_DAYS_S && cells(values, ['span_days'], 'days')),
    ...cells(quartiles, ['first_quartile', 'median', 'third_quartile']),
  });
}

function lengthFields(values: QueryHandle): Fields {
  return cells(values, ['shortest_characters', 'longest_characters'], CHARACTERS);
}

function meanLength(ctx: Context, values: QueryHandle): Fields {
  const [sum, n] = [values.number(0, 'all_characters') ?? 0, values.number(0, 'present_rows') ?? 0];
  if (n === 0) return {};
  const mean = ctx.derivation({
    method: 'mean length: all_characters divided by present_rows',
    values: { mean_characters: sum / n },
    inputs: [values],
  });
  return { mean_characters: { from: mean.value('mean_characters'), unit: unitFor(sum / n, CHARACTERS) } };
}

/** The frequent values with their rows, those of codes as text; left out where no value repeats. */
function frequentFields(values: QueryHandle, kind: ColumnKind): Fields {
  if (values.number(0, 'distinct_values') === 0 || everyValueOnce(values)) return {};
  const fields: Fields = {};
  for (const row of values.rows.keys()) {
    fields[`top_value_${row + 1}`] = values.cell(row, frequentName(kind));
    fields[`top_rows_${row + 1}`] = {
      from: values.cell(row, 'frequent_rows'),
      unit: unitFor(values.number(row, 'frequent_rows'), ROWS),
    };
    fields[`top_percent_${row + 1}`] = { from: values.cell(row, 'frequent_percent'), unit: '%' };
  }
  return fields;
}

function limitationsOf(ctx: Context, column: Column, kind: ColumnKind, values: QueryHandle): string[] {
  const limitations: string[] = [];
  if (kind === 'code') {
    limitations.push(
      `The role map calls it ${codeRole(column, ctx) ?? 'an id'}: an id or code is no measure, so that quantiles and moments are not computed.`,
    );
  }
  if (everyValueOnce(values))
    limitations.push('Every value occurs once, so that no frequent values are listed.');
  const special = column.type.kind === 'double' && values.number(0, 'nan_rows') !== 0;
  if (special)
    limitations.push('NaN is counted apart; range, quantiles and moments are of the finite values.');
  if (column.type.kind === 'double' && values.number(0, 'infinite_rows') !== 0) {
    limitations.push(
      'Infinite values are counted apart; range, quantiles and moments are of the finite values.',
    );
  }
  return limitations;
}

function cells(handle: QueryHandle, names: readonly string[], unit?: string | Unit): Fields {
  const field = (name: string): FieldInput => {
    const from = handle.cell(0, name);
    if (unit === undefined) return { from };
    return { from, unit: typeof unit === 'string' ? unit : unitFor(handle.number(0, name), unit) };
  };
  return Object.fromEntries(names.map((name) => [name, field(name)]));
}

/** The word for what is counted, for one and for any other number. */
type Unit = readonly [one: string, many: string];

const ROWS: Unit = ['row', 'rows'];
const DISTINCT: Unit = ['distinct value', 'distinct values'];
const CHARACTERS: Unit = ['character', 'characters'];

function unitFor(count: number | null, [one, many]: Unit): string {
  return count === 1 ? one : many;
}

function derived(handle: DerivationHandle, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, handle.value(name)]));
}
