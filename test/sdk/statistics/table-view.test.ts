import { describe, expect, test } from 'vitest';
import { halfSql, type TableView, tableView } from '../../../src/sdk/statistics/index.ts';
import { rolesOf, type Table } from '../../plugins/make-table.ts';
import { LOG_ROLES } from '../../plugins/process-log.ts';
import { inTable } from './in-table.ts';

const LOG: Table = {
  columns: [
    { name: 'PROCESS_QUEUE_ID', type: { kind: 'integer' } },
    { name: 'PROCESS_ID', type: { kind: 'text' } },
    { name: 'PRIORITY_CD', type: { kind: 'integer' } },
    { name: 'AMOUNT', type: { kind: 'decimal', precision: 10, scale: 2 } },
    { name: 'QUEUE_DT', type: { kind: 'timestamp' } },
    { name: 'ELIGIBLE_DT', type: { kind: 'timestamp' } },
    { name: 'START_DT', type: { kind: 'timestamp' } },
    { name: 'END_DT', type: { kind: 'timestamp' } },
  ],
  rows: [
    [
      '1',
      'A',
      '5',
      '1.50',
      '2025-01-01 10:00:00',
      '2025-01-01 10:00:30',
      '2025-01-01 10:01:00',
      '2025-01-01 10:01:01.5',
    ],
    ['2', 'B', '5', '2.50', '2025-01-03 10:00:00', null, '2025-01-03 10:01:00', null],
    [
      '3',
      'A',
      '1',
      null,
      '2025-01-02 10:00:00',
      '2025-01-02 10:00:00',
      '2025-01-02 09:00:00',
      '2025-01-02 12:00:00',
    ],
    ['4', 'A', '1', null, '2025-01-02 10:00:00', null, null, null],
    ['5', 'A', '1', null, '2025-01-02 10:00:00', null, null, null],
    ['6', 'A', '1', null, null, null, null, null],
  ],
};
const ROLES = rolesOf({
  run_id: 'PROCESS_QUEUE_ID',
  activity: 'PROCESS_ID',
  priority: 'PRIORITY_CD',
  measure: 'AMOUNT',
  queued_at: 'QUEUE_DT',
  eligible_at: LOG_ROLES.eligible_at,
  started_at: 'START_DT',
  ended_at: 'END_DT',
});

describe('the view of a table', () => {
  test('places and currencies that are texts divide rows; latitudes do not', async () => {
    const places: Table = {
      columns: [
        { name: 'region', type: { kind: 'text' } },
        { name: 'lat', type: { kind: 'double' } },
        { name: 'currency', type: { kind: 'text' } },
      ],
      rows: [
        ['East', '52.5', 'EUR'],
        ['West', '48.1', 'USD'],
      ],
    };
    const roles = [...rolesOf({ geo: 'region', currency: 'currency' }), ...rolesOf({ geo: 'lat' })];
    const view = await inTable(places, roles, (ctx) => tableView(ctx));
    expect(view.categories).toEqual(['region', 'currency']);
  });

  test('takes measures, groups and the time from the role map; a process log has its waits in seconds', async () => {
    const [view, waits] = await inTable(LOG, ROLES, async (ctx) => {
      const seen = await tableView(ctx);
      const { rows } = await ctx.query(
        'SELECT eligible_wait_s, service_s FROM data ORDER BY _sh_row_number LIMIT 3',
      );
      return [seen, rows] as const;
    });
    expect(view.measures).toEqual([
      { sqlName: 'AMOUNT', derived: false },
      { sqlName: 'eligible_wait_s', unit: 's', derived: true },
      { sqlName: 'service_s', unit: 's', derived: true },
    ]);
    expect(view.categories).toEqual(['PROCESS_ID', 'PRIORITY_CD']);
    expect(view.time).toBe('QUEUE_DT');
    expect(waits).toEqual([
      ['30.000000', '1.500000'],
      ['60.000000', null],
      [null, '10800.000000'],
    ]);
  });

  test('jobs that the settings leave out have no wait; excluded ones no service time, either', async () => {
    const waits = await inTable(LOG, ROLES, async (ctx) => {
      const settings = { ...ctx.settings, watchdog_activities: ['A'], excluded_activities: ['B'] };
      await tableView({ ...ctx, settings });
      return (await ctx.query('SELECT eligible_wait_s, service_s FROM data ORDER BY _sh_row_number LIMIT 3'))
        .rows;
    });
    expect(waits).toEqual([
      [null, '1.500000'],
      [null, null],
      [null, '10800.000000'],
    ]);
  });

  test('cuts at the median instant, ties by row number; rows without a time alternate', async () => {
    expect(await halvesOf(LOG, ROLES)).toEqual({ by: 'time', halves: '1,2,1,1,2,1' });
  });

  test('needs no row numbers where no row shares the median instant', async () => {
    const days = ['2025-03-01', '2025-01-01', '2025-05-01', '2025-02-01', '2025-04-01'];
    const table: Table = {
      columns: [{ name: 'day', type: { kind: 'date' } }],
      rows: days.map((day) => [day]),
    };
    expect(await halvesOf(table, rolesOf({ timestamp: 'day' }))).toEqual({ by: 'time', halves: '1,1,2,1,2' });
  });

  test('alternates by the binary digits of the row number where there is no time', async () => {
    const numbers: Table = {
      columns: [{ name: 'x', type: { kind: 'integer' } }],
      rows: Array.from({ length: 8 }, (_, i) => [String(i)]),
    };
    const seen = await halvesOf(numbers, rolesOf({ measure: 'x' }));
    expect(seen).toEqual({ by: 'alternate_rows', halves: '2,2,1,2,1,1,2,2' });
  });

  test('never looks at ids, codes, text or a time that is text', async () => {
    const table: Table = {
      columns: [
        { name: 'id', type: { kind: 'integer' } },
        { name: 'note', type: { kind: 'text' } },
        { name: 'at', type: { kind: 'text' } },
      ],
      rows: [['1', 'a', 'b']],
    };
    const roles = rolesOf({ identifier: 'id', text: 'note', timestamp: 'at' });
    const view = await inTable(table, roles, tableView);
    expect({ ...view, halves: view.halves.by }).toEqual({
      measures: [],
      categories: [],
      halves: 'alternate_rows',
    } satisfies Omit<TableView, 'halves'> & { halves: string });
  });
});

async function halvesOf(table: Table, roles: typeof ROLES) {
  return inTable(table, roles, async (ctx) => {
    const { by, sql } = halfSql(await tableView(ctx));
    const { rows } = await ctx.query(
      `SELECT ${sql} AS half, _sh_row_number FROM data ORDER BY _sh_row_number`,
    );
    return { by, halves: rows.map(([half]) => half).join() };
  });
}
