import type { PlantTruth } from '../../contract/index.ts';
import { DAY, parseDate, SECOND, timeWriter } from '../civil-time.ts';
import { draws } from '../draws.ts';
import { exponential, logarithm } from '../elementary.ts';
import { plantTruth } from '../plant-facts.ts';
import { chosenPlants, type PlantSizes } from '../plant-size.ts';
import type { RowPlace, SyntheticCell, SyntheticColumn } from './columns.ts';
import { nullColumns } from './null-columns.ts';
import { plantStreams, type TableEffect } from './plant.ts';
import { TABLE_PLANTS } from './plants/index.ts';

/** A plain table that is made row by row. */
export interface PlainTable {
  readonly columns: readonly SyntheticColumn[];
  rows(): Generator<readonly SyntheticCell[]>;
  /** What was planted, measured; only after the last row. */
  plants(): PlantTruth[];
  parameters(): Record<string, unknown>;
}

export interface PlainTableRequest {
  /** 64 bits, decimal text. */
  readonly seed: string;
  readonly rows: number;
  readonly plants?: PlantSizes;
  /** First day, `2025-01-06`. */
  readonly start?: string;
}

const SPAN_DAYS = 120;
const FIRST_DAY = '2025-01-06';

/**
 * A table of independent columns (ids, codes, labels, measures of many shapes, text), with the effects that are asked
 * for: each in columns of its own, so that one never disturbs another. Rows come at random moments at a steady rate.
 * The same request gives the same cells; a column's cells don't depend on what else is planted, as long as no plant
 * repeats rows. Throws RangeError on an unknown plant or a size out of its range.
 */
export function plainTable(request: PlainTableRequest): PlainTable {
  const { seed, rows } = request;
  const start = parseDate(request.start ?? FIRST_DAY) ?? 0;
  const planted = chosenPlants(TABLE_PLANTS, request.plants ?? {}).map(({ plant, size }) => {
    const effect = plant.plant(size, plantStreams(seed, plant.name));
    return { effect, truth: () => plantTruth(plant, size, effect.facts()) };
  });
  const sources = [...nullColumns(seed), ...planted.map(({ effect }) => effect)];
  const time: SyntheticColumn = { name: 'recorded_at', type: { kind: 'timestamp' }, role: 'timestamp' };
  const [first, ...others] = sources;
  const write = timeWriter(false);
  const cellsAt = (place: RowPlace): SyntheticCell[] => [
    ...(first?.cells?.(place) ?? []),
    write(place.time),
    ...others.flatMap((source) => source.cells?.(place) ?? []),
  ];
  return {
    columns: [...(first?.columns ?? []), time, ...others.flatMap((source) => source.columns ?? [])],
    parameters: () => ({ first_day: request.start ?? FIRST_DAY, days: SPAN_DAYS }),
    rows: () => tableRows({ seed, rows, start, effects: planted.map(({ effect }) => effect) }, cellsAt),
    plants: () => planted.map(({ truth }) => truth()),
  };
}

interface RowsRequest {
  readonly seed: string;
  readonly rows: number;
  readonly start: number;
  readonly effects: readonly TableEffect[];
}

const REMEMBERED = 40;

function* tableRows(
  { seed, rows, start, effects }: RowsRequest,
  cellsAt: (place: RowPlace) => SyntheticCell[],
): Generator<readonly SyntheticCell[]> {
  const recent: { readonly row: number; readonly cells: SyntheticCell[] }[] = [];
  const choice = draws(seed, 'rows that repeat');
  const times = steadyMoments(seed, rows, effects);
  for (let [row, ordinal] = [1, 1]; row <= rows; row += 1, ordinal += 1) {
    const timeShare = times();
    const time = start + Math.floor((timeShare * SPAN_DAYS * DAY) / SECOND) * SECOND;
    const place = { row, ordinal, rows, position: (row - 0.5) / rows, time, timeShare };
    const cells = cellsAt(place);
    yield cells;
    recent.push({ row, cells });
    if (recent.length > REMEMBERED) recent.shift();
    for (const effect of effects) {
      if (row >= rows || effect.repeats?.(place) !== true) continue;
      const earlier = choice.pick(recent);
      row += 1;
      yield earlier.cells;
      effect.repeated?.(row, earlier.row);
    }
  }
}

const JUST_BELOW_ONE = 1 - 1e-12;

/**
 * The order statistics of uniform moments, one by one from the first: a Poisson process with so many events. The
 * smallest of k uniforms in (u, 1) is 1 − (1 − u) v^(1/k) for a uniform v.
 */
function steadyMoments(seed: string, rows: number, effects: readonly TableEffect[]): () => number {
  const random = draws(seed, 'moments');
  const bends = effects.flatMap((effect) => (effect.bend === undefined ? [] : [effect.bend]));
  let [left, rest] = [rows, 1];
  return () => {
    rest *= exponential(logarithm(1 - random.uniform()) / left);
    left -= 1;
    return bends.reduce((share, bend) => bend(share), Math.min(1 - rest, JUST_BELOW_ONE));
  };
}

/** A whole table in memory. */
export interface SyntheticTable {
  readonly columns: readonly SyntheticColumn[];
  readonly rows: readonly (readonly SyntheticCell[])[];
  readonly plants: readonly PlantTruth[];
}

/** A table with planted effects, in memory: `plantedTable('1', 5000, { mean_shift: 0.5, simpson: true })`. */
export function plantedTable(seed: string, rows: number, plants: PlantSizes): SyntheticTable {
  const table = plainTable({ seed, rows, plants });
  const made = [...table.rows()];
  return { columns: table.columns, rows: made, plants: table.plants() };
}

/** A table in which nothing depends on anything, in memory. */
export function nullTable(seed: string, rows: number): SyntheticTable {
  return plantedTable(seed, rows, {});
}
