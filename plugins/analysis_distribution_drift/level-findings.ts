import {
  type Context,
  columnPhrase,
  type ItemInput,
  type LevelCodes,
  type QueryHandle,
} from '../../src/sdk/index.ts';
import { chartLevels } from './charts.ts';
import { replicateBlocks } from './halves.ts';
import {
  commonOf,
  fieldsOfHalves,
  type HalvesRequest,
  halvesWords,
  identityOf,
  parametersOf,
} from './halves-request.ts';
import { type Bounds, boundLevels, halvesOf, LEVEL } from './intervals.ts';
import { showLevels } from './shown.ts';

/** A finding on a category whose levels have other shares in the second half; its items are the levels. */
export async function reportLevels(ctx: Context, request: HalvesRequest, codes: LevelCodes): Promise<void> {
  const { test, split, label, settings, when } = request;
  const shown = await showLevels(ctx, codes, split);
  const bounds = boundLevels(ctx, halvesOf(test, split));
  const replicated = replicateBlocks(ctx, test.counts, test.joined.blocks, test.counts.sqlName);
  const rows = changedMost(shown, codes);
  const [lead] = rows;
  if (lead === undefined) return;
  const name = columnPhrase(ctx, codes.column, 'column');
  const halves = halvesWords(split);
  const numbers = ctx.derivation({
    method: 'chi-square test by permutation of blocks; population stability index over levels',
    parameters: parametersOf(ctx, test),
    values: {
      stability_index: test.size.index,
      moved_percent: 100 * test.size.gap,
      index_one: replicated?.indices[0] ?? null,
      index_other: replicated?.indices[1] ?? null,
    },
    inputs: [shown, when, codes.handle],
  });
  const most = levelOf(ctx, shown, lead, codes, bounds);
  const charts = chartLevels(ctx, shown, codes, request.ordinal);
  ctx.finding({
    kind: 'distribution_drift',
    title: `${name.text}: ${most.name} goes from {first_percent} of the rows to {second_percent} in the ${halves.later}`,
    statement:
      `The levels of ${name.text} have other shares in the ${halves.both} (${halves.sizes}). ${most.statement} ` +
      'For both halves to be alike, {moved_percent} of the rows of one would have to change their level; the population ' +
      `stability index is {stability_index}.`,
    fields: {
      ...name.fields,
      ...fieldsOfHalves(request),
      ...most.fields,
      moved_percent: { from: numbers.value('moved_percent'), unit: '%' },
      stability_index: numbers.value('stability_index'),
      index_one: numbers.value('index_one'),
      index_other: numbers.value('index_other'),
    },
    estimate: most.estimate,
    effect_size: { name: 'population_stability_index', field: 'stability_index' },
    ...identityOf(ctx, codes.column),
    ...commonOf(request, label, replicated),
    items: rows.slice(0, settings.topItems).map((row): ItemInput => {
      const { name: _, ...item } = levelOf(ctx, shown, row, codes, bounds);
      return item;
    }),
    charts,
  });
}

/** Rows of the result whose level is named, the one whose share changed most first. */
function changedMost(shown: QueryHandle, codes: LevelCodes): number[] {
  const change = (row: number) =>
    (shown.number(row, 'second_percent') ?? 0) - (shown.number(row, 'first_percent') ?? 0);
  return shown.rows
    .map((_, row) => row)
    .filter((row) => codes.levels[shown.number(row, 'code') ?? 0]?.kind !== 'rest')
    .sort((a, b) => Math.abs(change(b)) - Math.abs(change(a)) || a - b);
}

function levelOf(
  ctx: Context,
  shown: QueryHandle,
  row: number,
  codes: LevelCodes,
  bounds: readonly Bounds[],
): Pick<ItemInput, 'title' | 'statement' | 'fields'> & {
  readonly name: string;
  readonly estimate: NonNullable<ItemInput['estimate']>;
} {
  const code = shown.number(row, 'code') ?? 0;
  const isMissing = codes.levels[code]?.kind === 'missing';
  const bound = bounds[code];
  const numbers = ctx.derivation({
    method: 'difference of shares with an interval by the block bootstrap',
    parameters: { level: code },
    values: {
      change: (shown.number(row, 'second_percent') ?? 0) - (shown.number(row, 'first_percent') ?? 0),
      change_low: 100 * (bound?.low ?? 0),
      change_high: 100 * (bound?.high ?? 0),
      interval_level: 100 * LEVEL,
    },
    inputs: [shown],
  });
  const points = (name: string) => ({ from: numbers.value(name), unit: 'percentage points' });
  const percent = (name: string) => ({ from: shown.cell(row, name), unit: '%' });
  const name = isMissing ? 'a missing value' : '{level}';
  return {
    name,
    title: isMissing ? 'missing' : '{level}',
    statement:
      `The share of ${name} goes from {first_percent} ({level_first} of {all_first} rows) to {second_percent} ` +
      '({level_second} of {all_second} rows): a change of {change} ({interval_level} interval from {change_low} to {change_high}).',
    fields: {
      ...(!isMissing && { level: shown.cell(row, 'level') }),
      first_percent: percent('first_percent'),
      second_percent: percent('second_percent'),
      level_first: shown.cell(row, 'first_rows'),
      level_second: shown.cell(row, 'second_rows'),
      all_first: shown.cell(row, 'all_first'),
      all_second: shown.cell(row, 'all_second'),
      change: points('change'),
      change_low: points('change_low'),
      change_high: points('change_high'),
      interval_level: { from: numbers.value('interval_level'), unit: '%' },
    },
    estimate: {
      name: 'change_of_share',
      field: 'change',
      interval: { low: 'change_low', high: 'change_high', level: LEVEL },
    },
  };
}
