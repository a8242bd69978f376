import {
  type Context,
  columnPhrase,
  type FieldInput,
  ln,
  type QueryHandle,
  unitOf,
} from '../../src/sdk/index.ts';
import { chartMeasure } from './charts.ts';
import type { DriftColumn } from './counts.ts';
import { type HalvesTest, type Replicated, replicateBlocks } from './halves.ts';
import {
  commonOf,
  fieldsOfHalves,
  type HalvesRequest,
  halvesWords,
  identityOf,
  parametersOf,
} from './halves-request.ts';
import { boundMeasure, halvesOf, LEVEL, type MeasureBounds } from './intervals.ts';
import type { Settings } from './settings.ts';
import { showMeasure } from './shown.ts';

/** A finding on a measure that is distributed differently in the second half. */
export async function reportMeasure(
  ctx: Context,
  request: HalvesRequest,
  column: DriftColumn & { kind: 'measure' },
): Promise<void> {
  const { test, split, label } = request;
  const shown = await showMeasure(ctx, column.measure, split);
  const bounds = boundMeasure(ctx, halvesOf(test, split));
  const replicated = replicateBlocks(ctx, test.counts, test.joined.blocks, test.counts.sqlName);
  const name = columnPhrase(ctx, column.measure.sqlName, 'column');
  const charts = await chartMeasure(ctx, column, split, request.ordinal);
  const halves = halvesWords(split);
  ctx.finding({
    kind: 'distribution_drift',
    title: titleOf(name.text, test, request.settings, halves.later),
    statement:
      `${name.text} is distributed differently in the ${halves.both}: ${halves.sizes}. ` +
      'Its median goes from {median_first} to {median_second} (a change of {shift}, {interval_level} interval from ' +
      '{shift_low} to {shift_high}); its middle half lies between {lower_first} and {upper_first}, then between {lower_second} and {upper_second}. ' +
      `Of one row of each half, that of the ${halves.later} has the larger value in {later_percent} of cases ` +
      '({later_low} to {later_high}), equal values counting half. The cumulative shares lie up to {largest_gap} of all rows apart ' +
      '(Kolmogorov–Smirnov), the values {wasserstein} on average (Wasserstein); the population stability index over tenths of the ' +
      `${halves.earlier} is {stability_index}.`,
    fields: {
      ...name.fields,
      ...fieldsOfHalves(request),
      ...shownFields(shown, unitOf(column.measure)),
      ...derivedFields(ctx, request, { shown, bounds, replicated }),
    },
    estimate: {
      name: 'change_of_median',
      field: 'shift',
      interval: { low: 'shift_low', high: 'shift_high', level: LEVEL },
    },
    effect_size: { name: 'population_stability_index', field: 'stability_index' },
    ...identityOf(ctx, column.measure.sqlName),
    ...commonOf(request, label, replicated),
    ...(charts.length > 0 && { charts }),
  });
}

/** What changed most, in units of the smallest that is of interest. */
function titleOf(name: string, { size }: HalvesTest, settings: Settings, later: string): string {
  const location = Math.abs(size.later - 0.5) / (settings.smallestGap.value * Math.SQRT1_2);
  const spread = Math.abs(ln(size.spreadRatio)) / ln(settings.smallestSpreadRatio.value);
  if (location < 1 && spread < 1) return `${name} has another shape in the ${later}`;
  if (location >= spread) {
    return `${name} is ${size.later > 0.5 ? 'higher' : 'lower'} in the ${later}: median {median_second} after {median_first}`;
  }
  return `${name} scatters ${size.spreadRatio > 1 ? 'more' : 'less'} in the ${later}`;
}

function shownFields(shown: QueryHandle, unit: { readonly unit?: string }): Record<string, FieldInput> {
  const names = ['lower', 'median', 'upper'].flatMap((name) => [`${name}_first`, `${name}_second`]);
  return Object.fromEntries(
    [...names, 'wasserstein'].map((name) => [name, { from: shown.cell(0, name), ...unit }]),
  );
}

interface Numbers {
  readonly shown: QueryHandle;
  readonly bounds: MeasureBounds;
  readonly replicated: Replicated | undefined;
}

function derivedFields(
  ctx: Context,
  { test, when }: HalvesRequest,
  { shown, bounds, replicated }: Numbers,
): Record<string, FieldInput> {
  const { column } = test.counts;
  const number = (name: string) => shown.number(0, name) ?? Number.NaN;
  const numbers = ctx.derivation({
    method: 'Anderson–Darling test by permutation of blocks; block bootstrap; population stability index',
    parameters: parametersOf(ctx, test),
    values: {
      shift: number('median_second') - number('median_first'),
      shift_low: bounds.shift.low,
      shift_high: bounds.shift.high,
      later_percent: 100 * test.size.later,
      later_low: 100 * bounds.later.low,
      later_high: 100 * bounds.later.high,
      largest_gap: 100 * number('largest_gap'),
      spread_ratio: test.size.spreadRatio,
      spread_ratio_low: finite(bounds.spreadRatio.low),
      spread_ratio_high: finite(bounds.spreadRatio.high),
      stability_index: test.size.index,
      index_one: replicated?.indices[0] ?? null,
      index_other: replicated?.indices[1] ?? null,
      interval_level: 100 * LEVEL,
    },
    inputs: [shown, when, ...(column.kind === 'measure' ? [column.classes.handle] : [])],
  });
  const unit = column.kind === 'measure' ? unitOf(column.measure) : {};
  return {
    ...Object.fromEntries(
      ['shift', 'shift_low', 'shift_high'].map((name) => [name, { from: numbers.value(name), ...unit }]),
    ),
    ...Object.fromEntries(
      ['later_percent', 'later_low', 'later_high', 'largest_gap', 'interval_level'].map((name) => [
        name,
        { from: numbers.value(name), unit: '%' },
      ]),
    ),
    ...Object.fromEntries(
      [
        'spread_ratio',
        'spread_ratio_low',
        'spread_ratio_high',
        'stability_index',
        'index_one',
        'index_other',
      ].map((name) => [name, numbers.value(name)]),
    ),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
