import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnswerStore, Dataset } from '../../src/dataset/index.ts';
import { distinctValuesSql } from '../../src/sdk/index.ts';
import { type ColumnSpec, makePart, openParts } from './make-part.ts';

const SPEC: ColumnSpec = { a: 'integer', d: 'double', name: 'text' };
const rowsOf = (last: number) =>
  `SELECT 1 AS row_number, 5 AS a, 0.5 AS d, 'x' AS name UNION ALL SELECT 2, 7, 0.25, 'y' UNION ALL SELECT 3, ${last}, NULL, 'x'`;
const DERIVED = [{ name: 'twice', sql: 'a * 2' }];
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'answers-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function memory(): AnswerStore & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (key) => kept.get(key),
    put: async (key, answer) => void kept.set(key, answer),
  };
}

/** Everything a plugin can ask that is kept, and how much of it was computed. */
async function ask(
  last: number,
  answers: AnswerStore,
  change: (data: Dataset) => Promise<unknown> = async () => null,
) {
  const part = await makePart(folder, `part-${last}`, SPEC, rowsOf(last));
  const data = await openParts(folder, [part], SPEC, { answers });
  try {
    const query = await data.query({
      sql: 'SELECT name, sum(twice) AS s, count(*) AS n, 7 AS said FROM data WHERE a > CAST($1 AS BIGINT) GROUP BY name',
      parameters: [3],
      derived: DERIVED,
    });
    const [chunk] = data.chunks;
    const exact = await data.exact({
      kind: 'moments',
      columns: ['d', 'twice'],
      groupBy: ['name'],
      derived: DERIVED,
    });
    const state = chunk && (await data.exactState({ columns: ['a', 'd'], chunk }));
    await data.checkDerived('half', 'a / 2', DERIVED);
    const extra = await change(data);
    return { answers: { query, exact, state }, extra, counts: data.answered() };
  } finally {
    await data.close();
  }
}

describe('PERF-03 with the answers of earlier runs', () => {
  test('nothing that was asked before is computed again, and the answers are the same', async () => {
    const store = memory();
    const first = await ask(9, store);
    const second = await ask(9, store);
    expect(first.counts.recalled).toBe(0);
    expect(first.counts.computed).toBeGreaterThan(4);
    expect(second.counts).toEqual({ computed: 0, recalled: first.counts.computed });
    expect(second.answers).toEqual(first.answers);
    expect(JSON.stringify(second.answers)).toBe(JSON.stringify(first.answers));
    expect(await ask(9, memory()).then((fresh) => fresh.answers)).toEqual(first.answers);
  });

  test('only what is new is computed', async () => {
    const store = memory();
    await ask(9, store);
    const again = await ask(9, store, (data) => data.query({ sql: 'SELECT max(a) AS m FROM data' }));
    expect(again.counts.computed).toBe(2);
    expect(again.extra).toMatchObject({ rows: [['9']] });
  });

  test('a changed part never gives a stale value', async () => {
    const store = memory();
    const old = await ask(9, store);
    const changed = await ask(90, store);
    expect(changed.counts).toEqual({ ...old.counts, recalled: 0 });
    expect(changed.answers.query.rows).toEqual([
      ['x', '190', '2', '7'],
      ['y', '14', '1', '7'],
    ]);
    expect(old.answers.query.rows[0]).toEqual(['x', '28', '2', '7']);
  });

  test('other parameters, derived columns and limits are other questions', async () => {
    const store = memory();
    const sql = 'SELECT count(*) AS n, max(twice) AS m FROM data WHERE a > CAST($1 AS BIGINT)';
    const asked = async (parameters: readonly number[], derived: typeof DERIVED) => {
      const { extra } = await ask(9, store, (data) => data.query({ sql, parameters, derived }));
      return (extra as { rows: unknown }).rows;
    };
    expect(await asked([6], DERIVED)).toEqual([['2', '18']]);
    expect(await asked([8], DERIVED)).toEqual([['1', '18']]);
    expect(await asked([8], [{ name: 'twice', sql: 'a * 3' }])).toEqual([['1', '27']]);
    const limited = ask(9, store, (data) =>
      data.query({ sql, parameters: [6], derived: DERIVED, limits: { maxCells: 1 } }),
    );
    await expect(limited).rejects.toMatchObject({ code: 'SH_QUERY_LIMIT' });
  });
});

test('what is known is said as it would be found, of all rows only', async () => {
  const part = await makePart(folder, 'part-known', SPEC, rowsOf(5));
  const sql = distinctValuesSql('name');
  const told = (count: number) => new Map([[sql, `SELECT CAST(${count} AS BIGINT) AS distinct_values`]]);
  const [counting, knowing, changed] = await Promise.all(
    [{}, { known: told(2) }, { known: told(3) }].map((options) => openParts(folder, [part], SPEC, options)),
  );
  if (!counting || !knowing || !changed) throw new Error('not opened');
  try {
    expect(await knowing.query({ sql })).toEqual(await counting.query({ sql }));
    expect([counting.answered().computed, knowing.answered().computed]).toEqual([2, 1]);
    const rows = async (request: Parameters<Dataset['query']>[0]) => (await changed.query(request)).rows;
    expect(await rows({ sql })).toEqual([['3']]);
    const [chunk] = changed.chunks;
    expect(await rows({ sql, ...(chunk && { chunk }) })).toEqual([['2']]);
  } finally {
    for (const opened of [counting, knowing, changed]) await opened.close();
  }
});
