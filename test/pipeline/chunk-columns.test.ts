import { expect, test } from 'vitest';
import { columnsNamed } from '../../src/pipeline/chunk-columns.ts';

const COLUMNS = ['amount', 'day', 'note'];

test.each<[string, readonly string[]]>([
  ['SELECT sum("amount") AS s, count(*) FROM data', ['amount']],
  ['SELECT AMOUNT FROM data AS d JOIN data ON data.day = d.day', ['amount', 'day']],
  ["SELECT count(*) FROM data WHERE 'note' = 'x'", ['note']],
  ['SELECT count(*) FROM data', []],
  ['SELECT * FROM data', COLUMNS],
  ['SELECT data FROM data', COLUMNS],
  ['SELECT count(*) FROM range(3), data', COLUMNS],
  ['FROM data', COLUMNS],
  ['SELECT count(*) FROM (FROM data)', COLUMNS],
  ['SELECT count(*) FROM (/* */ FROM data)', COLUMNS],
  ['SELECT min(COLUMNS(x -> true)) FROM data', COLUMNS],
])('%s may depend on %j', (sql, expected) => {
  expect(columnsNamed(sql, COLUMNS)).toEqual(expected);
});
