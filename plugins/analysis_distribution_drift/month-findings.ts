import {
  type Context,
  columnPhrase,
  type FieldInput,
  GENERATOR,
  type ItemInput,
  type LevelCodes,
  type Measure,
  type Phrase,
  type QueryHandle,
  unitOf,
} from '../../src/sdk/index.ts';
import { chartMonths } from './charts.ts';
import { identityOf, limitOfReplication, replicationOf } from './halves-request.ts';
import { type Bounds, boundLevels, boundMeasure, LEVEL, monthsOfPair } from './intervals.ts';
import { type MonthPair, type MonthsTest, replicatePair } from './months.ts';
import type { Settings } from './settings.ts';
import { showLevelMonths, showMonths } from './shown.ts';

/** Months that may differ, with their labels in the ledger. */
export interface LabelledMonths {
  readonly test: MonthsTest;
  readonly label: string;
  /** Pairs of months, the farthest apart first; the first one has the label of the whole. */
  readonly pairs: readonly { readonly pair: MonthPair; readonly label: string }[];
}

export interface MonthsRequest extends LabelledMonths {
  readonly time: string;
  readonly settings: Settings;
  readonly ordinal: number;
}

/** A finding on a column that differs from one month to the next; its items are the pairs of months. */
export async function reportMonths(ctx: Context, request: MonthsRequest): Promise<void> {
  const { test, label, time, ordinal, settings } = request;
  const { column } = test.counts;
  const told =
    column.kind === 'measure'
      ? await tellMeasure(ctx, test, column.measure, time)
      : await tellLevels(ctx, test, column.codes, time);
  const name = columnPhrase(ctx, test.counts.sqlName, 'column');
  const items = request.pairs
    .slice(0, settings.topItems)
    .map(({ pair, label: own }): ItemInput => ({ ...itemOf(ctx, test, pair, told, name), test: own }));
  const [lead] = items;
  if (lead === undefined) return;
  const numbers = ctx.derivation({
    method: 'number of pairs of months compared',
    parameters: {
      draws: test.permuted.drawn.length,
      units: test.joined.blocks.length,
      generator: GENERATOR,
      seed: ctx.seed,
    },
    values: { pairs: test.pairs.length },
    inputs: [told.shown],
  });
  const charts = column.kind === 'measure' ? chartMonths(ctx, column.measure, told.shown, ordinal) : [];
  ctx.finding({
    kind: 'distribution_drift_by_month',
    title: `${name.text} changes from one month to the next: ${lead.title.charAt(0).toLowerCase()}${lead.title.slice(1)}`,
    statement:
      `${lead.statement} {pairs} of months that follow each other were compared; those that lie farthest apart are told, ` +
      'the farthest first.',
    fields: {
      ...lead.fields,
      pairs: { from: numbers.value('pairs'), unit: 'pairs' },
    },
    ...(lead.estimate !== undefined && { estimate: lead.estimate }),
    effect_size: { name: 'population_stability_index', field: 'stability_index' },
    ...(lead.replication !== undefined && { replication: lead.replication }),
    test: label,
    ...identityOf(ctx, test.counts.sqlName),
    how: 'tested',
    severity: 'notice',
    ranking: {
      effect: Math.min(1, request.pairs[0]?.pair.size.index ?? 0),
      reach: Math.min(1, (request.pairs[0]?.pair.rows ?? 0) / ctx.rowCount),
      actionability: 0.3,
    },
    items,
    ...(charts.length > 0 && { charts }),
    limitations: [
      'Months are compared as wholes, each with the one before: a slow change can differ in no pair of them.',
      limitOfReplication(lead.replication !== undefined),
    ],
  });
}

/** What is told of a pair of months: a sentence with its fields, and the change that it tells. */
interface Told {
  readonly shown: QueryHandle;
  readonly sentence: (pair: MonthPair) => Phrase & { readonly change?: Change };
}

interface Change {
  readonly name: 'change_of_median' | 'change_of_share';
  readonly value: number;
  readonly bounds: Bounds;
  readonly unit: { readonly unit?: string };
}

const CHANGE = 'a change of {change}, {interval_level} interval from {change_low} to {change_high}';

async function tellMeasure(ctx: Context, test: MonthsTest, measure: Measure, time: string): Promise<Told> {
  const shown = await showMonths(ctx, measure, time);
  const sentence: Told['sentence'] = (pair) => {
    const [a, b] = [rowOf(shown, pair.before), rowOf(shown, pair.after)];
    const median = (row: number) => shown.number(row, 'median') ?? Number.NaN;
    const value = (row: number, name: string): FieldInput => ({
      from: shown.cell(row, name),
      ...unitOf(measure),
    });
    return {
      text: `The median goes from {median_before} ({rows_before}) to {median_after} ({rows_after}): ${CHANGE}. The middle half lies between {lower_before} and {upper_before}, then between {lower_after} and {upper_after}.`,
      fields: {
        month_before: shown.cell(a, 'month'),
        month_after: shown.cell(b, 'month'),
        rows_before: { from: shown.cell(a, 'rows'), unit: 'rows' },
        rows_after: { from: shown.cell(b, 'rows'), unit: 'rows' },
        ...Object.fromEntries(
          ['median', 'lower', 'upper'].flatMap((name) => [
            [`${name}_before`, value(a, name)],
            [`${name}_after`, value(b, name)],
          ]),
        ),
      },
      change: {
        name: 'change_of_median',
        value: median(b) - median(a),
        bounds: boundMeasure(ctx, monthsOfPair(test, pair)).shift,
        unit: unitOf(measure),
      },
    };
  };
  return { shown, sentence };
}

