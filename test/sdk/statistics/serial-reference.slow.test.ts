import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  type DesignEffect,
  type FoundShare,
  readSerialDependence,
  type SerialColumn,
  serialP,
} from '../../../src/sdk/statistics/index.ts';
import { autoregression, normals } from '../../plugins/autoregression.ts';
import { inTable } from './in-table.ts';

const folder = new URL('../../../fixtures/reference/serial-dependence/', import.meta.url);
const text = (name: string) => readFileSync(new URL(name, folder), 'utf8');

/** Rows in the order of the source: cells by column, a missing one is empty. */
function designEffects(
  columns: ReadonlyMap<string, readonly string[]>,
  pairs: readonly (readonly [string, string, FoundShare | undefined])[],
): Promise<DesignEffect[]> {
  const isText = (cells: readonly string[]) => /^[a-z]/.test(cells[0] ?? '');
  const read = [...columns].map(([name, cells]): SerialColumn => {
    return { name, sql: name, kind: isText(cells) ? 'category' : 'measure' };
  });
  const table = {
    columns: read.map(({ name, kind }) => ({
      name,
      type: { kind: kind === 'category' ? ('text' as const) : ('double' as const) },
    })),
    rows: ([...columns.values()][0] ?? []).map((_, row) =>
      [...columns.values()].map((cells) => cells[row] || null),
    ),
  };
  return inTable(table, [], async (ctx) => {
    const serial = await readSerialDependence(ctx, undefined, read);
    return pairs.map(([a, b, found]) => serial.designEffect(a, b, found));
  });
}

test('design effects and p-values are those of statsmodels’ autocorrelations', async () => {
  const [header = '', ...lines] = text('table.csv').trim().split('\n');
  const cells = lines.map((line) => line.split(','));
  const columns = new Map(header.split(',').map((name, i) => [name, cells.map((row) => row[i] ?? '')]));
  interface Expected {
    readonly pair: readonly [string, string];
    readonly mean: number;
    readonly freedom: number;
    readonly share?: number;
    readonly df?: number;
    readonly directed?: boolean;
    readonly p_value?: number;
  }
  const expected = JSON.parse(text('effects.json')) as readonly Expected[];
  const found = await designEffects(
    columns,
    expected.map(({ pair: [a, b], share, df, directed }) => [
      a,
      b,
      share === undefined ? undefined : { share, df: df ?? 1, isDirected: directed ?? false },
    ]),
  );
  for (const [i, { pair, share, df, p_value, ...reference }] of expected.entries()) {
    const own = found[i] ?? { mean: 0, freedom: 0 };
    expect(own.mean / reference.mean, pair.join()).toBeCloseTo(1, 9);
    expect(own.freedom / reference.freedom, pair.join()).toBeCloseTo(1, 9);
    if (share !== undefined && p_value !== undefined)
      expect(serialP(share, df ?? 1, cells.length, own) / p_value, pair.join()).toBeCloseTo(1, 8);
  }
});

interface Simulated {
  readonly phi: number;
  readonly rows: number;
  readonly effect: number;
  readonly freedom?: number;
}
const simulated = JSON.parse(text('simulated.json')) as Record<'correlations' | 'chi_square', Simulated[]>;

/** The mean design effect over all pairs of twenty independent columns. */
async function meanEffect({ phi, rows }: Simulated, cell: (value: number) => string): Promise<DesignEffect> {
  const next = normals(1);
  const names = Array.from({ length: 20 }, (_, i) => `c${i}`);
  const columns = new Map(names.map((name) => [name, autoregression(phi, next, rows).map(cell)]));
  const pairs = names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b, undefined] as const));
  const effects = await designEffects(columns, pairs);
  const mean = (of: (effect: DesignEffect) => number) =>
    effects.reduce((sum, effect) => sum + of(effect), 0) / effects.length;
  return { mean: mean((effect) => effect.mean), freedom: mean((effect) => effect.freedom) };
}

test.each(simulated.correlations)(
  'correlations of $rows rows alike by $phi scatter as the design effect says',
  async (reference) => {
    const { mean } = await meanEffect(reference, (value) => value.toFixed(5));
    expect(Math.abs(mean / reference.effect - 1)).toBeLessThan(0.15);
  },
);

test.each(simulated.chi_square)(
  'chi-square of labels alike by $phi is as large and as unsteady as the design effect says',
  async (reference) => {
    const { mean, freedom } = await meanEffect(reference, (value) =>
      value < -0.5 ? 'low' : value < 0.5 ? 'middle' : 'high',
    );
    expect(Math.abs(mean / reference.effect - 1)).toBeLessThan(0.15);
    // by an upper bound, so that the test is never surer
    expect(freedom).toBeLessThan((reference.freedom ?? 0) + 0.02);
    expect(freedom).toBeGreaterThan(0.75 * (reference.freedom ?? 0));
  },
);
