import type { Factor } from '../../plugins/analysis_key_drivers/factors.ts';
import type { Tally } from '../../plugins/analysis_key_drivers/tally.ts';
import { midShares, type QueryHandle } from '../../src/sdk/index.ts';

const NO_QUERY: QueryHandle = {
  id: 'q1',
  columns: [],
  rows: [],
  cell: () => ({ query: 'q1', row: 0, column: '' }),
  text: () => null,
  number: () => null,
  bigint: () => null,
};

/** Rows given as lists of values, level codes and, where rows come in blocks, block ordinals. */
export interface PlainRows {
  readonly values: readonly number[];
  readonly codes: readonly number[];
  readonly blocks?: readonly number[];
}

/** A tally of plain rows, every distinct value a class; rows alternate between the halves. */
export function tallyOf({ values, codes, blocks }: PlainRows): Tally {
  const cuts = Float64Array.from([...new Set(values)].sort((a, b) => a - b));
  const counts = new Float64Array(cuts.length);
  for (const value of values) counts[cuts.indexOf(value)] = (counts[cuts.indexOf(value)] ?? 0) + 1;
  const levels = Math.max(...codes) + 1;
  const blockCount = blocks === undefined ? 1 : Math.max(...blocks) + 1;
  const tally: Tally = {
    measure: {
      measure: { sqlName: 'value', derived: false },
      classes: { cuts, counts, n: values.length, exact: true, handle: NO_QUERY },
    },
    factor: factorOf(codes, levels),
    codes: levels,
    halvedBy: 'alternate_rows',
    shares: midShares(counts),
    centre: cuts[cuts.length >> 1] ?? 0,
    counts: new Int32Array(2 * cuts.length * levels),
    blocks: blockCount,
    rows: new Float64Array(levels * blockCount * 2),
    shareSums: new Float64Array(levels * blockCount * 2),
    valueSums: new Float64Array(levels * blockCount * 2),
    squares: new Float64Array(levels),
  };
  for (const [row, value] of values.entries()) addRow(tally, row, value, codes[row] ?? 0, blocks?.[row] ?? 0);
  return tally;
}

function factorOf(codes: readonly number[], levels: number): Factor {
  return {
    kind: 'category',
    column: 'level',
    handle: NO_QUERY,
    sql: '0',
    levels: Array.from({ length: levels }, (_, code) => ({
      code,
      name: `level ${code}`,
      rows: codes.filter((one) => one === code).length,
      kind: 'value',
    })),
  };
}

function addRow(tally: Tally, row: number, value: number, code: number, block: number): void {
  const at = tally.measure.classes.cuts.indexOf(value);
  const half = row % 2;
  const add = (to: Float64Array | Int32Array, place: number, amount: number) => {
    to[place] = (to[place] ?? 0) + amount;
  };
  const cell = (code * tally.blocks + block) * 2 + half;
  const distance = value - tally.centre;
  add(tally.counts, (half * tally.shares.length + at) * tally.codes + code, 1);
  add(tally.rows, cell, 1);
  add(tally.shareSums, cell, tally.shares[at] ?? 0);
  add(tally.valueSums, cell, distance);
  add(tally.squares, code, distance * distance);
}
