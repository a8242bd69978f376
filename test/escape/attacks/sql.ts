import { expect } from 'vitest';
import type { SqlAttack } from '../attack.ts';

/** SECRET and OUTSIDE stand for the paths of a file with a secret and of one that is not there. */
const attack = (name: string, sql: string, refused: RegExp, twin = said(sql)): SqlAttack => ({
  ...{ kind: 'sql', group: 'SQL', name, sql, refused, twin },
});
/** The same words, where they do nothing: in a text, and in a comment. */
const said = (sql: string): string =>
  `SELECT '${sql.replaceAll("'", "''")}' AS said, count(*) AS n FROM data -- ${sql}`;
/** The same form, where the name is one of a relation of its own. */
const called = (name: string): string =>
  `WITH ${name} AS (SELECT count(*) AS n FROM data) SELECT * FROM ${name}`;
const ONE_SELECT = /one SELECT|2 statements/;
const COUNT = 'SELECT count(*) AS n FROM data';

export const SQL: readonly SqlAttack[] = [
  attack(
    'a CSV file',
    `SELECT * FROM read_csv('SECRET')`,
    /read_csv/,
    `SELECT 'read_csv' AS a, count(*) AS n FROM data`,
  ),
  attack(
    'a text file',
    `SELECT content FROM read_text('SECRET')`,
    /read_text/,
    `SELECT count(*) AS content FROM data`,
  ),
  attack(
    'a binary file',
    `SELECT (SELECT count(*) FROM read_blob('SECRET')) AS n FROM data`,
    /read_blob/,
    `SELECT (SELECT count(*) FROM data) AS n FROM data LIMIT 1`,
  ),
  attack('a Parquet file', `SELECT * FROM read_parquet('SECRET')`, /read_parquet/, called('read_parquet')),
  attack(
    'a JSON file',
    `SELECT * FROM read_json('SECRET')`,
    /read_json/,
    `SELECT count(*) AS read_json FROM data`,
  ),
  attack(
    'what a Parquet file says of itself',
    `SELECT * FROM parquet_metadata('SECRET')`,
    /parquet_metadata/,
    called('parquet_metadata'),
  ),
  attack('what a CSV file looks like', `SELECT * FROM sniff_csv('SECRET')`, /sniff_csv/, called('sniff_csv')),
  attack(
    'a path as a table',
    `SELECT * FROM 'SECRET'`,
    /may not be read|secret/,
    `SELECT 'SECRET' AS path, count(*) AS n FROM data`,
  ),
  attack(
    'a path as a quoted table',
    `SELECT * FROM "SECRET"`,
    /may not be read|secret/,
    `SELECT count(*) AS "SECRET" FROM data`,
  ),
  attack(
    'a URL as a table',
    `SELECT * FROM 'http://127.0.0.1/x.parquet'`,
    /may not be read/,
    `SELECT count(*) AS "http://127.0.0.1/x.parquet" FROM data`,
  ),
  attack(
    'the names of files',
    `SELECT * FROM glob('/*')`,
    /glob/,
    `SELECT count(*) AS n FROM data WHERE t LIKE '/*'`,
  ),
  attack(
    'a file inside a common table expression',
    `WITH a AS (SELECT * FROM read_text('SECRET')) SELECT * FROM a`,
    /read_text/,
    `WITH a AS (SELECT count(*) AS n FROM data) SELECT n FROM a`,
  ),
  attack(
    'a file inside a subquery of a condition',
    `${COUNT} WHERE EXISTS (SELECT 1 FROM read_text('SECRET'))`,
    /read_text/,
    `${COUNT} WHERE EXISTS (SELECT 1 FROM data)`,
  ),
  attack(
    'a file inside an order',
    `SELECT id FROM data ORDER BY (SELECT count(*) FROM read_text('SECRET'))`,
    /read_text/,
    `SELECT id FROM data ORDER BY id LIMIT 1`,
  ),
  attack(
    'a file inside a limit',
    `SELECT id FROM data LIMIT (SELECT count(*) FROM read_text('SECRET'))`,
    /read_text|LIMIT/,
    `SELECT id FROM data ORDER BY id LIMIT 2`,
  ),
  attack(
    'a file inside a function of a list',
    `SELECT list_transform([1], lambda x: (SELECT content FROM read_text('SECRET'))) AS n FROM data`,
    /read_text/,
    `SELECT list_transform([1], lambda x: x + 1) AS n, count(*) AS c FROM data`,
  ),
  attack(
    'a file in a union',
    `SELECT id FROM data UNION ALL SELECT 1 FROM read_text('SECRET')`,
    /read_text/,
    `SELECT id FROM data UNION ALL SELECT id FROM data ORDER BY id LIMIT 1`,
  ),
  attack(
    'a file by a function in capitals',
    `SELECT * FROM READ_TEXT('SECRET')`,
    /read_text/,
    called('READ_TEXT'),
  ),
  attack(
    'a file by a function with its schema',
    `SELECT * FROM main.read_text('SECRET')`,
    /read_text|qualified|schema/,
    `SELECT count(main.read_text) AS n FROM (SELECT id AS read_text FROM data) main`,
  ),
  attack(
    'a file behind a comment',
    `SELECT * FROM /* data */ read_text('SECRET') -- data`,
    /read_text/,
    `SELECT count(*) AS n FROM /* read_text('SECRET') */ data -- read_text`,
  ),
  attack(
    'a comment inside a comment',
    `SELECT 1 /* /* */ FROM data */ FROM read_text('SECRET')`,
    /read_text/,
    `SELECT count(*) /* a */ AS n FROM data`,
  ),
  attack(
    'a text in dollars',
    `SELECT $$a$$ FROM read_text($$SECRET$$)`,
    /read_text/,
    `SELECT $$read_text('SECRET')$$ AS a, count(*) AS n FROM data`,
  ),
  attack('a name in another script', `SELECT * FROM ｄata`, /may not be read|syntax|valid/, called('ｄata')),
  attack(
    'a NUL in the text',
    `SELECT 1 FROM data\u0000; COPY data TO 'OUTSIDE'`,
    /NUL/,
    `${COUNT} --; COPY data TO 'OUTSIDE'`,
  ),
  attack('COPY to a file', `COPY (SELECT 1) TO 'OUTSIDE'`, ONE_SELECT),
  attack('COPY of the table', `COPY data TO 'OUTSIDE' (use_tmp_file false)`, ONE_SELECT),
  attack('COPY from a file', `COPY data FROM 'SECRET'`, ONE_SELECT),
  attack('EXPORT', `EXPORT DATABASE 'OUTSIDE'`, ONE_SELECT),
  attack('IMPORT', `IMPORT DATABASE 'OUTSIDE'`, ONE_SELECT),
  attack('ATTACH', `ATTACH 'OUTSIDE' AS other`, ONE_SELECT),
  attack('DETACH', `DETACH memory`, ONE_SELECT),
  attack('USE', `USE memory`, ONE_SELECT),
  attack('a second statement', `${COUNT}; COPY data TO 'OUTSIDE'`, ONE_SELECT, `${COUNT};`),
  attack(
    'a second statement behind a comment',
    `${COUNT}; -- nothing\nDROP VIEW data`,
    ONE_SELECT,
    `${COUNT} -- nothing`,
  ),
  attack('a new table', `CREATE TABLE t AS SELECT * FROM data`, ONE_SELECT),
  attack('another view', `CREATE OR REPLACE VIEW data AS SELECT 1`, ONE_SELECT),
  attack('a macro', `CREATE MACRO sum(x) AS 7`, ONE_SELECT),
  attack('a dropped view', `DROP VIEW data`, ONE_SELECT),
  attack('changed rows', `UPDATE data SET id = 0`, ONE_SELECT),
  attack('removed rows', `DELETE FROM data`, ONE_SELECT),
  attack('added rows', `INSERT INTO data VALUES (1)`, ONE_SELECT),
  attack(
    'changed rows in an expression',
    `WITH a AS (DELETE FROM data RETURNING *) SELECT * FROM a`,
    /A CTE needs a SELECT/,
    `WITH a AS (SELECT id FROM data) SELECT count(*) AS n FROM a`,
  ),
  attack('PRAGMA', `PRAGMA database_list`, ONE_SELECT),
  attack(
    'PRAGMA as a function',
    `SELECT * FROM pragma_database_list()`,
    /pragma/,
    called('pragma_database_list'),
  ),
  attack('CALL', `CALL pragma_version()`, ONE_SELECT),
  attack('SET', `SET enable_external_access = true`, ONE_SELECT),
  attack('RESET', `RESET lock_configuration`, ONE_SELECT),
  attack('SET of a variable', `SET VARIABLE x = 1`, ONE_SELECT),
  attack('a variable', `SELECT getvariable('x') AS x FROM data`, /getvariable/),
  attack('INSTALL', `INSTALL httpfs`, ONE_SELECT),
  attack('LOAD', `LOAD 'OUTSIDE'`, ONE_SELECT),
  attack('PREPARE', `PREPARE p AS SELECT 1`, ONE_SELECT),
  attack('EXPLAIN ANALYZE', `EXPLAIN ANALYZE SELECT 1`, ONE_SELECT),
  attack('a transaction', `BEGIN TRANSACTION`, ONE_SELECT),
  attack('CHECKPOINT', `FORCE CHECKPOINT`, ONE_SELECT),
  attack('VACUUM', `VACUUM ANALYZE`, ONE_SELECT),
  attack(
    'DESCRIBE',
    `SELECT * FROM (DESCRIBE data)`,
    /DESCRIBE/,
    `SELECT 'DESCRIBE' AS a, count(*) AS n FROM data`,
  ),
  attack('SHOW', `SELECT * FROM (SHOW ALL TABLES)`, /SHOW/),
  attack(
    'PIVOT',
    `PIVOT data ON t USING count(*)`,
    /one SELECT|PIVOT/,
    `SELECT t, count(*) AS n FROM data GROUP BY t ORDER BY t`,
  ),
  attack(
    'PIVOT in a subquery',
    `SELECT * FROM (PIVOT data ON t USING count(*))`,
    /PIVOT|one SELECT|could not/i,
    `SELECT a.n FROM (SELECT count(*) AS n FROM data) a`,
  ),
  attack('system tables', `SELECT * FROM duckdb_settings()`, /duckdb_settings/, called('duckdb_settings')),
  attack(
    'system views',
    `SELECT sql FROM sqlite_master`,
    /sqlite_master/,
    `SELECT count(*) AS sqlite_master FROM data`,
  ),
  attack(
    'the schema of information',
    `SELECT * FROM information_schema.tables`,
    /qualified|tables/,
    called('information_schema'),
  ),
  attack(
    'a system view by an expression of its name',
    `WITH sqlite_master AS (SELECT * FROM sqlite_master) SELECT * FROM sqlite_master`,
    /sqlite_master/,
    `WITH a AS (SELECT count(*) AS n FROM data), b AS (SELECT n FROM a) SELECT n FROM b`,
  ),
  attack('the logs of the engine', `SELECT * FROM duckdb_logs()`, /duckdb_logs/, called('duckdb_logs')),
  attack(
    'secrets of the engine',
    `SELECT * FROM duckdb_secrets()`,
    /duckdb_secrets/,
    called('duckdb_secrets'),
  ),
  attack(
    'a query in a text',
    `SELECT * FROM query('SELECT * FROM read_text(''SECRET'')')`,
    /query/,
    `SELECT 'query' AS a, count(*) AS n FROM data`,
  ),
  attack(
    'a table named by a text',
    `SELECT * FROM query_table('data')`,
    /query_table/,
    called('query_table'),
  ),
  attack(
    'a query in JSON',
    `SELECT * FROM json_execute_serialized_sql('{}')`,
    /json_execute_serialized_sql/,
    `SELECT json_valid('{}') AS a, count(*) AS n FROM data`,
  ),
  attack(
    'a query made into JSON',
    `SELECT json_serialize_sql('SELECT 1') AS a FROM data`,
    /json_serialize_sql/,
  ),
  attack(
    'an environment variable',
    `SELECT getenv('HOME') AS h FROM data`,
    /getenv/,
    `SELECT 'getenv' AS h, count(*) AS n FROM data`,
  ),
  attack('a setting', `SELECT current_setting('home_directory') AS h FROM data`, /current_setting/),
  attack(
    'a secret, named',
    `SELECT * FROM which_secret('s3://x', 's3')`,
    /which_secret/,
    called('which_secret'),
  ),
  attack(
    'the time',
    `SELECT now() AS t, count(*) AS n FROM data`,
    /now|clock/,
    `SELECT max(moment) AS t FROM data`,
  ),
  attack(
    'the time as a word',
    `SELECT current_timestamp AS t FROM data`,
    /clock|now|current/,
    `SELECT min(moment) AS t FROM data`,
  ),
  attack('chance', `SELECT random() AS r FROM data`, /random/, `SELECT max(id) AS r FROM data`),
  attack(
    'a sample',
    `SELECT * FROM data TABLESAMPLE 1 ROWS`,
    /TABLESAMPLE/,
    `SELECT id FROM data ORDER BY id LIMIT 1`,
  ),
  attack(
    'a name with a schema',
    `SELECT * FROM main.data`,
    /qualified/,
    `SELECT count(main.id) AS n FROM data main`,
  ),
  attack(
    'a name with a catalog',
    `SELECT * FROM system.main.data`,
    /qualified/,
    `SELECT count(system.id) AS n FROM data system`,
  ),
  attack(
    'columns by a text',
    `SELECT COLUMNS('.*') FROM data`,
    /COLUMNS/,
    `SELECT id, t FROM data ORDER BY id LIMIT 1`,
  ),
  attack(
    'a place in the file',
    `SELECT file_row_number FROM data`,
    /"file_row_number" not found/,
    `SELECT count(*) AS file_row_number FROM data`,
  ),
  attack(
    'the name of the file',
    `SELECT filename FROM data`,
    /"filename" not found/,
    `SELECT count(*) AS filename FROM data`,
  ),
  attack(
    'the number of a row in storage',
    `SELECT rowid FROM data`,
    /rowid is no column of data/,
    `SELECT _sh_part, _sh_row_number FROM data ORDER BY _sh_part, _sh_row_number LIMIT 1`,
  ),
  attack(
    'a type of its own',
    `SELECT CAST('x' AS regclass) AS a FROM data`,
    /regclass|type/i,
    `SELECT CAST(id AS VARCHAR) AS a FROM data ORDER BY id LIMIT 1`,
  ),
  attack(
    'a text that ends early',
    `SELECT ' FROM data; COPY data TO 'OUTSIDE`,
    // A text divided by what the folder is called: no names of columns, or no SQL at all.
    /syntax error|Referenced column/,
    `SELECT '''' AS quote, count(*) AS n FROM data`,
  ),
  attack(
    'a text of too many characters',
    `SELECT 1 /* ${'x'.repeat(200_001)} */ FROM data`,
    /at most 200000/,
    `SELECT count(*) /* ${'x'.repeat(199_000)} */ AS n FROM data`,
  ),
  attack(
    'a distance of texts, which takes the square of their length',
    `SELECT levenshtein(repeat('a', 150000 + count(*)), repeat('b', 150000 + count(*))) AS n FROM data`,
    /levenshtein/,
    `SELECT hamming('ab', 'ac') AS n, count(*) AS c FROM data`,
  ),
  attack(
    'a text replaced by a longer one',
    `SELECT length(replace(repeat(t, 900), 'x', '${'b'.repeat(10_000)}')) AS n FROM data`,
    /more than 200000 characters/,
    `SELECT max(length(replace(t, 'x', 'bbb'))) AS n FROM data`,
  ),
  attack(
    'texts that double thirty times',
    `WITH c0 AS (SELECT t FROM data)${Array.from({ length: 30 }, (_, i) => `, c${i + 1} AS (SELECT t || t AS t FROM c${i})`).join('')} SELECT t FROM c30`,
    /more than 200000 characters/,
    `WITH c0 AS (SELECT t || t AS t FROM data) SELECT max(t || t) AS t FROM c0`,
  ),
  attack(
    'a text that doubles in a recursion',
    `WITH RECURSIVE r AS (SELECT t FROM data UNION ALL SELECT t || t FROM r) SELECT count(*) AS n FROM r`,
    /grows in each step/,
    `WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT n, (SELECT count(*) FROM data) AS c FROM r`,
  ),
  attack(
    'all rows in one text, for each row again',
    `SELECT max(length(upper(s) || id)) AS n FROM data, (SELECT string_agg(t, ',' ORDER BY _sh_part, _sh_row_number) AS s FROM data) x`,
    /string_agg gathers all rows/,
    `SELECT string_agg(t, ',' ORDER BY _sh_part, _sh_row_number) AS s FROM data`,
  ),
  attack(
    'a pattern that tries each place again and again',
    `SELECT count(*) AS n FROM data WHERE repeat(t, 9) ILIKE '%x%x%x%x%x%x%z'`,
    /more than two %/,
    `SELECT count(*) AS n FROM data WHERE t ILIKE '%x%'`,
  ),
  attack('nothing', ` ; -- `, /no statement/, `${COUNT} ; -- `),
];

