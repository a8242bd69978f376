import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HarnessError } from '../../src/base/index.ts';
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

const ROW = '_sh_part, _sh_row_number';

/** What is asked, and a word that the reason has to hold. */
const REFUSED: readonly (readonly [sql: string, reason: RegExp])[] = [
  // not one SELECT
  ['', /no statement/],
  ['-- nothing', /no statement/],
  ['SELECT 1; SELECT 2', /2 statements/],
  ['SELECT 1; DROP VIEW data', /one SELECT/],
  ['CREATE TABLE x AS SELECT 1', /one SELECT/],
  ['DROP VIEW data', /one SELECT/],
  ["COPY data TO '/tmp/x.csv'", /one SELECT/],
  ["COPY (SELECT 1) TO '/tmp/x.csv' (use_tmp_file false)", /one SELECT/],
  ["ATTACH ':memory:' AS other", /one SELECT/],
  ["EXPORT DATABASE '/tmp/x'", /one SELECT/],
  ['PRAGMA database_list', /one SELECT/],
  ['SET threads = 1', /one SELECT/],
  ['INSERT INTO data VALUES (1)', /one SELECT/],
  ['EXPLAIN SELECT 1', /one SELECT/],
  ['INSTALL httpfs', /one SELECT/],
  ["LOAD '/tmp/x'", /one SELECT/],
  ['CALL pragma_version()', /one SELECT/],
  ['PREPARE p AS SELECT 1', /one SELECT/],
  ['PIVOT data ON a USING sum(m)', /one SELECT/],
  ['SELEC 1', /not valid SQL/],
  ['DESCRIBE data', /DESCRIBE/],
  ['SHOW TABLES', /SHOW/],
  ['SUMMARIZE data', /SUMMARIZE/],
  ['SELECT * FROM (DESCRIBE data)', /DESCRIBE/],
  ['SELECT * FROM (SHOW ALL TABLES)', /DESCRIBE/],
  // row ids, which `data` has only where it is held in memory
  ['SELECT rowid FROM data', /rowid/],
  ['SELECT d.ROWID FROM data AS d', /rowid/],
  ['SELECT count(*) AS n FROM data AS a JOIN data AS b USING (rowid)', /rowid/],
  // other relations
  ["SELECT * FROM '/etc/passwd'", /\/etc\/passwd/],
  ["SELECT * FROM 'part-00001.parquet'", /part-00001/],
  ["SELECT * FROM read_csv('/etc/passwd')", /read_csv/],
  ["SELECT * FROM READ_TEXT('/etc/passwd')", /read_text/],
  ["SELECT * FROM read_parquet('part-00001.parquet')", /read_parquet/],
  ["SELECT * FROM parquet_metadata('part-00001.parquet')", /parquet_metadata/],
  ["SELECT * FROM glob('*')", /glob/],
  ['SELECT * FROM duckdb_settings()', /duckdb_settings/],
  ['SELECT * FROM duckdb_views', /duckdb_views/],
  ['SELECT sql FROM sqlite_master', /sqlite_master/],
  ['WITH sqlite_master AS (SELECT * FROM sqlite_master) SELECT * FROM sqlite_master', /sqlite_master/],
  [
    'SELECT * FROM (WITH duckdb_views AS (SELECT 1) SELECT * FROM duckdb_views) x, duckdb_views',
    /duckdb_views/,
  ],
  ['WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM pg_class) SELECT * FROM a', /pg_class/],
  ['SELECT * FROM information_schema.tables', /qualified/],
  ['SELECT * FROM main.data', /qualified/],
  ['SELECT * FROM memory.main.data', /qualified/],
  ['SELECT * FROM pg_catalog.pg_settings', /qualified/],
  ['WITH data AS (SELECT 1 AS a) SELECT * FROM data', /called data/],
  ["SELECT * FROM query('SELECT 1')", /query/],
  ["SELECT * FROM query_table('data')", /query_table/],
  ['SELECT * FROM data AT (VERSION => 1)', /AT/],
  ['SELECT (SELECT count(*) FROM sqlite_master) FROM data', /sqlite_master/],
  ['SELECT * FROM data WHERE EXISTS (SELECT 1 FROM duckdb_tables)', /duckdb_tables/],
  ['SELECT * FROM data, LATERAL (SELECT * FROM duckdb_tables) x', /duckdb_tables/],
  ['SELECT 1 UNION ALL SELECT 1 FROM pg_class', /pg_class/],
  ['SELECT * FROM "sqlite_master"', /sqlite_master/],
  ['SELECT/**/ *FROM/**/sqlite_master', /sqlite_master/],
  // functions that are not about the data
  ['SELECT random()', /random/],
  ['SELECT list_transform([1], x -> x + random())', /random/],
  ['SELECT list_transform([1], lambda x: random())', /random/],
  ['SELECT "RANDOM"()', /random/],
  ['SELECT pg_catalog.random()', /random/],
  ['SELECT main.sum(a) FROM data', /qualified/],
  ['SELECT uuid()', /uuid/],
  ['SELECT gen_random_uuid()', /gen_random_uuid/],
  ['SELECT now()', /now/],
  ['SELECT today()', /today/],
  ['SELECT current_date', /current_date .*the clock/],
  ['SELECT current_timestamp', /current_timestamp|get_current/],
  ['SELECT localtime', /localtime/],
  ['SELECT get_current_time()', /get_current_time/],
  ['SELECT age(moment) FROM data', /age/],
  ["SELECT current_setting('threads')", /current_setting .*about the engine/],
  ['SELECT current_database()', /current_database .*about the engine/],
  ['SELECT version()', /version/],
  ["SELECT getenv('HOME')", /getenv/],
  ["SELECT getvariable('x')", /getvariable/],
  ["SELECT nextval('s')", /nextval/],
  ["SELECT json_execute_serialized_sql('x')", /json_execute/],
  ["SELECT * FROM json_execute_serialized_sql('x')", /json_execute/],
  ["SELECT json_serialize_sql('SELECT 1')", /json_serialize/],
  ['SELECT exp(d) FROM data', /exp.*library/],
  ['SELECT d ** 2 FROM data', /\*\*.*library/],
  ['SELECT hash(a) FROM data', /hash/],
  ['SELECT no_such_function(a) FROM data', /no_such_function/],
  // chance
  ['SELECT * FROM data USING SAMPLE 10', /SAMPLE/],
  ['SELECT * FROM data TABLESAMPLE 10%', /TABLESAMPLE/],
  ['SELECT * FROM (SELECT * FROM data USING SAMPLE 1%) x', /SAMPLE/],
  ['SELECT DISTINCT ON (a) a, t FROM data', /DISTINCT ON/],
  ['SELECT any_value(t) FROM data', /any_value/],
  ['SELECT first(t) FROM data', /first/],
  ['SELECT last(t) FROM data', /last/],
  ['SELECT arg_min(t, a) FROM data', /arg_min/],
  ['SELECT max_by(t, a ORDER BY t) FROM data', /max_by/],
  ['SELECT list(t) FROM data', /list/],
  ['SELECT array(SELECT a FROM data)', /array_agg|position/],
  ['SELECT string_agg(t) FROM data', /string_agg/],
  ["SELECT string_agg(t, ',' ORDER BY a) FROM data", /string_agg/],
  ['SELECT mode(a) FROM data', /mode/],
  ['SELECT histogram(a) FROM data', /histogram/],
  ['SELECT approx_count_distinct(a) FROM data', /approx_count_distinct/],
  ['SELECT approx_quantile(d, 0.5) FROM data', /approx_quantile/],
  ['SELECT reservoir_quantile(d, 0.5) FROM data', /reservoir_quantile/],
  ['SELECT row_number() OVER () FROM data', /total order/],
  ['SELECT row_number() OVER (ORDER BY a) FROM data', /_sh_part/],
  ['SELECT lag(a) OVER (PARTITION BY t ORDER BY moment) FROM data', /lag/],
  ['SELECT first_value(a) OVER (ORDER BY _sh_row_number) FROM data', /first_value/],
  ['SELECT t, lead(a) OVER (ORDER BY a) FROM data', /lead.*total order/],
  ['SELECT *, lead(a) OVER (ORDER BY a) FROM data', /lead.*total order/],
  ['SELECT a, lead(a) OVER (ORDER BY a) FROM data ORDER BY t', /lead.*total order/],
  ['SELECT a, lead(a) OVER (ORDER BY a) FROM data QUALIFY rank() OVER (ORDER BY t) = 1', /lead.*total order/],
  ['SELECT a, lead(a, 1, m) OVER (ORDER BY a) FROM data', /lead.*total order/],
  ['SELECT lead(a) OVER (ORDER BY a), lag(a) OVER (ORDER BY a) FROM data', /lead.*total order/],
  ['SELECT lead(a) OVER (ORDER BY a), rank() OVER (ORDER BY a, t) FROM data', /lead.*total order/],
  [
    'SELECT lead(a) OVER (ORDER BY a), count(*) OVER (ORDER BY a RANGE UNBOUNDED PRECEDING EXCLUDE CURRENT ROW) FROM data',
    /lead.*total order/,
  ],
  ['SELECT lead(a) OVER (ORDER BY a), (SELECT max(t) FROM data) FROM data', /lead.*total order/],
  ['SELECT sum(a) OVER (ORDER BY moment ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM data', /ROWS/],
  [`SELECT row_number() OVER (ORDER BY ${ROW}) FROM data x, data y`, /Ambiguous|total order/],
  ['SELECT row_number() OVER (ORDER BY x._sh_part, x._sh_row_number) FROM data x, data y', /total order/],
  [
    `SELECT row_number() OVER (ORDER BY ${ROW}) FROM (SELECT a AS _sh_part, a AS _sh_row_number FROM data) x`,
    /total order/,
  ],
  [`SELECT row_number() OVER (ORDER BY ${ROW}) FROM (SELECT 1 AS _sh_part, * FROM data) x`, /total order/],
  [
    `SELECT row_number() OVER (ORDER BY ${ROW}) FROM (SELECT * REPLACE (1 AS _sh_row_number) FROM data) x`,
    /total order/,
  ],
  [
    `SELECT row_number() OVER (ORDER BY ${ROW}) FROM (SELECT * FROM data UNION ALL SELECT * FROM data) x`,
    /total order/,
  ],
  [`SELECT row_number() OVER (ORDER BY ${ROW}) FROM data AS x(_sh_row_number, _sh_part)`, /total order/],
  [`SELECT row_number() OVER (ORDER BY ${ROW}), unnest([1, 2]) FROM data`, /total order/],
  [
    `SELECT row_number() OVER (ORDER BY ${ROW}) FROM (SELECT *, unnest([1, 2]) AS u FROM data) x`,
    /total order/,
  ],
  [`SELECT 1 AS _sh_row_number, row_number() OVER (ORDER BY ${ROW}) FROM data`, /total order/],
  [
    `WITH x(_sh_part, _sh_row_number) AS (SELECT a, a FROM data) SELECT row_number() OVER (ORDER BY ${ROW}) FROM x`,
    /total order/,
  ],
  ['SELECT row_number() OVER (ORDER BY a) AS r FROM data GROUP BY a, t', /GROUP BY/],
  ['SELECT row_number() OVER (ORDER BY 5), 5 AS a FROM data GROUP BY a', /total order/],
  ['SELECT row_number() OVER (ORDER BY a) FROM data GROUP BY ROLLUP (a)', /total order/],
  ['SELECT * FROM (SELECT * FROM data LIMIT 3) x', /LIMIT/],
  ['SELECT (SELECT unnest([1, 2]) LIMIT 1)', /LIMIT/],
  ['SELECT * FROM data LIMIT 10%', /percentage/],
  ['SELECT * FROM data x ASOF JOIN data y ON x.moment >= y.moment', /ASOF/],
  ['SELECT * FROM data x POSITIONAL JOIN data y', /POSITIONAL/],
  ['SELECT max(a ORDER BY t) OVER () FROM data', /ORDER BY inside/],
  // doubles that would be summed in any order, exact numbers that would go through DOUBLE
  ['SELECT sum(d) FROM data', /DOUBLE.*ctx\.exact/],
  ['SELECT avg(d) FROM data GROUP BY a', /ctx\.exact/],
  ['SELECT "SUM"(d) FROM data', /ctx\.exact/],
  ['SELECT sum(CAST(a AS FLOAT)) FROM data', /ctx\.exact/],
  ['SELECT sum(d) OVER (PARTITION BY a) FROM data', /ctx\.exact/],
  ['SELECT sum(DISTINCT d) FROM data', /ctx\.exact/],
  ['SELECT sum(d ORDER BY a) FROM data', /sum needs a total order/],
  ['SELECT sum(epoch(moment)) FROM data', /ctx\.exact/],
  ['SELECT sum(a / 2) FROM data', /ctx\.exact/],
  ['SELECT a FROM data GROUP BY a HAVING sum(d) > 1', /ctx\.exact/],
  ['SELECT a FROM data QUALIFY sum(d) OVER () > 1', /ctx\.exact/],
  ['SELECT a FROM data ORDER BY (SELECT sum(d) FROM data)', /ctx\.exact/],
  ['WITH x AS (SELECT sum(d) AS s FROM data) SELECT 1 FROM x', /ctx\.exact/],
  ['SELECT (SELECT avg(y.d) FROM data y WHERE y.a = x.a) FROM data x', /ctx\.exact/],
  ['SELECT list_sum(list(d ORDER BY _sh_part, _sh_row_number)) FROM data', /list_sum/],
  ["SELECT list_aggregate([1.5], 'stddev')", /list_aggregate/],
  ['SELECT fsum(d), kahan_sum(d) FROM data', /fsum/],
  ['SELECT product(d) FROM data', /product/],
  ['SELECT stddev(d) FROM data', /ctx\.exact/],
  ['SELECT stddev(a) FROM data', /ctx\.exact/],
  [`SELECT stddev(m ORDER BY ${ROW}) FROM data`, /loses digits/],
  ['SELECT corr(a, m) FROM data', /corr.*ctx\.exact/],
  ['SELECT regr_slope(d, a) FROM data', /ctx\.exact/],
  ['SELECT covar_pop(a, a) FROM data', /ctx\.exact/],
  ['SELECT skewness(d), kurtosis(d) FROM data', /ctx\.exact/],
  ['SELECT median(m) FROM data', /scale/],
  ['SELECT quantile_cont(m, 0.5) FROM data', /scale/],
  ['SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY m) FROM data', /scale/],
  ['SELECT avg(moment) FROM data', /epoch_us/],
  // forms
  ['SELECT t COLLATE NOCASE FROM data', /COLLATE/],
  ['SELECT * FROM data ORDER BY t COLLATE NOCASE', /COLLATE/],
  ['SELECT #1 FROM data', /position/],
  ["SELECT COLUMNS('a|d') FROM data", /COLUMNS/],
  ['SELECT moment - tz FROM data', /INTERVAL|Binder/],
  ['SELECT INTERVAL 1 DAY AS i', /INTERVAL/],
  ['SELECT [INTERVAL 1 DAY] AS i', /INTERVAL/],
  ["SELECT MAP {'a': 1}", /map/],
  ["SELECT CAST('x' AS JSON)", /JSON/],
  ["SELECT CAST('00000000-0000-0000-0000-000000000000' AS UUID)", /UUID/],
  ['SELECT CAST(1 AS some_type)', /some_type/],
  ['SELECT a, d AS a FROM data', /called a/],
  ['SELECT 1e400', /range/],
  ['SELECT TRY(1)', /TRY/],
  ['SELECT * FROM unnest([1]) WITH ORDINALITY', /ORDINALITY/],
  ['SELECT $1', /CAST/],
  ['SELECT CAST($1 AS BIGINT)', /not given/],
  ['SELECT sum(a * ?) FROM data', /CAST/],
];

