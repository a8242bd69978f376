import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../src/contract/index.ts';
import { readJson, temporaryFolder } from './command.ts';
import { run, say } from './say.ts';

/** An event log with XES headers: cases that pass some of four activities, times with changing offsets. */
function eventLog(cases: number): string {
  const activities = ['register', 'check "twice"', 'decide', 'archive'];
  const lines = ['case:concept:name,concept:name,org:resource,time:timestamp,cost'];
  for (let i = 0; i < cases; i++) {
    for (const [step, activity] of activities.entries()) {
      if (step === 1 && i % 3 === 0) continue;
      const at = new Date(Date.UTC(2024, 2, 1) + i * 7_000_000 + step * 3_600_000).toISOString().slice(0, 19);
      const offset = i % 2 === 0 ? '+01:00' : '+02:00';
      lines.push(
        `case-${i},"${activity.replaceAll('"', '""')}",clerk ${i % 5},${at}${offset},${(i * 37) % 1000}.50`,
      );
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

test('an event log is COMPLETED, its columns are understood, and every number is verified', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'tickets.csv');
  writeFileSync(file, eventLog(300));
  const summary = await run(file, folder);
  expect(summary.status).toBe('COMPLETED');
  const missing = summary.missing_plugins.map(({ id, status }) => `${id} ${status}`);
  expect(missing).toContain('analysis_queue_delay_decomposition not_applicable');
  expect(missing.filter((text) => !text.endsWith(' not_applicable'))).toEqual([]);
  const report = readJson<Report>(join(summary.run_dir, 'report.json'));
  const role = (name: string) => report.roles.bindings.find((binding) => binding.role === name)?.sql_name;
  const header = (sqlName: string | undefined) =>
    report.dataset.columns.find((column) => column.sql_name === sqlName)?.name;
  expect(header(role('case'))).toBe('case:concept:name');
  expect(header(role('activity'))).toBe('concept:name');
  expect(header(role('event_timestamp'))).toBe('time:timestamp');
  const offsets = report.data_quality.ingest[0]?.columns.find(
    (column) => column.name === 'time:timestamp',
  )?.offsets;
  expect(offsets?.map((offset) => offset.text).sort()).toEqual(['+01:00', '+02:00']);
  const ended = await say(['verify', '--recompute', '--quiet', '--appdata', folder]);
  expect(ended.out).toContain('verified');
});

test('a Parquet file, exported from a CSV file, gives the same findings about its columns', async () => {
  const folder = temporaryFolder();
  const csv = join(folder, 'tickets.csv');
  writeFileSync(csv, eventLog(50));
  const first = await run(csv, join(folder, 'a'), ['--plugins', 'profile_basic']);
  const parquet = join(folder, 'out', 'tickets.parquet');
  const args = [
    'datasets',
    'export',
    'tickets',
    '--format',
    'parquet',
    '--out',
    parquet,
    '--appdata',
    join(folder, 'a'),
  ];
  expect((await say(args)).code).toBe(0);
  const second = await run(parquet, join(folder, 'b'), ['--plugins', 'profile_basic']);
  const facts = (dir: string) =>
    readJson<Report>(join(dir, 'report.json'))
      .findings.filter((finding) => finding.kind === 'column_facts')
      .map(({ statement, fields }) => ({ statement, fields }));
  expect(facts(first.run_dir).length).toBeGreaterThan(3);
  expect(facts(second.run_dir)).toEqual(facts(first.run_dir));
});
