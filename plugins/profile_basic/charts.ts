import type { Context, QueryHandle } from '../../src/sdk/index.ts';
import { type Bins, binsOfLengths, binsOfMeasure, binsOfTimes } from './bins.ts';
import type { ColumnKind } from './column-kind.ts';

type Column = Context['schema'][number];

const WIDTH = 220;
const HEIGHT = 60;

/**
 * Asks for one small chart of a column: a histogram, or bars of the frequent values. What comes back draws it and gives its
 * name as a list; none where every cell is missing.
 */
export async function askChart(
  ctx: Context,
  column: Column,
  kind: ColumnKind,
  values: QueryHandle,
): Promise<() => string[]> {
  if (values.number(0, 'distinct_values') === 0) return () => [];
  const name = `column_${ctx.schema.indexOf(column) + 1}`;
  const bins = binsOf(ctx, column, kind, values);
  if (bins === undefined) {
    return () => (everyValueOnce(values) ? [] : [chartFrequent(ctx, column, name, kind, values)]);
  }
  const binned = await ctx.query(bins.sql);
  return () => [chartHistogram(ctx, column, name, bins.axis, binned)];
}

function binsOf(ctx: Context, column: Column, kind: ColumnKind, values: QueryHandle): Bins | undefined {
  const most = Number(ctx.settings['histogram_bins']);
  switch (kind) {
    case 'measure':
      return binsOfMeasure(column, values, most);
    case 'time':
      return binsOfTimes(column, values, most);
    case 'text':
      return everyValueOnce(values) ? binsOfLengths(column, values, most) : undefined;
    case 'code':
      return everyValueOnce(values) ? binsOfMeasure(column, values, most) : undefined;
    case 'boolean':
      return undefined;
  }
}

/** The column of a frequent value: codes are shown as text. */
export function frequentName(kind: ColumnKind): string {
  return kind === 'code' ? 'frequent_label' : 'frequent_value';
}

/** True where no value repeats, so that none is frequent. */
export function everyValueOnce(values: QueryHandle): boolean {
  const distinct = values.number(0, 'distinct_values') ?? 0;
  return distinct > 1 && values.number(0, 'single_values') === distinct;
}

const AXES: Readonly<Record<Bins['axis'], { readonly type: string; readonly title: string | null }>> = {
  number: { type: 'quantitative', title: null },
  hours: { type: 'quantitative', title: 'hour of day' },
  characters: { type: 'quantitative', title: 'characters' },
  date: { type: 'temporal', title: null },
};

function chartHistogram(
  ctx: Context,
  column: Column,
  name: string,
  axis: Bins['axis'],
  query: QueryHandle,
): string {
  const { type, title } = AXES[axis];
  const x = {
    field: 'bin_start',
    type,
    title,
    axis: { tickCount: 4, grid: false },
    scale: axis === 'date' ? { type: 'utc' } : { zero: false },
  };
  return ctx.chart({
    name,
    title: `Histogram of ${column.name}`,
    alternative: `Bars: how many rows fall into each range of ${axis === 'characters' ? 'lengths of ' : ''}${column.name}.`,
    query,
    spec: {
      width: WIDTH,
      height: HEIGHT,
      mark: { type: 'bar', binSpacing: 1 },
      encoding: {
        x: { ...x, bin: 'binned' },
        x2: { field: 'bin_end' },
        y: { field: 'bin_rows', type: 'quantitative', title: 'rows', axis: { tickCount: 3 } },
      },
    },
  });
}

function chartFrequent(
  ctx: Context,
  column: Column,
  name: string,
  kind: ColumnKind,
  query: QueryHandle,
): string {
  return ctx.chart({
    name,
    title: `Most frequent values of ${column.name}`,
    alternative: `Bars: how many rows hold each of the most frequent values of ${column.name}.`,
    query,
    spec: {
      width: WIDTH,
      height: { step: 13 },
      mark: { type: 'bar' },
      encoding: {
        y: { field: frequentName(kind), type: 'nominal', sort: null, title: null, axis: { labelLimit: 140 } },
        x: {
          field: 'frequent_rows',
          type: 'quantitative',
          title: 'rows',
          axis: { tickCount: 4, grid: false },
        },
      },
    },
  });
}