/** Queries that would never end, or whose result would not fit: each ends with its execution or at a limit. */
export const ENDLESS_SQL: readonly {
  readonly name: string;
  readonly sql: string;
  readonly ends: { readonly status: unknown; readonly reason?: unknown };
}[] = [
  {
    name: 'a cross join',
    sql: 'SELECT count(*) AS n FROM data a, data b, data c WHERE a.id * b.id = c.id + 1',
    ends: { status: 'timed_out' },
  },
  {
    name: 'a hundred billion rows',
    sql: 'SELECT max(a.id + i % 7) AS n FROM data a, range(100000000) r(i)',
    ends: { status: 'timed_out' },
  },
  {
    name: 'a median of a hundred billion values, whose memory DuckDB does not count',
    sql: 'SELECT median(a.id + i) AS n FROM data a, range(100000000) r(i)',
    ends: { status: 'timed_out' },
  },
  {
    name: 'as much text as a query may make, searched for what is not there',
    sql: `SELECT count(*) AS n FROM (SELECT '${'1'.repeat(150_000)}' || id AS u FROM data, range(100000)) x WHERE contains(u, '${'1'.repeat(150)}z')`,
    ends: { status: 'timed_out' },
  },
  {
    name: 'a recursion without end',
    sql: 'WITH RECURSIVE a AS (SELECT 1 AS n FROM data UNION ALL SELECT n FROM a) SELECT count(*) AS n FROM a',
    ends: { status: expect.stringMatching(/^(timed_out|failed)$/) },
  },
  {
    name: 'a result of a billion rows',
    sql: 'SELECT a.id, i FROM data a, range(1000000) r(i)',
    ends: { status: expect.stringMatching(/^(timed_out|failed)$/) },
  },
  {
    name: 'a text of a billion characters',
    sql: "SELECT repeat('x', 1000000000) AS n, count(*) AS c FROM data",
    ends: { status: expect.stringMatching(/^(timed_out|failed)$/) },
  },
  {
    name: 'a list of a billion numbers',
    sql: 'SELECT len(range(4000000000)) AS n, count(*) AS c FROM data',
    ends: { status: expect.stringMatching(/^(timed_out|failed)$/) },
  },
  {
    name: 'a join of a hundred relations',
    sql: `SELECT count(*) AS n FROM data a0 ${Array.from({ length: 100 }, (_, i) => `JOIN data a${i + 1} USING (id)`).join(' ')}`,
    ends: { status: 'failed', reason: expect.stringMatching(/reads 101 relations together/) },
  },
  {
    name: 'common tables that double thirty times',
    sql: `WITH c0 AS (SELECT id FROM data)${Array.from({ length: 30 }, (_, i) => `, c${i + 1} AS (SELECT a.id FROM c${i} a, c${i} b)`).join('')} SELECT count(*) AS n FROM c30`,
    ends: { status: 'failed', reason: expect.stringMatching(/relations together/) },
  },
  {
    name: 'a thousand functions inside each other',
    sql: `SELECT max(${'abs('.repeat(900)}id${')'.repeat(900)}) AS n FROM data`,
    ends: { status: 'failed', reason: expect.stringMatching(/expression depth/) },
  },
];
