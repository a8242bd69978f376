import { describe, expect, test } from 'vitest';
import { byCodePoint } from '../../../src/base/index.ts';
import { ROLES, type RoleName } from '../../../src/contract/index.ts';
import { rolesOf, type Told } from './table.ts';
import {
  ENERTIA,
  ENERTIA_ROLES,
  INVOICES,
  PLAIN_RUNS,
  PROJECT,
  QUORUM,
  QUORUM_ROLES,
  SALES,
  SENSORS,
  TICKETS,
  TRIPS,
  XES_LOG,
} from './tables.ts';

/** Only the unique roles, with the headers they bind. */
function unique(told: Told): Record<string, string> {
  return Object.fromEntries(Object.entries(told.roles).filter(([role]) => ROLES[role as RoleName].unique));
}

describe('process logs', () => {
  test('a log with PROCESS_QUEUE_ID, PROCESS_ID and pointers gets every role once', async () => {
    expect(unique(await rolesOf(QUORUM))).toEqual(QUORUM_ROLES);
  });

  test('CASE_ID is the run, numeric codes are activities and not measures, DEPENDENCY_ID is no end', async () => {
    const told = await rolesOf(ENERTIA);
    expect(unique(told)).toEqual(ENERTIA_ROLES);
    expect(told.roles['measure']).toBe('DURATION_SEC EXECUTE_ATTEMPTS');
    expect(told.roles['identifier']).toBe('CASE_ID DEPENDENCY_ID CHAIN_ID');
  });

  test('camel case, few columns and a clock that runs backward in some rows', async () => {
    expect(unique(await rolesOf(PLAIN_RUNS))).toEqual({
      run_id: 'runId',
      activity: 'jobName',
      started_at: 'startedAt',
      ended_at: 'finishedAt',
    });
  });

  test('with headers C1…Cn the values alone give the identity, times, pointers, parameters and activity', async () => {
    const { user: _, ...quorum } = QUORUM_ROLES;
    expect(unique(await rolesOf(QUORUM, { anonymous: true }))).toEqual(quorum);
    const { user, schedule, priority, attempts, ...enertia } = ENERTIA_ROLES;
    expect(unique(await rolesOf(ENERTIA, { anonymous: true }))).toEqual(enertia);
  });

  test.each([
    ['reversed', (headers: readonly string[]) => headers.toReversed()],
    ['sorted', (headers: readonly string[]) => headers.toSorted(byCodePoint)],
  ])('the order of the columns does not matter: %s', async (_name, shuffle) => {
    const first = await rolesOf(QUORUM);
    const second = await rolesOf(QUORUM, { shuffle });
    const key = (b: { role: string; sql_name: string }) => `${b.role} ${b.sql_name}`;
    const sorted = (told: Told) => told.map.bindings.toSorted((a, b) => byCodePoint(key(a), key(b)));
    expect(sorted(second)).toEqual(sorted(first));
  });

  test('in a shuffled slice, most pointers still find their run, and 0 for "none" is no pointer', async () => {
    const zeros = ['DEP', 'PARENT', 'MASTER'].map(
      (n) => `coalesce(${n}_PROCESS_QUEUE_ID, 0) AS ${n}_PROCESS_QUEUE_ID`,
    );
    const told = await rolesOf(
      `SELECT * REPLACE (${zeros.join(', ')}) FROM (${QUORUM}) ORDER BY md5(PROCESS_QUEUE_ID::VARCHAR) LIMIT 700`,
      { anonymous: true },
    );
    expect(unique(told)).toMatchObject({ run_id: 'PROCESS_QUEUE_ID', depends_on: 'DEP_PROCESS_QUEUE_ID' });
    expect(told.roles['measure']).toBeUndefined();
  });

  test('a few rows without headers do not get their times one place off', async () => {
    const told = unique(await rolesOf(`SELECT * FROM (${QUORUM}) LIMIT 20`, { anonymous: true }));
    expect([told['started_at'] ?? 'START_DT', told['ended_at'] ?? 'END_DT']).toEqual(['START_DT', 'END_DT']);
  });

  test('time stamps with a zone are times of runs too', async () => {
    const zoned = ['QUEUE_DT', 'START_DT', 'END_DT'].map((name) => `CAST(${name} AS TIMESTAMPTZ) AS ${name}`);
    const told = await rolesOf(`SELECT * REPLACE (${zoned.join(', ')}) FROM (${QUORUM})`);
    expect(unique(told)).toEqual(QUORUM_ROLES);
  });

  test('the same table gives the same map, byte for byte', async () => {
    expect((await rolesOf(ENERTIA)).map).toEqual((await rolesOf(ENERTIA)).map);
  });

  test('headers that contradict the values are not both believed: START and END swapped', async () => {
    const told = await rolesOf(`SELECT * RENAME (START_DT AS END_DT, END_DT AS START_DT) FROM (${QUORUM})`);
    expect(unique(told)['queued_at']).toBe('QUEUE_DT');
    const sure = told.map.bindings.filter(
      (b) => ['started_at', 'ended_at'].includes(b.role) && b.confidence >= 0.9,
    );
    expect(sure.length).toBeLessThan(2);
  });

  test('a duration in minutes is a measure, never the role that is in seconds', async () => {
    const told = await rolesOf(
      `SELECT * EXCLUDE (DURATION_SEC), CAST(epoch(END_TIME - START_TIME) / 60 AS DECIMAL(10, 2)) AS DURATION FROM (${ENERTIA})`,
    );
    expect(told.roles['duration']).toBeUndefined();
    expect(told.roles['measure']).toContain('DURATION');
  });

  test('reasons tell the counts behind a binding', async () => {
    const { map } = await rolesOf(QUORUM);
    const reasons = map.bindings.find((b) => b.role === 'depends_on')?.reasons.join('; ');
    expect(reasons).toContain('every value is found in PROCESS_QUEUE_ID (100 of 100)');
    expect(map.bindings.find((b) => b.role === 'run_id')?.reasons.join('; ')).toContain(
      '900 of 900 values are distinct',
    );
  });
});

