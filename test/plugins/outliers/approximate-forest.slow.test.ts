import { expect, test } from 'vitest';
import { fitModel, type JointModel } from '../../../plugins/analysis_outliers/joint-model.ts';
import { measured } from '../../../plugins/analysis_outliers/measured.ts';
import { normalScores } from '../../../plugins/analysis_outliers/normal-scores.ts';
import {
  type FarRow,
  type Scored,
  scoreRows,
  tailOf,
} from '../../../plugins/analysis_outliers/score-rows.ts';
import { depthFor, findTailGap, tailLength } from '../../../plugins/analysis_outliers/spacings.ts';
import { type Context, createRandom } from '../../../src/sdk/index.ts';
import { inTable } from '../../sdk/statistics/in-table.ts';
import { rolesOf } from '../make-table.ts';

// What plugin.json says of tables of more than fifty thousand rows, where the first trees of a forest choose the rows
// that all of its trees score.

const ROWS = 60_000;
const NAMES = ['a', 'b', 'c'];
const EVERY = 9_973;

/** Three measures that go together, and a few rows that break with it. */
function rowsOf(seed: string): readonly (readonly number[])[] {
  const random = createRandom(seed, 'rows');
  return Array.from({ length: ROWS }, (_, i) => {
    const [x, y, z] = [random.normal(), random.normal(), random.normal()];
    if (i % EVERY === 7) return [3 + 0.1 * x, -3 + 0.1 * y, 3 + 0.1 * z];
    return [x, 0.6 * x + 0.8 * y, 0.5 * x + 0.866 * z];
  });
}

/** A forest and a scatter of every twelfth row. */
function modelOf(ctx: Context, rows: readonly (readonly number[])[], seed: string): JointModel {
  const sample = rows.filter((_, i) => i % 12 === 0);
  const columns = NAMES.map((sqlName, i) => ({
    measured: measured(ctx, { sqlName, derived: false }),
    scale: 0,
    scores: normalScores(Float64Array.from(sample, (row) => row[i] ?? 0)),
  }));
  const scores = Float64Array.from(
    sample.flatMap((row) => row.map((value, i) => columns[i]?.scores.scoreOf(value) ?? 0)),
  );
  const group = { columns: [0, 1, 2], withForest: true };
  const model = fitModel({ columns, scores, rows: sample.length }, group, (label) =>
    createRandom(seed, label),
  );
  if (model === undefined) throw new Error('no model');
  return model;
}

/** All trees for all rows; the plugin's own choice, one row in twelve; one in fifty, as of a million. */
const CHOICES = ['all', undefined, { firstTrees: 10, chosen: ROWS / 50 }] as const;

function scored(seed: string): Promise<readonly Scored[]> {
  const rows = rowsOf(seed);
  const table = {
    columns: NAMES.map((name) => ({ name, type: { kind: 'double' as const } })),
    rows: rows.map((row) => row.map(String)),
  };
  const roles = NAMES.flatMap((name) => rolesOf({ measure: name }));
  return inTable(table, roles, async (ctx) => {
    const model = modelOf(ctx, rows, seed);
    const found: Scored[] = [];
    for (const choice of CHOICES) found.push(...(await scoreRows(ctx, [model], choice)));
    return found;
  });
}

const MEDIAN = 0.45;
const depth = depthFor(ROWS) ?? { most: 0, compared: 0 };
const gapOf = ({ isolated }: Scored) => findTailGap(tailOf(isolated, ROWS, MEDIAN), depth);
const named = (rows: readonly FarRow[], count: number) => rows.slice(0, count).map(({ row }) => Number(row));

test.each(['1', '2', '3'])(
  'rows that the first trees choose are those of all trees, or nearly: seed %s',
  async (seed) => {
    const [exact, shipped, narrow] = await scored(seed);
    if (exact === undefined || shipped === undefined || narrow === undefined) throw new Error('not scored');
    const length = tailLength(depth);
    expect(shipped.isolated.slice(0, length)).toEqual(exact.isolated.slice(0, length));
    expect(gapOf(shipped)).toEqual(gapOf(exact));
    const outermost = named(narrow.isolated, depth.most);
    const same = (count: number) => {
      const others = new Set(named(exact.isolated, count));
      return named(narrow.isolated, count).filter((row) => others.has(row)).length;
    };
    expect(same(depth.most)).toBeGreaterThanOrEqual(28);
    expect(same(length) / length).toBeGreaterThanOrEqual(4 / 5);
    const planted = Array.from({ length: Math.ceil(ROWS / EVERY) }, (_, i) => i * EVERY + 8);
    expect(planted.filter((row) => !outermost.includes(row))).toEqual([]);
    const [one, other] = [gapOf(narrow), gapOf(exact)];
    expect(one?.p_value).toBeCloseTo(other?.p_value ?? Number.NaN, 2);
    expect(Math.abs((one?.statistic ?? Number.NaN) - (other?.statistic ?? 0))).toBeLessThan(0.5);
  },
);
