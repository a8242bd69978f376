import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { say } from './say.ts';

/** Runs of the night in which Berlin puts its clock forward, with offsets or without. */
function nightLog(offset: string): string {
  const times = (at: string) => `2025-03-30 ${at}${offset}`;
  const rows = Array.from({ length: 40 }, (_, i) => {
    const minute = String(i).padStart(2, '0');
    return [i + 1, `JOB${i % 3}`, times('01:00:00'), times(`03:${minute}:00`), times(`04:${minute}:00`)].join(
      ',',
    );
  });
  return ['RUN_ID,JOB,QUEUE_DT,START_DT,END_DT', ...rows, ''].join('\n');
}

const ROLES = 'run_id=RUN_ID,activity=JOB,queued_at=QUEUE_DT,started_at=START_DT,ended_at=END_DT';

test('a zone of the ERP or of the run is checked, shown, in the fingerprint, and told in the report; no time is moved', async () => {
  const appdata = mkdtempSync(join(tmpdir(), 'stat-harness-test-'));
  const [local, zoned] = ['local', 'zoned'].map((name) => join(appdata, `${name}.csv`)) as [string, string];
  writeFileSync(local, nightLog(''));
  writeFileSync(zoned, nightLog('+01:00'));
  const plugins = ['--plugins', 'analysis_clock_violations,analysis_queue_delay_decomposition'];
  const run = (file: string, ...more: string[]) =>
    say(['run', file, '--appdata', appdata, '--roles', ROLES, ...plugins, ...more]);

  const wrong = await run(local, '--time-zone', 'Europe/Berln', '--dry-run');
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('did you mean "Europe/Berlin"?')]);
  expect(wrong.err).toContain('process.time_zone');

  const foo = '--set=analysis_queue_delay_decomposition.time_zone=Europe/Foo';
  const own = await run(local, '--time-zone', 'Europe/Berlin', foo, '--dry-run');
  expect(own.err).toContain('plugins.analysis_queue_delay_decomposition.time_zone: there is no time zone');
  expect([own.code, own.err.includes('--time-zone')]).toEqual([2, false]);
  const untaken = ['--plugins', 'profile_basic', '--time-zone', 'Europe/Foo', '--dry-run'];
  const alone = await say(['run', local, '--appdata', appdata, ...untaken]);
  expect([alone.code, alone.err]).toEqual([2, expect.stringContaining('--time-zone')]);

  const plan = async (...more: string[]) => {
    const { out } = await run(local, '--dry-run', '--json', ...more);
    return JSON.parse(out) as {
      run_fingerprint: string;
      settings: { key: string; value: unknown; source: string }[];
    };
  };
  const [plain, berlin] = [await plan(), await plan('--time-zone', 'Europe/Berlin')];
  expect(plain.run_fingerprint).not.toBe(berlin.run_fingerprint);
  expect(berlin.settings).toContainEqual(
    expect.objectContaining({ key: 'time_zone', value: 'Europe/Berlin', source: 'flag' }),
  );

  await say([
    'run',
    local,
    '--appdata',
    appdata,
    '--roles',
    ROLES,
    '--plugins',
    'analysis_clock_violations',
    '--quiet',
  ]);
  await say(['erps', 'create', 'acme', '--dataset', 'local', '--appdata', appdata]);
  const bad = await say(['erps', 'set', 'acme', 'process.time_zone=Europe/London2', '--appdata', appdata]);
  expect([bad.code, bad.err]).toEqual([2, expect.stringContaining('did you mean "Europe/London"?')]);
  expect(
    (await say(['erps', 'set', 'acme', 'process.time_zone=Europe/Berlin', '--appdata', appdata])).code,
  ).toBe(0);
  expect((await plan()).settings).toContainEqual(
    expect.objectContaining({ key: 'time_zone', value: 'Europe/Berlin', source: 'erp' }),
  );
  expect((await plan('--time-zone', 'UTC')).settings).toContainEqual(
    expect.objectContaining({ key: 'time_zone', value: 'UTC', source: 'flag' }),
  );

  const again = [
    'run',
    '--dataset-version',
    'local',
    '--appdata',
    appdata,
    '--dry-run',
    '--time-zone',
    'Europe/Foo',
  ];
  expect((await say(again)).code).toBe(2);

  const out = join(appdata, 'out');
  expect((await run(local, '--out', out)).code).toBe(0);
  const report = readFileSync(join(out, 'report.md'), 'utf8');
  const top = report.split('## Findings')[0] ?? '';
  expect(top).toContain('readings of the clock of Europe/Berlin');
  expect(report).toContain('0 runs and 40 waits last across a change of the clock');
  expect(report).toContain('across a change of the clock of the time zone that is set');

  const instants = join(appdata, 'instants');
  expect((await run(zoned, '--out', instants, '--time-zone', 'Europe/Berlin')).code).toBe(0);
  expect(readFileSync(join(instants, 'report.md'), 'utf8')).toContain(
    'days, hours and the close window are counted in UTC, not in Europe/Berlin',
  );
}, 120_000);
