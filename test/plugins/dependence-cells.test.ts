import { expect, test } from 'vitest';
import { readCellsPerRow } from '../../plugins/analysis_dependence/cells.ts';
import { readJointRows } from '../../plugins/analysis_dependence/joint-rows.ts';
import { pairsOf, readRankSums } from '../../plugins/analysis_dependence/rank-sums.ts';
import { planScores, type Scores } from '../../plugins/analysis_dependence/scores.ts';
import { readSubject, type Subject } from '../../plugins/analysis_dependence/subject.ts';
import type { Context } from '../../src/sdk/index.ts';
import { inTable } from '../sdk/statistics/in-table.ts';
import { rolesOf, type Table } from './make-table.ts';

const text = (name: string) => ({ name, type: { kind: 'text' } }) as const;
const integer = (name: string) => ({ name, type: { kind: 'integer' } }) as const;

/** Ties and missing values in all columns; in rows of `late` no `speed` is there. */
const TABLE: Table = {
  columns: [integer('load'), integer('speed'), text('shift'), text('machine')],
  rows: Array.from({ length: 240 }, (_, i) => [
    i % 17 === 0 ? null : String((i * 37) % 23),
    i % 3 === 2 || i % 19 === 0 ? null : String((i * 29) % 31),
    i % 13 === 5 ? null : (['early', 'day', 'late'][i % 3] ?? null),
    i % 11 === 7 ? null : `M${(i * 7) % 4}`,
  ]),
};
const ROLES = ['load', 'speed']
  .flatMap((measure) => rolesOf({ measure }))
  .concat(['shift', 'machine'].flatMap((category) => rolesOf({ category })));

/** Everything that is made from sums over the rows. */
async function sumsOf(ctx: Context, subject: Subject, scores: Scores) {
  const { measures, categories } = subject;
  const columns = [...measures, ...categories];
  const sets = [measures, ...columns.map((left) => columns.filter((one) => one !== left))];
  const sums = await readRankSums(ctx, subject, scores);
  const joint = await readJointRows({ ctx, scores }, sets);
  return {
    pairs: pairsOf(measures).map(([a, b]) => sums.pair(a, b)),
    levels: measures.map((measure) => categories.map((category) => sums.levels(measure, category))),
    skewness: measures.map(sums.skewness),
    joint: Array.from(joint, ([name, { n, model }]) => ({
      name,
      n,
      table: model.table(categories[0] ?? fail(), categories[1] ?? fail()),
      correlation: pairsOf(measures.filter(({ sqlName }) => name.includes(sqlName))).map(([a, b]) =>
        model.correlation(a, b),
      ),
    })),
  };
}

function fail(): never {
  throw new Error('two categories are expected');
}

test('sums over the rows and over cells of rows that are alike in all categories are the same', async () => {
  const [rows, cells] = await inTable(TABLE, ROLES, async (ctx) => {
    const subject = await readSubject(ctx, { mostColumns: 10, mostLevels: 10 });
    const scores = await planScores(ctx, subject);
    expect([scores.cellsPerRow, subject.measures.length, subject.categories.length]).toEqual([1, 2, 2]);
    return [
      await sumsOf(ctx, subject, scores),
      await sumsOf(ctx, subject, { ...scores, cellsPerRow: 0.1 }),
    ] as const;
  });
  expect(cells).toEqual(rows);
  expect(rows.joint.map(({ n }) => n).every((n) => n > 50)).toBe(true);
});

test('how many cells there are for each row is asked of every tenth row of large tables only', async () => {
  const found = await inTable(TABLE, ROLES, async (ctx) => {
    const subject = await readSubject(ctx, { mostColumns: 10, mostLevels: 10 });
    return [
      await readCellsPerRow(ctx, subject),
      await readCellsPerRow(ctx, { ...subject, rows: 1e6 }),
      await readCellsPerRow(ctx, { ...subject, categories: [], rows: 1e6 }),
    ];
  });
  const tenths = TABLE.rows.filter((_, i) => (i + 1) % 10 === 0);
  expect(found[0]).toBe(1);
  expect(found[1]).toBeGreaterThanOrEqual(new Set(tenths.map(([, , ...key]) => key.join())).size / 24);
  expect(found[1]).toBeLessThan(1);
  expect(found[2]).toBe(2 / 24);
});
