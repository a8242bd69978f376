import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DatasetPreview } from '../../src/engine/index.ts';
import { readJson, root, temporaryFolder } from './command.ts';
import { say } from './say.ts';

const folder = join(root, 'fixtures', 'csv_spectrum');
const names = readdirSync(join(folder, 'csvs')).map((name) => name.replace('.csv', ''));

test('csv_spectrum has its twelve files', () => {
  expect(names).toHaveLength(12);
});

test.each(names)('csv_spectrum %s: every cell text through ingest and datasets preview', async (name) => {
  const appdata = temporaryFolder();
  const ingested = await say([
    'ingest',
    join(folder, 'csvs', `${name}.csv`),
    '--json',
    '--quiet',
    '--appdata',
    appdata,
  ]);
  expect(ingested.code, ingested.err).toBe(0);
  const ended = await say(['datasets', 'preview', name, '--json', '--rows', '100', '--appdata', appdata]);
  const preview = JSON.parse(ended.out) as DatasetPreview;
  const rows = preview.rows.map(({ cells }) =>
    // The published expectation can't tell an empty cell from a missing one.
    Object.fromEntries(preview.columns.map((column, i) => [column.name, cells[i] ?? ''])),
  );
  expect(rows).toEqual([readJson(join(folder, 'json', `${name}.json`))].flat());
});