describe('event logs', () => {
  test('headers of XES', async () => {
    expect(unique(await rolesOf(XES_LOG))).toEqual({
      case: 'case:concept:name',
      activity: 'concept:name',
      resource: 'org:resource',
      event_timestamp: 'time:timestamp',
      lifecycle: 'lifecycle:transition',
    });
  });

  test('headers of a spreadsheet', async () => {
    expect(unique(await rolesOf(TICKETS))).toEqual({
      case: 'Case ID',
      activity: 'Activity',
      resource: 'Resource',
      event_timestamp: 'Complete Timestamp',
    });
  });

  test('with headers C1…Cn the shape of the cases gives case, activity and time', async () => {
    const expected = { case: 'Case ID', activity: 'Activity', event_timestamp: 'Complete Timestamp' };
    expect(unique(await rolesOf(TICKETS, { anonymous: true }))).toEqual(expected);
    expect(unique(await rolesOf(XES_LOG, { anonymous: true }))).toEqual({
      case: 'case:concept:name',
      activity: 'concept:name',
      event_timestamp: 'time:timestamp',
      lifecycle: 'lifecycle:transition',
    });
  });
});

describe('plain tables', () => {
  test.each([
    ['sales', SALES],
    ['sensors', SENSORS],
    ['invoices', INVOICES],
    ['tasks of a project', PROJECT],
    ['trips', TRIPS],
  ])('%s have no role of a log, with and without headers', async (_name, table) => {
    expect(unique(await rolesOf(table))).toEqual({});
    expect(unique(await rolesOf(table, { anonymous: true }))).toEqual({});
  });

  test('sales: quantities and prices are measures, ids are not', async () => {
    const { roles } = await rolesOf(SALES);
    expect(roles).toEqual({
      timestamp: 'order_date ship_date',
      measure: 'quantity unit_price',
      category: 'product status',
      identifier: 'order_id customer_id',
      geo: 'country',
    });
  });

  test('sensors: readings are measures, latitude and longitude are places', async () => {
    const { roles } = await rolesOf(SENSORS);
    expect(roles['measure']).toBe('temperature pressure');
    expect(roles['geo']).toBe('latitude longitude');
    expect(roles['timestamp']).toBe('timestamp');
  });

  test('invoices: currency, country, postal code, flag and remarks; a column without values has no role', async () => {
    const { roles } = await rolesOf(INVOICES);
    expect(roles).toEqual({
      timestamp: 'invoice_date due_date paid_at',
      measure: 'amount',
      category: 'customer_name',
      identifier: 'invoice_no',
      text: 'remarks',
      boolean: 'is_paid',
      geo: 'country_code postal_code',
      currency: 'currency',
    });
  });
});

describe('tables with next to nothing in them', () => {
  test('a log without rows binds nothing, since no column has a value', async () => {
    expect((await rolesOf(`SELECT * FROM (${QUORUM}) LIMIT 0`)).map.bindings).toEqual([]);
  });

  test('one row: the headers decide, and values of one row add little', async () => {
    const told = await rolesOf(`SELECT * FROM (${QUORUM}) WHERE STATUS_CD <> 'Q' LIMIT 1`);
    expect(unique(told)).toMatchObject({
      run_id: 'PROCESS_QUEUE_ID',
      activity: 'PROCESS_ID',
      queued_at: 'QUEUE_DT',
    });
  });

  test('one row without headers is a plain table', async () => {
    expect(unique(await rolesOf(`SELECT * FROM (${QUORUM}) LIMIT 1`, { anonymous: true }))).toEqual({});
  });

  test('columns of nulls only are never bound, whatever they are called', async () => {
    const told = await rolesOf(
      `SELECT * REPLACE (CAST(NULL AS TIMESTAMP) AS END_DT, CAST(NULL AS BIGINT) AS DEP_PROCESS_QUEUE_ID) FROM (${QUORUM})`,
    );
    expect(told.map.bindings.some((b) => ['END_DT', 'DEP_PROCESS_QUEUE_ID'].includes(b.sql_name))).toBe(
      false,
    );
    expect(unique(told)).toMatchObject({ started_at: 'START_DT', queued_at: 'QUEUE_DT' });
  });

  test('names that need quoting and texts with quotes', async () => {
    const told = await rolesOf(
      `SELECT i AS "odd "" name", 'it''s ' || i AS "select", '' AS "'" FROM range(30) AS t(i)`,
    );
    expect(told.map.bindings.length).toBeGreaterThan(1);
  });
});
