import {
  type Context,
  columnPhrase,
  type FieldInput,
  type FindingInput,
  isSourceColumn,
  ln,
  type QueryHandle,
  unitOf,
} from '../../src/sdk/index.ts';
import { chartMeasure } from './charts.ts';
import { type HalvesTest, type Replicated, replicateHalves, type Split } from './halves.ts';
import { boundMeasure, LEVEL, type MeasureBounds } from './intervals.ts';
import { reportLevels } from './level-findings.ts';
import type { Settings } from './settings.ts';
import { showMeasure } from './shown.ts';

/** A hopeful drift with its label in the ledger. */
export interface HopefulHalves {
  readonly test: HalvesTest;
  readonly label: string;
}

/** What all findings on halves tell. */
export interface HalvesRequest extends HopefulHalves {
  readonly split: Split;
  /** When the halves end and begin. */
  readonly when: QueryHandle;
  readonly settings: Settings;
  /** From 1, in the order of the findings. */
  readonly ordinal: number;
}

export async function reportHalves(ctx: Context, request: HalvesRequest): Promise<void> {
  const { column } = request.test.counts;
  if (column.kind === 'category') await reportLevels(ctx, request, column.codes);
  else await reportMeasure(ctx, request);
}

async function reportMeasure(ctx: Context, request: HalvesRequest): Promise<void> {
  const { test, split, label } = request;
  const { column } = test.counts;
  if (column.kind !== 'measure') return;
  const shown = await showMeasure(ctx, column.measure, split);
  const bounds = boundMeasure(ctx, test, split);
  const replicated = replicateHalves(ctx, test, split);
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

/** Parts of a finding that are the same for measures and categories. */
export function commonOf(
  { test, settings }: HalvesRequest,
  label: string,
  replicated: Replicated,
): Pick<FindingInput, 'test' | 'how' | 'severity' | 'ranking' | 'replication' | 'limitations'> {
  const { index } = test.size;
  return {
    test: label,
    how: 'tested',
    severity: index >= 2.5 * settings.smallestIndex ? 'warning' : 'notice',
    ranking: { effect: Math.min(1, index), reach: 1, actionability: 0.3 },
    replication: {
      by: 'alternate_rows',
      holds: replicated.holds,
      first: 'index_one',
      second: 'index_other',
    },
    limitations: [
      'It compares two halves as wholes: it does not say when or why they came to differ.',
      ...(test.joined.alike
        ? [
            'Neighbouring stretches are alike over long times: a slow swing that comes back can look like a drift.',
          ]
        : []),
    ],
  };
}

/** How the halves are called, and how large they are. */
export function halvesWords({ blocks }: Split) {
  if (blocks.by === 'rows') {
    return {
      both: 'two halves of the rows',
      earlier: 'first half',
      later: 'second half',
      sizes: '{first_rows} in the first, {second_rows} in the second',
    };
  }
  return {
    both: 'two halves of the time',
    earlier: 'earlier half',
    later: 'later half',
    sizes: '{first_rows} until {first_until}, {second_rows} from {second_from}',
  };
}

/** When the halves are, and their rows. */
export function fieldsOfHalves({ when, split }: HalvesRequest): Record<string, FieldInput> {
  const times = {
    first_until: when.cell(0, 'first_until'),
    second_from: when.cell(0, 'second_from'),
  };
  return {
    first_rows: { from: when.cell(0, 'first_rows'), unit: 'rows' },
    second_rows: { from: when.cell(0, 'second_rows'), unit: 'rows' },
    ...(split.blocks.by === 'time' && times),
  };
}

export function identityOf(ctx: Context, sqlName: string): Pick<FindingInput, 'target' | 'scope'> {
  return isSourceColumn(ctx, sqlName)
    ? { target: { column: { columns: [sqlName] } } }
    : { target: {}, scope: { measure: sqlName } };
}

/** What changed most, in units of the smallest that is of interest. */
function titleOf(name: string, { size }: HalvesTest, settings: Settings, later: string): string {
  const location = Math.abs(size.later - 0.5) / (settings.smallestGap * Math.SQRT1_2);
  const spread = Math.abs(ln(size.spreadRatio)) / ln(settings.smallestSpreadRatio);
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
  readonly replicated: Replicated;
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
    parameters: parametersOf(test),
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
      index_one: replicated.indices[0],
      index_other: replicated.indices[1],
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

/** How a test was made. */
export function parametersOf({ joined, permuted, counts }: HalvesTest): Record<string, unknown> {
  return {
    units: joined.blocks.length,
    blocks_per_unit: joined.together,
    draws: permuted.drawn.length,
    classes: counts.testedSize,
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