async function tellLevels(ctx: Context, test: MonthsTest, codes: LevelCodes, time: string): Promise<Told> {
  const shown = await showLevelMonths(ctx, codes, time);
  const sentence: Told['sentence'] = (pair) => {
    const { before, after } = pair;
    const change = levelChangedMost(shown, codes, before, after);
    const [a, b] = [rowOf(shown, before), rowOf(shown, after)];
    const months = {
      month_before: shown.cell(a, 'month'),
      month_after: shown.cell(b, 'month'),
      rows_before: { from: shown.cell(a, 'rows'), unit: 'rows' },
      rows_after: { from: shown.cell(b, 'rows'), unit: 'rows' },
    };
    if (change === undefined)
      return { text: 'Its levels have other shares ({rows_before}, then {rows_after}).', fields: months };
    const percent = (row: number) => shown.number(row, 'percent') ?? 0;
    const bound = boundLevels(ctx, monthsOfPair(test, pair))[shown.number(change.before, 'code') ?? 0];
    return {
      text: `The share of {level} goes from {percent_before} (of {rows_before}) to {percent_after} (of {rows_after}): ${CHANGE}.`,
      fields: {
        ...months,
        level: shown.cell(change.before, 'level'),
        percent_before: { from: shown.cell(change.before, 'percent'), unit: '%' },
        percent_after: { from: shown.cell(change.after, 'percent'), unit: '%' },
      },
      change: {
        name: 'change_of_share',
        value: percent(change.after) - percent(change.before),
        bounds: { low: 100 * (bound?.low ?? Number.NaN), high: 100 * (bound?.high ?? Number.NaN) },
        unit: { unit: 'percentage points' },
      },
    };
  };
  return { shown, sentence };
}

/** The rows of the level that is named, occurs in both months and changed most. */
function levelChangedMost(shown: QueryHandle, codes: LevelCodes, before: number, after: number) {
  const rows = shown.rows.map((_, row) => row);
  const pairs = rows
    .filter((row) => shown.number(row, 'month_ordinal') === before)
    .flatMap((row) => {
      const code = shown.number(row, 'code') ?? 0;
      const next = rows.find(
        (r) => shown.number(r, 'month_ordinal') === after && shown.number(r, 'code') === code,
      );
      return next === undefined || codes.levels[code]?.kind !== 'value' ? [] : [{ before: row, after: next }];
    });
  const change = (pair: { readonly before: number; readonly after: number }) =>
    Math.abs((shown.number(pair.after, 'percent') ?? 0) - (shown.number(pair.before, 'percent') ?? 0));
  return pairs.sort((a, b) => change(b) - change(a) || a.before - b.before)[0];
}

function rowOf(shown: QueryHandle, month: number): number {
  const row = shown.rows.findIndex((_, at) => shown.number(at, 'month_ordinal') === month);
  if (row < 0) throw new RangeError(`no month ${month}`);
  return row;
}

function itemOf(
  ctx: Context,
  test: MonthsTest,
  pair: MonthPair,
  told: Told,
  name: Phrase,
): Pick<ItemInput, 'title' | 'statement' | 'fields' | 'replication' | 'estimate'> {
  const { text, fields, change } = told.sentence(pair);
  const replicated = replicatePair(ctx, test, pair);
  const { column } = test.counts;
  const numbers = ctx.derivation({
    method:
      'Anderson–Darling or chi-square distance of two months, its maximum over all pairs by permutation of blocks; interval of the change by the block bootstrap',
    parameters: { month: pair.after },
    values: {
      stability_index: pair.size.index,
      gap: 100 * pair.size.gap,
      distance: pair.distance,
      index_one: replicated?.indices[0] ?? null,
      index_other: replicated?.indices[1] ?? null,
      ...(change !== undefined && {
        change: change.value,
        change_low: change.bounds.low,
        change_high: change.bounds.high,
        interval_level: 100 * LEVEL,
      }),
    },
    inputs: [told.shown],
  });
  const gap =
    column.kind === 'measure'
      ? 'The cumulative shares lie up to {gap} of the rows apart'
      : '{gap} of the rows would have to change their level for both to be alike';
  return {
    title: `From {month_before} to {month_after}`,
    statement: `From {month_before} to {month_after}, ${name.text} is distributed differently. ${text} ${gap}; the population stability index is {stability_index}.`,
    fields: {
      ...name.fields,
      ...fields,
      gap: { from: numbers.value('gap'), unit: '%' },
      stability_index: numbers.value('stability_index'),
      index_one: numbers.value('index_one'),
      index_other: numbers.value('index_other'),
      ...(change !== undefined && {
        change: { from: numbers.value('change'), ...change.unit },
        change_low: { from: numbers.value('change_low'), ...change.unit },
        change_high: { from: numbers.value('change_high'), ...change.unit },
        interval_level: { from: numbers.value('interval_level'), unit: '%' },
      }),
    },
    ...(change !== undefined && {
      estimate: {
        name: change.name,
        field: 'change',
        interval: { low: 'change_low', high: 'change_high', level: LEVEL },
      },
    }),
    ...replicationOf(replicated),
  };
}
