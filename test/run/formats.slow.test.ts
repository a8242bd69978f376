import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Report } from '../../src/contract/index.ts';
import type { DatasetPreview } from '../../src/engine/index.ts';
import { zipOf } from '../ingest/pack.ts';
import { readJson, temporaryFolder } from './command.ts';
import { run, say } from './say.ts';

test('JSON lines in a gzip file, two of them broken: the run counts them, and every number can be recomputed', async () => {
  const folder = temporaryFolder();
  const appdata = join(folder, 'appdata');
  const lines = Array.from(
    { length: 300 },
    (_, i) => `{"id":${i},"at":{"group":"${'abc'[i % 3]}"},"amount":${i}.50}`,
  );
  lines[9] = '{"id":9,"at":';
  lines[100] = 'oops';
  const file = join(folder, 'log.jsonl.gz');
  writeFileSync(file, gzipSync(lines.join('\n')));
  const summary = await run(file, appdata, ['--plugins', 'profile_basic', '--type', 'id=text']);
  const report = readJson<Report>(join(summary.run_dir, 'report.json'));
  expect(report.coverage).toMatchObject({ rows: 298, rejected_rows: 2 });
  const [read] = report.data_quality.ingest;
  expect(read?.container).toEqual({ kind: 'gzip', entry: null, bytes: lines.join('\n').length });
  expect(
    read?.rejected_records?.map(({ row_number, source_line, text }) => [row_number, source_line, text]),
  ).toEqual([
    [10, 10, '{"id":9,"at":'],
    [101, 101, 'oops'],
  ]);
  expect(report.dataset.columns.map(({ name, type }) => [name, type.kind])).toEqual([
    ['id', 'text'],
    ['at.group', 'text'],
    ['amount', 'decimal'],
  ]);
  const preview = await say(['datasets', 'preview', 'log', '--rows', '10', '--json', '--appdata', appdata]);
  const { rows } = JSON.parse(preview.out) as DatasetPreview;
  expect(rows.map(({ row_number }) => row_number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 11]);
  const verified = await say(['verify', 'latest', '--recompute', '--appdata', appdata]);
  expect(verified.code, verified.out + verified.err).toBe(0);
});

test('--table picks one of several tables, from the command line or the configuration', async () => {
  const folder = temporaryFolder();
  const appdata = join(folder, 'appdata');
  const file = join(folder, 'year.zip');
  writeFileSync(file, await zipOf({ 'jan.csv': 'a,b\n1,2\n', 'feb.csv': 'c,d\n1,2\n3,4\n' }));
  const config = join(folder, 'config.yaml');
  writeFileSync(config, 'ingest: { table: 1 }\n');
  const columns = async (args: readonly string[]): Promise<string> => {
    const ended = await say(['ingest', file, '--json', '--appdata', appdata, ...args]);
    expect(ended.code, ended.err).toBe(0);
    return (JSON.parse(ended.out) as { columns: { name: string }[] }).columns.map(({ name }) => name).join();
  };
  expect(await columns([])).toBe('c,d');
  expect(await columns(['--config', config])).toBe('a,b');
  expect(await columns(['--config', config, '--table', '2'])).toBe('c,d');
  const wrong = await say(['ingest', file, '--table', '0', '--appdata', appdata]);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('year.zip has no table 0. It holds: 1 "jan.csv", 2 "feb.csv".');
  const csv = join(folder, 'x.csv');
  writeFileSync(csv, 'a,b\n1,2\n');
  const none = await say(['ingest', csv, '--sheet', 'x', '--appdata', appdata]);
  expect(none.code).toBe(2);
  expect(none.err).toContain('is a CSV file, which has no sheets to choose from');
});