/** What would make more than fits, or take longer than anybody waits, in one step that can't be stopped. */
const COSTLY: readonly (readonly [sql: string, reason: RegExp])[] = [
  ["SELECT levenshtein(t, 'x') FROM data", /levenshtein.*square/],
  ["SELECT jaro_similarity(t, 'x') FROM data", /jaro_similarity.*square/],
  ['SELECT len(range(id)) FROM data', /range.*in FROM/],
  ['SELECT list_reduce([t, t], (x, y) -> x || x) FROM data', /list_reduce.*double/],
  ['SELECT repeat(t, id) FROM data', /repeat takes a number that is written down, at most 1000/],
  ['SELECT repeat(t, 1001) FROM data', /repeat takes/],
  ['SELECT repeat(repeat(t, 1000), 1000) FROM data', /more than 200000 characters/],
  ["SELECT lpad(t, a, 'x') FROM data", /lpad takes/],
  ["SELECT lpad(t, 100000, 'x') FROM data", /lpad takes/],
  ["SELECT replace(replace(t, 'x', repeat('y', 100)), 'y', repeat('z', 100)) FROM data", /more than 200000/],
  [`SELECT length(replace(t, 'x', '${'y'.repeat(2000)}')) FROM data`, /more than 200000/],
  [
    `WITH ${Array.from({ length: 20 }, (_, i) => `c${i + 1} AS (SELECT t || t AS t FROM ${i ? `c${i}` : 'data'})`).join(', ')} SELECT t FROM c20`,
    /more than 200000/,
  ],
  [
    `SELECT t || t AS c0, ${Array.from({ length: 20 }, (_, i) => `c${i} || c${i} AS c${i + 1}`).join(', ')} FROM data`,
    /more than 200000/,
  ],
  [
    'SELECT max(length(y.s)) FROM data x, LATERAL (SELECT repeat(x.t, 900) AS s) y, LATERAL (SELECT repeat(y.s, 900) AS r) z',
    /more than 200000/,
  ],
  ['SELECT id FROM data ORDER BY length(repeat(repeat(t, 900), 900))', /more than 200000/],
  [`SELECT ${'hex('.repeat(12)}t${')'.repeat(12)} FROM data`, /more than 200000/],
  [
    "SELECT list_transform(string_split(t, ''), x -> list_transform(string_split(t, ''), y -> x || y)) FROM data",
    /more than 200000/,
  ],
  [
    "WITH RECURSIVE r AS (SELECT t FROM data UNION ALL SELECT t || 'x' FROM r) SELECT t FROM r",
    /grows in each step/,
  ],
  [
    `SELECT length(s) FROM (SELECT string_agg(t, ',' ORDER BY ${ROW}) AS s FROM data)`,
    /string_agg gathers all rows/,
  ],
  [`SELECT upper(string_agg(t, ',' ORDER BY ${ROW})) AS s FROM data`, /string_agg gathers/],
  [`SELECT string_agg(t, ',' ORDER BY ${ROW}) AS s, upper(s) AS u FROM data`, /more than 200000/],
  [`SELECT list(t) OVER (ORDER BY ${ROW}) AS s FROM data`, /list gathers/],
  ["SELECT t ILIKE '%a%a%a' FROM data", /more than two %/],
  ["SELECT t LIKE '%a_%a%a' FROM data", /more than two %/],
  ['SELECT t LIKE t FROM data', /has to be written down/],
  ['SELECT regexp_matches(t, t) FROM data', /has to be written down/],
  ["SELECT regexp_matches(t, '(x{100}){100}') FROM data", /1000 repetitions/],
  [`SELECT regexp_matches(t, '${'x'.repeat(1001)}') FROM data`, /1000 characters/],
  ["SELECT regexp_matches(repeat(t, 11), 'x') FROM data", /2000 characters at most/],
  ['SELECT contains(t, t || t) FROM data', /contains looks for more than 200/],
  ["SELECT json_extract(t, '$..a') FROM data", /with \.\./],
  ['SELECT json_extract(t, t) FROM data', /path into JSON/],
];

