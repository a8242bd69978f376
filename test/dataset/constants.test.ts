import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/dataset/index.ts';
import { makeSample, type Sample } from './sample.ts';

let sample: Sample;
let data: Dataset;
beforeAll(async () => {
  sample = await makeSample();
  data = await sample.open();
});
afterAll(async () => {
  await data.close();
  await sample.remove();
});

const ONE = 'FROM data WHERE id = 1';

describe('The constants of a result', () => {
  it.each([
    ['a literal', `SELECT 42 AS x, id ${ONE}`, ['x']],
    ['a literal without a name', `SELECT 42, id ${ONE}`, ['42']],
    [
      'arithmetic on literals',
      `SELECT abs(1 - 3) * 2 AS x, CASE WHEN true THEN 1 END AS y, id + 0 AS z ${ONE}`,
      ['x', 'y'],
    ],
    ['a name for another constant', `SELECT 42 AS x, x + 1 AS y, id AS z, z + 1 AS w ${ONE}`, ['x', 'y']],
    [
      'a function over a list of literals',
      `SELECT list_transform([1], v -> v + 1) AS x, list_transform([a], v -> v + 1) AS y ${ONE}`,
      ['x'],
    ],
    [
      'counts and sums of a literal',
      'SELECT count(*) AS n, sum(1) AS s, count(*) FILTER (WHERE b) AS f FROM data',
      [],
    ],
    ['windows', `SELECT rank() OVER (ORDER BY id) AS r, 'x' AS x ${ONE}`, ['x']],
    [
      'subqueries',
      `SELECT (SELECT max(a) FROM data) AS s, EXISTS (SELECT 1 FROM data) AS e, 1 IN (SELECT a FROM data) AS i ${ONE}`,
      [],
    ],
    ['beside a star', `SELECT 1 AS first, *, 2 AS last ${ONE}`, ['first', 'last']],
    [
      'beside an unnested struct',
      `SELECT unnest({'p': a, 'q': b}), 2 AS last, unnest({'r': 1}) ${ONE}`,
      undefined,
    ],
    ['an unnested struct of literals', `SELECT id, unnest({'p': 1, 'q': 2}), a ${ONE}`, ['p', 'q']],
    [
      'all branches of a union',
      `SELECT 1 AS x, 2 AS y, id AS z ${ONE} UNION ALL SELECT 3, a, 4 ${ONE}`,
      ['x'],
    ],
    ['a union of three', `SELECT 1 AS x ${ONE} UNION SELECT 2 ${ONE} UNION SELECT 3 ${ONE}`, ['x']],
    ['a union with one that counts', `SELECT 1 AS x ${ONE} UNION SELECT 2 ${ONE} UNION SELECT a ${ONE}`, []],
    ['a union by name', `SELECT 1 AS x, 2 AS y ${ONE} UNION ALL BY NAME SELECT a AS y, 3 AS x ${ONE}`, ['x']],
    ['the left side of EXCEPT', `SELECT 1 AS x, a AS y ${ONE} EXCEPT SELECT id, 2 ${ONE}`, ['x']],
    [
      'either side of INTERSECT',
      `SELECT 1 AS x, a AS y, id AS z ${ONE} INTERSECT SELECT id, 2, a ${ONE}`,
      ['x', 'y'],
    ],
    [
      'the outermost SELECT after WITH',
      'WITH w AS (SELECT max(a) AS m FROM data) SELECT m, 5 AS x FROM w',
      ['x'],
    ],
  ])('%s', async (_, sql, constants) => {
    const asked = data.query({ sql });
    if (constants) expect((await asked).constants).toEqual(constants);
    else await expect(asked).rejects.toThrow('put it first');
  });

  it('parameters and what is computed from them', async () => {
    const sql = 'SELECT CAST($1 AS BIGINT) + 1 AS x, sum(a) + CAST($1 AS BIGINT) AS s FROM data';
    expect((await data.query({ sql, parameters: [3] })).constants).toEqual(['x']);
    expect((await data.query({ sql, parameters: [3] })).constants).toEqual(['x']);
  });

  it('a derived column is one of data', async () => {
    const derived = [{ name: 'seven', sql: 'a * 0 + 7' }];
    const { constants } = await data.query({ sql: `SELECT seven, 7 AS x ${ONE}`, derived });
    expect(constants).toEqual(['x']);
  });
});
