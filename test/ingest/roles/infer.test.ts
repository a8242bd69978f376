import { describe, expect, test } from 'vitest';
import { byCodePoint } from '../../../src/base/index.ts';
import { ROLES, type RoleName } from '../../../src/contract/index.ts';
import { count } from '../../../src/ingest/roles/wording.ts';
import { rolesOf, type Told } from './table.ts';
import {
  ENERTIA,
  ENERTIA_ROLES,
  GERMAN,
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

  test('COMPLETION with words for how a run ended is the status, and no end', async () => {
    const log = QUORUM.replace('STATUS_CD', 'COMPLETION')
      .replace("THEN 'Q'", "THEN 'Warning'")
      .replace("THEN 'E' ELSE 'C'", "THEN 'Abnormal' ELSE 'Normal'");
    expect(unique(await rolesOf(log))).toEqual({ ...QUORUM_ROLES, status: 'COMPLETION' });
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

  const asText = (column: string) =>
    `CASE WHEN ${column} IS NOT NULL THEN 'REQ-' || md5(CAST(${column} AS VARCHAR))[:10] END`;
  const LINKS = ['DEP_PROCESS_QUEUE_ID', 'PARENT_PROCESS_QUEUE_ID', 'MASTER_PROCESS_QUEUE_ID'];
  const linksAsText = (columns: readonly string[]) => columns.map((c) => `${asText(c)} AS ${c}`).join(', ');
  /** Each pointer with the column whose values it holds, where that is not the run id. */
  const pointsAt = ({ map }: Told) =>
    map.bindings.flatMap(({ role, points_at }) =>
      points_at === undefined ? [] : [`${role} at ${points_at}`],
    );

  test('ids may be texts', async () => {
    const told = await rolesOf(
      `SELECT * REPLACE (${linksAsText(['PROCESS_QUEUE_ID', ...LINKS])}) FROM (${QUORUM})`,
    );
    expect(unique(told)).toEqual(QUORUM_ROLES);
  });

  test('of two ids the run id is the one that its pointers hold', async () => {
    const reference = `${asText('PROCESS_QUEUE_ID')} AS EXTERNAL_REF`;
    const byNumber = await rolesOf(`SELECT ${reference}, * FROM (${QUORUM})`, { anonymous: true });
    expect(unique(byNumber)['run_id']).toBe('PROCESS_QUEUE_ID');
    const byText = await rolesOf(`SELECT ${reference}, * REPLACE (${linksAsText(LINKS)}) FROM (${QUORUM})`, {
      anonymous: true,
    });
    expect(unique(byText)['run_id']).toBe('EXTERNAL_REF');
    expect([...pointsAt(byNumber), ...pointsAt(byText)]).toEqual([]);
  });

  test('a pointer at another id of the runs says which', async () => {
    const told = await rolesOf(
      `SELECT ${asText('PROCESS_QUEUE_ID')} AS EXTERNAL_REF, * REPLACE (${linksAsText(LINKS.slice(0, 1))}) FROM (${QUORUM})`,
    );
    expect(unique(told)).toEqual(QUORUM_ROLES);
    expect(pointsAt(told)).toEqual(['depends_on at EXTERNAL_REF']);
  });

  test('a chain may be a label that its runs share, a column with the same name and no chain is none', async () => {
    const labelled = (label: string) =>
      rolesOf(`SELECT * EXCLUDE (MASTER_PROCESS_QUEUE_ID), ${label} AS CHAIN_ID FROM (${QUORUM})`);
    const told = await labelled(
      `CASE WHEN PARENT_PROCESS_QUEUE_ID IS NOT NULL THEN 'CH' || PROCESS_QUEUE_ID // 30 END`,
    );
    expect(unique(told)['chain']).toBe('CHAIN_ID');
    expect(unique(await labelled(`'CH' || PROCESS_QUEUE_ID`))['chain']).toBeUndefined();
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
    const anew = { shuffle: (headers: readonly string[]) => headers };
    expect((await rolesOf(ENERTIA, anew)).map).toEqual((await rolesOf(ENERTIA)).map);
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

  test('quantities with a few words among them are no ids, though nearly all differ', async () => {
    const told = await rolesOf(
      `SELECT i AS row_id, CASE WHEN i % 40 = 0 THEN 'n/a' ELSE CAST(1000 + i * 1.37 AS VARCHAR) END AS level,
        CASE WHEN i % 40 = 0 THEN 'n/a' ELSE CAST(1000 + i * 7 AS VARCHAR) END AS meter_reading,
        CASE WHEN i % 40 = 0 THEN 'n/a' ELSE CAST(1000 + i * 7 AS VARCHAR) END AS booking FROM range(400) AS t(i)`,
    );
    expect(told.roles['text']).toBe('level meter_reading');
    expect(told.roles['identifier']).toContain('booking');
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

/** Confidence of a role, 0 where it is unbound. */
const confidence = (told: Told, role: RoleName) =>
  told.map.bindings.find((b) => b.role === role)?.confidence ?? 0;
const TIMES = ['queued_at', 'eligible_at', 'started_at', 'ended_at'] as const;
const timesOf = (told: Told) => TIMES.map((role) => told.roles[role] ?? '');

describe('the times of a run', () => {
  const FOUR = ['Angefordert am', 'Freigabe', 'Beginn', 'Ende'];
  const UNKNOWN_WORDS = `SELECT * RENAME ("Angefordert am" AS Zlecono, Freigabe AS Zwolniono, Beginn AS Poczatek, Ende AS Koniec) FROM (${GERMAN})`;

  test('German headers and values agree: every role is bound, well above 0.7', async () => {
    const told = await rolesOf(GERMAN);
    expect(unique(told)).toEqual({
      run_id: 'Auftrag_Nr',
      activity: 'Job',
      queued_at: 'Angefordert am',
      eligible_at: 'Freigabe',
      started_at: 'Beginn',
      ended_at: 'Ende',
      resource: 'Server',
      user: 'Benutzer',
      depends_on: 'Vorgänger',
    });
    for (const role of TIMES) expect(confidence(told, role)).toBeGreaterThan(0.8);
  });

  test.each([
    ['headers in a language that is not known', UNKNOWN_WORDS, false],
    ['headers C1…Cn', GERMAN, true],
  ])('four times in order are queued, eligible, started, ended: %s', async (_name, table, anonymous) => {
    const told = await rolesOf(table, { anonymous });
    expect(timesOf(told)).toEqual(anonymous ? FOUR : ['Zlecono', 'Zwolniono', 'Poczatek', 'Koniec']);
    for (const role of TIMES) expect(confidence(told, role)).toBeGreaterThanOrEqual(0.5);
  });

  test('without headers, complete values settle queued, started and ended at 0.5 or more', async () => {
    for (const table of [QUORUM, ENERTIA, `SELECT * EXCLUDE (Freigabe) FROM (${GERMAN})`]) {
      const told = await rolesOf(table, { anonymous: true });
      for (const role of ['queued_at', 'started_at', 'ended_at'] as const)
        expect(confidence(told, role)).toBeGreaterThanOrEqual(0.5);
    }
  });

  test('three times in order are queued, started, ended', async () => {
    const told = await rolesOf(`SELECT * EXCLUDE (Freigabe) FROM (${GERMAN})`, { anonymous: true });
    expect(timesOf(told)).toEqual(['Angefordert am', '', 'Beginn', 'Ende']);
  });

  test.each([
    ['later', 'Beginn + INTERVAL 40 DAY'],
    ['earlier', '"Angefordert am" - INTERVAL 40 DAY'],
  ])('a fifth time that is far off is left out: %s', async (_name, far) => {
    const table = `SELECT *, ${far} AS Spalte FROM (${GERMAN})`;
    expect(timesOf(await rolesOf(table))).toEqual(FOUR);
    const told = await rolesOf(table, { anonymous: true });
    expect(timesOf(told)).toEqual(FOUR);
    expect(confidence(told, 'ended_at')).toBeGreaterThanOrEqual(0.5);
  });

  test('five times close together: headers tell which are which, and without them nobody can', async () => {
    const table = `SELECT *, coalesce(Ende, Beginn) + INTERVAL (9 * length(Job)) SECOND AS Spalte FROM (${GERMAN})`;
    expect(timesOf(await rolesOf(table))).toEqual(FOUR);
    const told = await rolesOf(table, { anonymous: true });
    for (const role of TIMES) expect(confidence(told, role)).toBeLessThan(0.5);
  });

  const ends = (every: number) =>
    `SELECT * REPLACE (CASE WHEN PROCESS_QUEUE_ID % ${every} = 0 THEN START_DT - INTERVAL 90 SECOND ELSE END_DT END AS END_DT) FROM (${QUORUM})`;
  const queues = (every: number, log: string) =>
    `SELECT * REPLACE (CASE WHEN PROCESS_QUEUE_ID % ${every} = 1 THEN START_DT + INTERVAL 1 HOUR ELSE QUEUE_DT END AS QUEUE_DT) FROM (${log})`;

  test.each([
    ['a fifth of the runs end before they start', ends(5)],
    ['a third of the runs end before they start', ends(3)],
    ['a fifth of the runs start before they are asked for', queues(5, QUORUM)],
    ['a third and a fifth together', queues(5, ends(3))],
  ])(
    'a clock that runs backwards takes no time from a log, and lowers the confidence: %s',
    async (_name, table) => {
      const told = await rolesOf(table);
      expect(timesOf(told)).toEqual(['QUEUE_DT', '', 'START_DT', 'END_DT']);
      const clean = await rolesOf(QUORUM);
      for (const role of ['queued_at', 'started_at', 'ended_at'] as const) {
        expect(confidence(told, role)).toBeLessThan(confidence(clean, role));
        expect(confidence(told, role)).toBeGreaterThan(0.7);
      }
      const reasons = told.map.bindings.find((b) => b.role === 'started_at')?.reasons ?? [];
      expect(reasons).toContain('by the headers the other rows have a clock that runs backwards');
    },
  );

  test('headers alone do not make a pair of times: in order in half of the rows, or named for something else', async () => {
    const half = await rolesOf(ends(2));
    expect(unique(half)).not.toMatchObject({ started_at: 'START_DT', ended_at: 'END_DT' });
    const planned = await rolesOf(`SELECT * RENAME (END_DT AS PLANNED_END_DT) FROM (${ends(5)})`);
    expect(unique(planned)['ended_at']).toBeUndefined();
    const unnamed = await rolesOf(ends(5), { anonymous: true });
    expect(timesOf(unnamed)).not.toEqual(['QUEUE_DT', '', 'START_DT', 'END_DT']);
  });

  test('a time that few rows have is not the end', async () => {
    const table = `SELECT * EXCLUDE (Freigabe), CASE WHEN Auftrag_Nr % 20 = 0 THEN Ende + INTERVAL 9 SECOND END AS Spalte FROM (${GERMAN})`;
    expect(timesOf(await rolesOf(table, { anonymous: true }))).toEqual([
      'Angefordert am',
      '',
      'Beginn',
      'Ende',
    ]);
  });
});

describe('confidence', () => {
  const bindingOf = (told: Told, role: RoleName) => told.map.bindings.find((b) => b.role === role);

  test('two columns that fit alike leave the role below 0.5, and the reasons name the other', async () => {
    const told = await rolesOf(
      `SELECT *, (ARRAY['KLEE', 'MROSS', 'TADAMS'])[1 + PROCESS_QUEUE_ID % 3] AS USER_CD FROM (${QUORUM})`,
    );
    expect(confidence(told, 'user')).toBeLessThan(0.5);
    expect(bindingOf(told, 'user')?.reasons.at(-1)).toMatch(/^USER_(CD|ID) would fit as well$/);
  });

  test('a code and its name that go together one to one are no rivals', async () => {
    const told = await rolesOf(`SELECT *, 'Mrs ' || USER_ID AS USER_NAME FROM (${QUORUM})`);
    expect(confidence(told, 'user')).toBeGreaterThan(0.8);
  });

  test('of two hosts the better named is bound, with less confidence', async () => {
    const told = await rolesOf(
      `SELECT *, 'APP0' || (1 + PROCESS_QUEUE_ID % 3) AS ASSIGNED_MACHINE_ID FROM (${QUORUM})`,
    );
    expect(told.roles['resource']).toBe('LOCAL_MACHINE_ID');
    expect(confidence(told, 'resource')).toBeGreaterThan(0.5);
    expect(confidence(told, 'resource')).toBeLessThan(0.9);
  });
});

describe('numbers', () => {
  test.each([
    ['one by one', '610000 + i', 12],
    ['in steps, shuffled', '610000 + (i * 7919) % 5003', 200],
    ['with wide gaps, growing', '100000 + i * 4401', 200],
  ])(
    'whole numbers like 610001 that never repeat are an identifier, never a measure: %s',
    async (_name, id, rows) => {
      const told = await rolesOf(
        `SELECT ${id} AS C1, (i * 31) % 7 AS C2 FROM range(1, ${rows + 1}) AS numbers(i)`,
      );
      expect(told.roles['identifier']).toBe('C1');
      expect(told.roles['measure']).toBe('C2');
    },
  );

  test('amounts that do not repeat stay a measure', async () => {
    const told = await rolesOf(
      'SELECT (i * 7919 * 7919) % 900007 + 50000 AS C1 FROM range(1, 201) AS numbers(i)',
    );
    expect(told.roles['measure']).toBe('C1');
  });

  test('reasons group digits with thin spaces, from five digits on', async () => {
    const told = await rolesOf('SELECT i AS run_id, i % 7 AS grade FROM range(1, 12001) AS numbers(i)');
    const reasons = told.map.bindings.flatMap((b) => b.reasons).join('; ');
    expect(reasons).not.toMatch(/\d,\d/);
    expect([count(3677), count(12345), count(-1234567), count(0.12345)]).toEqual([
      '3677',
      '12\u202f345',
      '\u22121\u202f234\u202f567',
      '0.1235',
    ]);
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

  test('events with a start and an end happened when they were complete', async () => {
    const events = (first: string, second: string) =>
      rolesOf(`SELECT 'case' || (i // 6) AS case_id, (ARRAY['Register', 'Check', 'Decide', 'Pay', 'Notify', 'Close'])[1 + i % 6] AS activity,
        TIMESTAMP '2025-01-01' + INTERVAL (i * 600) SECOND AS "${first}",
        TIMESTAMP '2025-01-01' + INTERVAL (i * 600 + 300 + i % 7) SECOND AS "${second}" FROM range(600) AS t(i)`);
    const told = await events('start_timestamp', 'complete_timestamp');
    expect(unique(told)).toEqual({
      case: 'case_id',
      activity: 'activity',
      event_timestamp: 'complete_timestamp',
      started_at: 'start_timestamp',
    });
    expect(
      told.map.bindings.filter(({ role, confidence }) => ROLES[role as RoleName].unique && confidence < 0.7),
    ).toEqual([]);
    expect(unique(await events('complete_timestamp', 'start_timestamp'))['started_at']).toBeUndefined();
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

test('numbers of accounts are identifiers whatever else the header says, and balances stay measures', async () => {
  const told = await rolesOf(
    'SELECT 4100 + 37 * (i % 12) AS cost_center, 10 * (i % 9) AS ledger, i * 1.25 AS account_balance FROM range(300) t(i)',
  );
  expect(told.roles['identifier']).toBe('cost_center ledger');
  expect(told.roles['measure']).toBe('account_balance');
});