const TOOK = "moment - TIMESTAMP '2025-01-01'";

/** 1 month = 30 days for a comparison, and not for a reader. */
const INTERVALS = [
  `SELECT epoch_us(max(${TOOK})) AS x FROM data`,
  `SELECT epoch_us(first(${TOOK} ORDER BY ${ROW})) AS x FROM data`,
  `SELECT count(DISTINCT ${TOOK}) AS x FROM data`,
  `SELECT a, max({'k': ${TOOK}}) IS NULL AS x FROM data GROUP BY a`,
  `SELECT list(epoch_us(${TOOK}) ORDER BY ${TOOK}, ${ROW}) AS x FROM data`,
  `SELECT string_agg(t, ',' ORDER BY ${TOOK}, ${ROW}) AS x FROM data`,
  `SELECT max(id) FILTER (WHERE b) AS x FROM data GROUP BY ${TOOK}`,
  `SELECT epoch_us(i) AS x FROM (SELECT ${TOOK} AS i FROM data GROUP BY ALL)`,
  `SELECT epoch_us(i) AS x FROM (SELECT DISTINCT ${TOOK} AS i FROM data)`,
  `SELECT epoch_us(i) AS x FROM (SELECT DISTINCT [${TOOK}] AS l FROM data), unnest(l) u(i)`,
  `SELECT epoch_us(i) AS x FROM (SELECT ${TOOK} AS i FROM data UNION SELECT to_days(30) FROM data)`,
  `SELECT epoch_us(i) AS x FROM (SELECT ${TOOK} AS i FROM data EXCEPT SELECT to_days(30) FROM data)`,
  `SELECT epoch_us(i) AS x FROM (SELECT ${TOOK} AS i FROM data INTERSECT ALL SELECT to_days(30) FROM data)`,
  `WITH RECURSIVE r(i) AS (SELECT ${TOOK} FROM data UNION SELECT to_days(30) FROM r) SELECT epoch_us(i) AS x FROM r`,
  `SELECT id FROM data ORDER BY ${TOOK}`,
  `SELECT id FROM data ORDER BY ${TOOK} LIMIT 3`,
  `SELECT rank() OVER (ORDER BY ${TOOK}) AS x FROM data`,
  `SELECT count(*) OVER (PARTITION BY ${TOOK}) AS x FROM data`,
  `SELECT epoch_us(lag(${TOOK}) OVER (ORDER BY ${ROW})) AS x FROM data`,
  `SELECT epoch_us(max(${TOOK}) OVER ()) AS x FROM data`,
  `SELECT id FROM data WHERE id < (SELECT epoch_us(min(${TOOK})) FROM data)`,
  `SELECT (SELECT epoch_us(o.i) + count(*) FROM data d WHERE d.a = o.a) AS x FROM (SELECT a, ${TOOK} AS i FROM data) o`,
];

