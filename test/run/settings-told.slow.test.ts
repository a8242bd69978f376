import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { example } from './command.ts';
import { say } from './say.ts';

const SETTINGS = ['--set', 'process.watchdog_activities=["QEMAL"]', '--set', 'process.threshold_s=120'];

test('a job that a setting misspells is told before the run, at its end and at the top of the report; settings in force are shown', async () => {
  const appdata = mkdtempSync(join(tmpdir(), 'stat-harness-test-'));
  const told = /The setting watchdog_activities names what is no job of this log: "QEMAL"\./;
  const asked = [
    'run',
    example,
    '--appdata',
    appdata,
    '--plugins',
    'analysis_queue_delay_decomposition',
    ...SETTINGS,
  ];
  const plan = await say([...asked, '--dry-run']);
  expect(plan.out).toMatch(told);
  expect(plan.out).toMatch(/threshold_s +120 +flag/);
  const out = join(appdata, 'out');
  const ran = await say([...asked, '--out', out]);
  expect(ran.out + ran.err).toMatch(told);
  const top = readFileSync(join(out, 'report.md'), 'utf8').split('## Findings')[0] ?? '';
  expect(top).toMatch(
    /To be checked: The setting watchdog\\?_activities names what is no job of this log: "QEMAL"/,
  );
}, 60_000);
