import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { example, readJson, root, temporaryFolder, testPlugins } from '../run/command.ts';
import { run as runHere } from '../run/say.ts';
import { countWork, differences, type Work } from './count-work.ts';

// What a run costs in counts, which no load of the machine changes. Whoever makes a run ask, read or start more sees it
// here; whoever makes it cheaper writes the new count into expected.json.

const expected = readJson<Record<string, Record<string, number>>>(join(import.meta.dirname, 'expected.json'));
const PLUGINS = ['--plugins', 'profile_basic,analysis_dependence,analysis_queue_delay_decomposition'];
const CHUNK_ROWS = 1024;

/** Counts one run in this process: one worker, so that what is asked at the same time is the same each time. */
function counted(appdata: string, file: string, args: readonly string[]): Promise<Work> {
  const fixed = [
    '--kind',
    'synthetic',
    '--dataset',
    'table',
    '--workers',
    '1',
    '--chunk-rows',
    String(CHUNK_ROWS),
  ];
  return countWork(() => runHere(file, appdata, [...fixed, ...args]));
}

const sales = join(root, 'examples/sales.csv');

/** A table of so many columns that it is held in memory while it is asked about. */
function wideTable(folder: string): string {
  const columns = Array.from({ length: 120 }, (_, i) => i);
  const rows = Array.from({ length: 60 }, (_, row) => columns.map((i) => ((row * (i + 7)) % 23) / 4));
  const path = join(folder, 'wide.csv');
  writeFileSync(path, [columns.map((i) => `size_${i}`), ...rows, ''].join('\n'));
  return path;
}

/** A plugin that sums a column, and perhaps asks something else; both are called the same. */
function sumsAmounts(folder: string, more = ''): string {
  const here = join(folder, more === '' ? 'plain' : 'asks-more', 'counts_rows');
  mkdirSync(here, { recursive: true });
  cpSync(join(testPlugins, 'counts_rows/plugin.json'), join(here, 'plugin.json'));
  const code = `import { definePlugin } from 'statistic-harness/sdk';
export default definePlugin({
  async analyze(ctx) {
    const summed = await ctx.query('SELECT sum(quantity) AS total FROM data');
    ${more}
    ctx.note('the total is ' + summed.text(0, 'total'));
  },
});`;
  writeFileSync(join(here, 'plugin.ts'), code);
  return join(here, '..');
}

// What is started or loaded once in a process, whatever the run.
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stat-harness-test-'));
  await counted(folder, sales, ['--plugins', 'counts_rows', '--plugin-dir', testPlugins]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('QA-06 a first run, the same again, one with another setting and one with a tenth more rows do, ask and read just so much', async () => {
  const folder = temporaryFolder();
  const appdata = join(folder, 'appdata');
  const [header, ...rows] = readFileSync(example, 'utf8').trimEnd().split('\n');
  const more = join(folder, 'more.csv');
  writeFileSync(more, [header, ...rows.slice(0, rows.length / 10), ''].join('\n'));
  const found = {
    'first run': await counted(appdata, example, PLUGINS),
    'same run again': await counted(appdata, example, PLUGINS),
    'one setting changed': await counted(appdata, example, [
      ...PLUGINS,
      '--set',
      'profile_basic.top_values=3',
    ]),
    'a tenth appended': await counted(appdata, more, [...PLUGINS, '--append']),
    'a wide table': await counted(join(folder, 'wide'), wideTable(folder), ['--plugins', 'profile_basic']),
  };
  expect(differences(expected, found), JSON.stringify(found, null, 2)).toEqual([]);
  expect(found['first run'].chunks).toBe(Math.ceil(rows.length / CHUNK_ROWS));
  expect(found['same run again']).toMatchObject({ executions: 0, chunks: 0, processes: 0, table_rows: 0 });
}, 600_000);

test('QA-06 a plugin that passes over the data once more is caught, with what grew from what to what', async () => {
  const folder = temporaryFolder();
  const run = (plugins: string) =>
    counted(join(folder, plugins), sales, ['--plugins', 'counts_rows', '--plugin-dir', plugins]);
  const plain = await run(sumsAmounts(folder));
  const more = await run(
    sumsAmounts(folder, "await ctx.query('SELECT count(*) AS many FROM data WHERE quantity > 3');"),
  );
  const said = differences({ run: plain }, { run: more });
  for (const count of ['questions_computed', 'table_rows'] as const) {
    expect(more[count]).toBeGreaterThan(plain[count]);
    expect(said).toContain(`run: ${count} grew from ${plain[count]} to ${more[count]}`);
  }
});

test('QA-06 an ingest that passes over the text once more is caught, with what grew from what to what', async () => {
  const folder = temporaryFolder();
  const run = (name: string) => counted(join(folder, name), sales, ['--plugins', 'profile_roles']);
  const plain = await run('plain');
  const { run: runStatement } = DuckDBConnection.prototype;
  onTestFinished(() => void (DuckDBConnection.prototype.run = runStatement));
  DuckDBConnection.prototype.run = async function (sql, ...rest) {
    if (/\bread_csv\s*\(/i.test(sql)) await runStatement.call(this, sql, ...rest);
    return runStatement.call(this, sql, ...rest);
  };
  const bytes = statSync(sales).size;
  expect(differences({ run: plain }, { run: await run('twice') })).toContain(
    `run: text_bytes grew from ${bytes} to ${2 * bytes}`,
  );
});