describe('The gate refuses', () => {
  it.each(INTERVALS)('an interval where rows are compared by it: %s', async (sql) => {
    await expect(data.query({ sql })).rejects.toMatchObject({
      code: 'SH_QUERY_REFUSED',
      message: expect.stringMatching(/INTERVAL.*epoch_us\(…\)/),
    });
  });

  it('a derived column that is an interval, once it is compared', async () => {
    const derived = [{ name: 'took', sql: TOOK }];
    const asked = data.query({ sql: 'SELECT epoch_us(max(took)) AS x FROM data', derived });
    await expect(asked).rejects.toThrow('INTERVAL');
    await expect(
      data.query({ sql: 'SELECT max(epoch_us(took)) AS x FROM data', derived }),
    ).resolves.toBeDefined();
  });

  it.each([
    'SELECT max(row(a, id % 2)) AS x FROM data',
    'SELECT [row(a, 1)] AS x FROM data',
    "SELECT {'k': row(a)} AS x FROM data",
    'SELECT (a, id) AS x FROM data',
  ])('a struct with unnamed fields: %s', async (sql) => {
    await expect(data.query({ sql })).rejects.toThrow('unnamed fields');
  });

  it.each([
    'SELECT 1 AS x',
    'SELECT 42 AS x UNION ALL SELECT 43',
    'VALUES (1)',
    'WITH d AS (SELECT 7 AS data) SELECT data FROM d',
    'SELECT n AS x FROM range(5) r(n)',
  ])('a query that does not read data: %s', async (sql) => {
    await expect(data.query({ sql })).rejects.toThrow('it does not read data');
  });

  it.each(REFUSED)('%s', async (sql, reason) => {
    const error = await data.query({ sql }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof HarnessError)) throw new Error(`not refused: ${String(error)}`);
    expect(['SH_QUERY_REFUSED', 'SH_QUERY_FAILED']).toContain(error.code);
    expect(error.message).toMatch(reason);
  });

  it.each(COSTLY)('what nothing could stop: %s', async (sql, message) => {
    await expect(data.query({ sql })).rejects.toMatchObject({
      code: 'SH_QUERY_REFUSED',
      message: expect.stringMatching(message),
    });
  });

  it('a derived column that grows by those before it, and a parameter that is too long', async () => {
    const derived = Array.from({ length: 20 }, (_, i) => ({
      name: `g${i}`,
      sql: i ? `g${i - 1} || g${i - 1}` : 't',
    }));
    await expect(data.query({ sql: 'SELECT max(length(g19)) AS n FROM data', derived })).rejects.toThrow(
      'more than 200000 characters',
    );
    const sql = 'SELECT count(*) AS n FROM data WHERE t = CAST($1 AS VARCHAR)';
    await expect(data.query({ sql, parameters: ['x'.repeat(10_001)] })).rejects.toThrow('at most 10000');
  });

  it('a text with a NUL, at which other readers would stop', async () => {
    await expect(data.query({ sql: "SELECT count(*) AS n FROM data\0; COPY data TO 'x'" })).rejects.toThrow(
      'NUL',
    );
  });

  it('what would take for ever to plan: too many relations together or in all, too deep expressions', async () => {
    const joined = (count: number) =>
      `SELECT count(*) AS n FROM data ${Array.from({ length: count - 1 }, (_, i) => `JOIN data d${i} USING (id)`).join(' ')}`;
    const together = (count: number) => Array(count).fill('SELECT id FROM data').join(' UNION ALL ');
    await expect(data.query({ sql: joined(41) })).rejects.toThrow('reads 41 relations together; at most 40');
    await expect(data.query({ sql: `WITH a AS (${joined(20)}) ${joined(21)}` })).rejects.toThrow(
      '41 relations',
    );
    await expect(data.query({ sql: together(1001) })).rejects.toThrow('reads 1001 relations');
    await expect(
      data.query({ sql: `SELECT max(${'abs('.repeat(600)}id${')'.repeat(600)}) AS n FROM data` }),
    ).rejects.toThrow('expression depth');
    const allowed = `SELECT count(*) AS n FROM data a JOIN (${together(50)}) b USING (id) LEFT JOIN data c USING (id)`;
    await expect(data.query({ sql: allowed })).resolves.toBeDefined();
  });

  it('a parameter that is given and not used', async () => {
    const asked = data.query({ sql: 'SELECT CAST($1 AS BIGINT) AS x', parameters: [1, 2] });
    await expect(asked).rejects.toThrow('$2');
  });

  it('what a chunk or a derived column might smuggle in', async () => {
    const smuggled = [
      '1) AS x, (SELECT 1',
      '1 FROM sqlite_master',
      'sum(a)',
      'random()',
      '(SELECT max(a) FROM data)',
      'row_number() OVER ()',
      '*',
      '1 AS x',
      '1; SELECT 2',
      '1, 2',
      'unnest([1, 2])',
      '1 WHERE true',
      '1 LIMIT 1',
      'CAST($1 AS BIGINT)',
      '1 UNION SELECT 2',
      'nope + 1',
    ];
    for (const sql of smuggled)
      await expect(data.checkDerived('x', sql, []), sql).rejects.toThrow(HarnessError);
    for (const name of ['a', 'A', '_sh_row_number', '_sh_x', 'data', 'x y', 'x"', '']) {
      await expect(data.checkDerived(name, 'a + 1', []), name).rejects.toThrow(HarnessError);
    }
  });
});
