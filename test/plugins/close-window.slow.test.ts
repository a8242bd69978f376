import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPlugin } from '../../src/testing/index.ts';

const PLUGIN = join(import.meta.dirname, '../../plugins/analysis_close_cycle_window');
const HOUR = 3_600_000;

/** A run every six hours from December to February; months roll on the 4th of January at 15:00, and on the 30th of January. */
function log() {
  const rolls = [Date.UTC(2025, 0, 4, 15), Date.UTC(2025, 0, 30, 9)];
  const months = ['2024-12', '2025-01', '2025-02'];
  const stamp = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
  return Array.from({ length: 340 }, (_, i) => {
    const queued = Date.UTC(2024, 11, 5) + i * 6 * HOUR;
    const month = months[rolls.filter((roll) => queued >= roll).length];
    return {
      RUN_ID: String(1000 + i),
      JOB: i % 3 === 0 ? 'POST' : 'CALC',
      QUEUED: stamp(queued),
      STARTED: stamp(queued + 60_000),
      ENDED: stamp(queued + 660_000),
      PARAMS: i % 10 === 9 ? 'Company=12' : `Accounting Month (date)=${month};Company=${i % 7}`,
    };
  });
}

const ROLES = {
  run_id: 'RUN_ID',
  activity: 'JOB',
  queued_at: 'QUEUED',
  started_at: 'STARTED',
  ended_at: 'ENDED',
};

test('the roll of each month is found round the turn of the year and before a month end, with what spills over', async () => {
  const { findings } = await runPlugin(PLUGIN, log(), {
    roles: { ...ROLES, parameters: 'PARAMS', accounting_month: 'Accounting Month' },
  });
  const [roll] = findings;
  const items = roll?.items?.map(({ fields }) =>
    ['month', 'last_old', 'first_new', 'exceptions', 'spillover_runs', 'spillover_s'].map(
      (name) => fields[name]?.value,
    ),
  );
  // 1 to 4 January: 15 runs before 15:00, two of which name no month; each takes 600 s
  expect(items?.[0]?.slice(0, 4)).toEqual([
    '2025-01',
    '2025-01-04T12:00:00.000000',
    '2025-01-04T18:00:00.000000',
    0,
  ]);
  expect(Number(items?.[0]?.[5])).toBe(600 * Number(items?.[0]?.[4]));
  expect([13, 14]).toContain(items?.[0]?.[4]);
  expect(items?.[1]?.slice(0, 3)).toEqual([
    '2025-02',
    '2025-01-30T06:00:00.000000',
    '2025-01-30T12:00:00.000000',
  ]);
  expect(roll?.fields['earliest_day']?.value).toBe(-1);
  expect(roll?.fields['latest_day']?.value).toBe(4);
  expect(roll?.title).toContain('on day −1 of it');
  // the roll of February comes before its month begins, and nothing is late
  expect(roll?.items?.[1]?.title).not.toContain('for earlier months');
});

test('without an accounting month that is said, and nothing is told of a roll', async () => {
  const { findings, notes } = await runPlugin(
    PLUGIN,
    log().map(({ PARAMS: _, ...run }) => run),
    { roles: ROLES },
  );
  expect(findings).toEqual([]);
  expect(notes.join(' ')).toContain('names the accounting month');
});

/** Runs of ten minutes from September to December: ten a day, and forty from the 26th to the 4th. */
function busyCloses(days = 122) {
  const stamp = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
  return Array.from({ length: days }, (_, day) => {
    const date = Date.UTC(2025, 8, 1) + day * 24 * HOUR;
    const ofMonth = new Date(date).getUTCDate();
    const runs = (ofMonth >= 26 || ofMonth <= 4 ? 40 : 10) + ((day * 5) % 3);
    return Array.from({ length: runs }, (_run, i) => {
      const queued = date + i * 120_000;
      return { JOB: 'POST', QUEUED: stamp(queued), STARTED: stamp(queued), ENDED: stamp(queued + 600_000) };
    });
  })
    .flat()
    .map((run, i) => ({ RUN_ID: String(i + 1), ...run }));
}

test('a setting close window that the log contradicts is said so, with what to set, before all else of the close', async () => {
  const [found, ...others] = (await runPlugin(PLUGIN, busyCloses(), { roles: ROLES })).findings;
  expect(others).toEqual([]);
  expect(found?.title).toBe(
    'The close window is set from day 20 to day 5, but in the log most work comes from day 26 to day 4 of the month',
  );
  expect(found?.fields).toMatchObject({
    first_day: { value: 20 },
    last_day: { value: 5 },
    from_day: { value: 26 },
    to_day: { value: 4 },
  });
  expect(found?.statement).toContain('close_start_day set to 26 and close_end_day to 4');
  expect(found?.severity).toBe('warning');
  // 41 a day and 11 a day, weekdays being alike: 3.7
  expect(Number(found?.fields['ratio']?.value)).toBeCloseTo(3.7, 0);
});

test('a setting close window that is the log’s own is no warning', async () => {
  const settings = { close_start_day: 25, close_end_day: 4 };
  const [found] = (await runPlugin(PLUGIN, busyCloses(), { roles: ROLES, settings })).findings;
  expect(found?.severity).toBe('info');
  expect(found?.title).not.toContain('is set');
});

test('two months that agree against the setting are told, as not tested', async () => {
  const [found] = (await runPlugin(PLUGIN, busyCloses(61), { roles: ROLES })).findings;
  expect(found?.title).toContain('but in the log most work comes from day 26 to day 4');
  expect(found?.test).toBeUndefined();
  expect(found?.limitations.join(' ')).toContain('can’t be tested');
});
