import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report, RunSummary } from '../../src/contract/index.ts';
import type {
  DatasetDetails,
  DatasetPreview,
  DatasetSummary,
  IngestSummary,
} from '../../src/engine/index.ts';
import { example, filesBelow, readJson, temporaryFolder, testPlugins } from './command.ts';
import { run, say } from './say.ts';

/** `STATISTIC … --json` that must succeed: its document. */
async function json<T>(args: readonly string[]): Promise<T> {
  const ended = await say([...args, '--json']);
  expect(ended.code, ended.err).toBe(0);
  return JSON.parse(ended.out) as T;
}

const write = (folder: string, name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

interface Citation {
  readonly part: number;
  readonly row_number: number;
}

/** Every row that the findings of a report cite, in their order. */
function citations(report: Report | undefined): Citation[] {
  const found: Citation[] = [];
  JSON.stringify(report?.findings, (_key, value: Citation | null) => {
    if (typeof value?.row_number === 'number') found.push(value);
    return value;
  });
  return found;
}

test('several files are the parts of one table: what is found is what the whole file says', async () => {
  const folder = temporaryFolder();
  const [header = '', ...lines] = readFileSync(example, 'utf8').trimEnd().split('\n');
  const first = write(folder, 'first.csv', [header, ...lines.slice(0, 2000)].join('\n'));
  const second = write(folder, 'second.csv', [header, ...lines.slice(2000)].join('\n'));
  const args = ['--plugins', 'analysis_queue_delay_decomposition', '--kind', 'synthetic'];
  const whole = await run(example, join(folder, 'whole'), args);
  const parts = await run(first, join(folder, 'parts'), [second, ...args]);
  const [one, two] = [whole, parts].map((summary) => readJson<Report>(join(summary.run_dir, 'report.json')));
  const said = (report: Report | undefined) =>
    report?.findings.map(({ id, statement, estimate }) => ({ id, statement, estimate }));
  expect(said(two)).toEqual(said(one));
  const cited = citations(two).map(({ part, row_number }) => (part - 1) * 2000 + row_number);
  expect(cited).toEqual(citations(one).map(({ row_number }) => row_number));
  expect(new Set(citations(two).map(({ part }) => part))).toEqual(new Set([1, 2]));
  expect(two?.dataset.parts.map(({ rows }) => rows)).toEqual([2000, lines.length - 2000]);
  const view = two?.dataset.create_view_sql ?? '';
  expect(view).toContain('CAST(2 AS INTEGER) AS _sh_part, row_number AS _sh_row_number');
  expect(view.match(/read_parquet\('part-0000[12]\.parquet'\)/g)).toHaveLength(2);
});

test('files of several formats are one table where their columns agree', async () => {
  const folder = temporaryFolder();
  const files = [
    write(folder, 'a.csv', 'id;amount;note\n1;2,5;x\n2;1.000,25;\n'),
    write(folder, 'b.jsonl', '{"id":3,"amount":7.125,"note":null}\n{"amount":1,"id":4,"note":"y"}\n'),
    write(folder, 'c.tsv', 'note\tid\tamount\nz\t5\t3\n'),
  ];
  const args = ['--dataset', 'mixed', '--appdata', join(folder, 'appdata')];
  const summary = await json<IngestSummary>(['ingest', ...files, ...args]);
  expect(summary.reports.map(({ format }) => format)).toEqual(['csv', 'jsonl', 'csv']);
  expect(summary.columns.map(({ name, type, missing }) => [name, type.kind, missing])).toEqual([
    ['id', 'integer', 0],
    ['amount', 'decimal', 0],
    ['note', 'text', 2],
  ]);
  const preview = await json<DatasetPreview>(['datasets', 'preview', 'mixed', ...args.slice(2)]);
  expect(preview.rows.map(({ part, row_number, cells }) => [part, row_number, ...cells])).toEqual([
    [1, 1, '1', '2.500', 'x'],
    [1, 2, '2', '1000.250', null],
    [2, 1, '3', '7.125', null],
    [2, 2, '4', '1.000', 'y'],
    [3, 1, '5', '3.000', 'z'],
  ]);
});

test('files that do not agree are refused, column by column, and nothing stays', async () => {
  const folder = temporaryFolder();
  const a = write(folder, 'a.csv', 'id,amount,day\n1,2,2025-01-01\n');
  const b = write(folder, 'b.csv', 'id,amuont,day\nx,2,5\n');
  const ended = await say(['ingest', a, b, '--appdata', join(folder, 'appdata')]);
  expect(ended.code).toBe(2);
  expect(ended.err).toContain(
    'it lacks "amount" and it has "amuont" besides; column "id" is text instead of integer; ' +
      'column "day" is integer instead of date (--type can make both text)',
  );
  expect(
    filesBelow(join(folder, 'appdata')).filter(
      (name) => name !== 'open.lock' && !name.startsWith('state.sqlite'),
    ),
  ).toEqual([]);
});

const BY_CHUNK = [
  ...['--plugin-dir', testPlugins, '--plugins', 'sums_by_chunk,profile_basic'],
  ...['--chunk-rows', '2'],
];

/** The sums that the plugin was given, how many chunks it had to compute, and what profile_basic says of its own. */
function chunksOf(summary: RunSummary) {
  const log = readFileSync(join(summary.run_dir, 'logs', 'sums_by_chunk.log'), 'utf8');
  const { notes } = readJson<{ notes: string[] }>(join(summary.run_dir, 'results', 'sums_by_chunk.json'));
  const own = /profile_basic ok; (chunks: .*)/.exec(readFileSync(join(summary.run_dir, 'run.log'), 'utf8'));
  return { sums: notes.join(), computed: log.split('computed rows').length - 1, profile: own?.[1] };
}

test('an append computes the new chunks only; a widened column computes again what used it', async () => {
  const folder = temporaryFolder();
  const appdata = join(folder, 'appdata');
  const months = [
    ['jan.csv', 'quantity,price\n1,1.5\n2,2.5\n3,3.5\n'],
    ['feb.csv', 'quantity,price\n4,1.5\n5,2.5\n'],
    ['mar.csv', 'quantity,price\n6,1000.125\n'],
    ['apr.csv', 'quantity,price\n7.5,1\n'],
  ].map(([name = '', content = '']) => write(folder, name, content));
  const done: ReturnType<typeof chunksOf>[] = [];
  for (const [i, file] of months.entries()) {
    const summary = await run(file, appdata, [
      '--dataset',
      'sales',
      ...(i > 0 ? ['--append'] : []),
      ...BY_CHUNK,
    ]);
    done.push(chunksOf(summary));
  }
  expect(done).toEqual([
    { sums: 'sums of chunks: 3 3', computed: 2, profile: 'chunks: 2 computed, 0 taken over' },
    { sums: 'sums of chunks: 3 3 9', computed: 1, profile: 'chunks: 1 computed, 2 taken over' },
    // The prices are wider: sums_by_chunk does not look at them, profile_basic does.
    { sums: 'sums of chunks: 3 3 9 6', computed: 1, profile: 'chunks: 4 computed, 0 taken over' },
    { sums: 'sums of chunks: 3.0 3.0 9.0 6.0 7.5', computed: 5, profile: 'chunks: 5 computed, 0 taken over' },
  ]);
  const shown = await json<DatasetDetails>(['datasets', 'show', 'sales', '--appdata', appdata]);
  expect(shown.parts.map(({ row_count }) => row_count)).toEqual([3, 2, 1, 1]);
  expect(shown.uploads.map(({ original_filename }) => original_filename)).toEqual(
    ['jan', 'feb', 'mar', 'apr'].map((name) => `${name}.csv`),
  );
  const [sales] = await json<DatasetSummary[]>(['datasets', 'list', '--appdata', appdata]);
  expect(sales?.versions.map(({ ordinal, row_count }) => [ordinal, row_count])).toEqual([
    [4, 7],
    [3, 6],
    [2, 5],
    [1, 3],
  ]);
  expect(
    (await say(['verify', 'latest', '--recompute', '--appdata', appdata, ...BY_CHUNK.slice(0, 2)])).code,
  ).toBe(0);
});

test('an append that can not be is refused with exit code 2, and the dataset stays as it was', async () => {
  const folder = temporaryFolder();
  const appdata = join(folder, 'appdata');
  const jan = write(folder, 'jan.csv', 'id,amount\n1,2\n');
  await json(['ingest', jan, '--dataset', 'sales', '--appdata', appdata]);
  const before = filesBelow(appdata).filter((name) => !name.startsWith('state.sqlite'));
  const refused = async (file: string, dataset: string): Promise<string> => {
    const ended = await say(['ingest', file, '--append', '--dataset', dataset, '--appdata', appdata]);
    expect(ended.code).toBe(2);
    return ended.err;
  };
  expect(await refused(jan, 'slaes')).toContain('no dataset "slaes" to append to. Nearest: sales.');
  expect(await refused(jan, 'sales')).toContain('the same rows as part 1 of the dataset "sales" (jan.csv)');
  const other = write(folder, 'other.csv', 'id,amount\n2,many\n');
  expect(await refused(other, 'sales')).toContain('column "amount" is text instead of integer');
  expect(filesBelow(appdata).filter((name) => !name.startsWith('state.sqlite'))).toEqual(before);
  expect(statSync(join(appdata, 'state.sqlite')).size).toBeGreaterThan(0);
  const shown = await json<DatasetDetails>(['datasets', 'show', 'sales', '--appdata', appdata]);
  expect(shown.parts).toHaveLength(1);
});
