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
      ? await tellMeasure(ctx, column.measure, time)
      : await tellLevels(ctx, column.codes, time);
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

/** What is told of a pair of months: a sentence with its fields. */
interface Told {
  readonly shown: QueryHandle;
  readonly sentence: (pair: MonthPair) => Phrase;
}

async function tellMeasure(ctx: Context, measure: Measure, time: string): Promise<Told> {
  const shown = await showMonths(ctx, measure, time);
  const sentence = ({ before, after }: MonthPair): Phrase => {
    const [a, b] = [rowOf(shown, before), rowOf(shown, after)];
    const value = (row: number, name: string): FieldInput => ({
      from: shown.cell(row, name),
      ...unitOf(measure),
    });
    return {
      text: 'The median goes from {median_before} ({rows_before}) to {median_after} ({rows_after}), the middle half lies between {lower_before} and {upper_before}, then between {lower_after} and {upper_after}.',
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
    };
  };
  return { shown, sentence };
}

async function tellLevels(ctx: Context, codes: LevelCodes, time: string): Promise<Told> {
  const shown = await showLevelMonths(ctx, codes, time);
  const sentence = ({ before, after }: MonthPair): Phrase => {
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
    return {
      text: 'The share of {level} goes from {percent_before} (of {rows_before}) to {percent_after} (of {rows_after}).',
      fields: {
        ...months,
        level: shown.cell(change.before, 'level'),
        percent_before: { from: shown.cell(change.before, 'percent'), unit: '%' },
        percent_after: { from: shown.cell(change.after, 'percent'), unit: '%' },
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
): Pick<ItemInput, 'title' | 'statement' | 'fields' | 'replication'> {
  const { text, fields } = told.sentence(pair);
  const replicated = replicatePair(ctx, test, pair);
  const { column } = test.counts;
  const numbers = ctx.derivation({
    method:
      'Anderson–Darling or chi-square distance of two months, its maximum over all pairs by permutation of blocks',
    parameters: { month: pair.after },
    values: {
      stability_index: pair.size.index,
      gap: 100 * pair.size.gap,
      distance: pair.distance,
      index_one: replicated?.indices[0] ?? null,
      index_other: replicated?.indices[1] ?? null,
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
    },
    ...replicationOf(replicated),
  };
}
