import { createWriteStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type { DatasetInspection } from '../src/engine/index.ts';
import { writeTable } from './make-data.ts';
import { measure, treeBytes } from './measure.ts';
import { DEFAULT_FOLDER } from './options.ts';
import { Client } from './serve/client.ts';
import { type Seen, timeViews } from './serve/in-browser.ts';
import { recordRuns } from './serve/many-runs.ts';
import { type Subjects, viewsOf } from './serve/views.ts';

/**
 * The page with many runs, a wide table, a long one and a large upload: how long the server takes for each of its answers,
 * to start, to receive, to preview; and in a real browser, how soon each page can be used. Fails where an answer takes
 * longer than 200 ms, or the first view than a second.
 */
export async function benchServe(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      runs: { type: 'string', default: '10000' },
      rows: { type: 'string', default: '1000000' },
      'upload-mb': { type: 'string', default: '1000' },
      keep: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      folder: { type: 'string', default: DEFAULT_FOLDER },
    },
  });
  const { folder, rows, keep } = options;
  mkdirSync(folder, { recursive: true });
  const appdata = join(folder, `serve-appdata-${rows}-${options.runs}`);
  const long = join(folder, `table-of-8-columns-${rows}.csv`);
  const wide = join(folder, 'wide.csv');
  writeTable(long, Number(rows));
  await writeWide(wide);
  if (!existsSync(appdata)) await prepare(appdata, { long, wide, runs: Number(options.runs) });
  const { client, startedMs } = await Client.start(appdata);
  try {
    const subjects = await subjectsOf(client, { wide, lastRow: Number(rows) });
    const pages = await timePages(client, subjects);
    console.table(pages);
    const views = viewsOf(subjects).filter(({ name }) => name.includes(options.only));
    const seen = await timeViews(client.served, views);
    console.table(seen);
    console.table(await timeUpload(client, long, Number(options['upload-mb']) * 1e6, startedMs));
    refuseSlow(pages, seen);
  } finally {
    await client.served.stop();
    if (!keep) rmSync(appdata, { recursive: true, force: true });
  }
}

const MOST_MS = 200;
const MOST_FIRST_MS = 1000;
const WIDE_COLUMNS = 1000;
/** As the page asks. */
const FIRST_COLUMNS = Array.from({ length: 50 }, (_, i) => i + 1).join();
const PROGRAM = 'bin/stat-harness.mjs';

function refuseSlow(pages: Awaited<ReturnType<typeof timePages>>, [first]: readonly Seen[]): void {
  const slow = Object.entries(pages).flatMap(([path, { ms }]) => (ms > MOST_MS ? [`${path}: ${ms} ms`] : []));
  if (first !== undefined && first.ms > MOST_FIRST_MS) slow.push(`${first.view}, seen: ${first.ms} ms`);
  if (slow.length > 0) throw new Error(`over the goal: ${slow.join('; ')}`);
}

/** An appdata with many runs, and then one of a long table, of a wide one, and of the example. */
async function prepare(
  appdata: string,
  { long, wide, runs }: { readonly long: string; readonly wide: string; readonly runs: number },
): Promise<void> {
  const run = (file: string, dataset: string, plugins: readonly string[] = []) => {
    const flags = ['--dataset', dataset, ...plugins, '--kind', 'synthetic', '--quiet', '--json'];
    return measure([PROGRAM, 'run', file, '--appdata', appdata, ...flags]);
  };
  const example = 'examples/process-log.csv';
  await run(example, 'many', ['--plugins', 'profile_basic']);
  await recordRuns(appdata, runs);
  await run(long, 'long', ['--plugins', 'profile_basic']);
  await run(wide, 'wide');
  await run(example, 'log');
}

async function subjectsOf(
  client: Client,
  { wide, lastRow }: { readonly wide: string; readonly lastRow: number },
): Promise<Subjects> {
  const latest = async (dataset: string): Promise<string> => {
    const { runs } = await client.get<DatasetInspection>(`/api/v1/datasets/${dataset}`);
    return runs[0]?.run_id ?? '';
  };
  const { sha256 } = await client.upload('wide.csv', wide, 1);
  return {
    ...{ wide: await latest('wide'), example: await latest('log'), lastRow },
    upload: sha256.replace('sha256:', ''),
  };
}

async function writeWide(path: string): Promise<void> {
  const out = createWriteStream(path);
  const columns = Array.from({ length: WIDE_COLUMNS }, (_, i) => i);
  out.write(`${columns.map((i) => `column_${i}`).join(',')}\n`);
  for (let row = 0; row < 500; row++) out.write(`${columns.map((i) => (row * (i + 7)) % 1009).join(',')}\n`);
  out.end();
  await finished(out);
}

async function timePages(client: Client, { wide, example, lastRow }: Subjects) {
  const lists = ['/runs', '/runs?plugin=profile_basic', '/runs?plugin=nothing_like_it', '/alerts'];
  const tabs = ['', '/findings', '/timeline', '/lineage', '/artifacts'];
  const api = [
    ...[...lists, '/plugins', '/roles', '/erps', '/datasets'],
    ...[example, wide].flatMap((run) => tabs.map((tab) => `/runs/${run}${tab}`)),
    ...['/datasets/log', '/datasets/wide', `/datasets/wide/rows?columns=${FIRST_COLUMNS}`, '/datasets/long'],
    ...[`/datasets/long/rows?from=${lastRow}`, `/datasets/long/rows/${lastRow}/findings`],
  ];
  const timed: Record<string, { ms: number; bytes: number }> = {};
  for (const path of ['/', ...api.map((one) => `/api/v1${one}`)]) {
    const { ms, bytes } = await client.time(path);
    timed[path.replace(example, 'EXAMPLE').replace(wide, 'WIDE').replace(FIRST_COLUMNS, '1,…,50')] = {
      ms: Math.round(ms),
      bytes,
    };
  }
  return timed;
}

async function timeUpload(client: Client, log: string, size: number, startedMs: number) {
  const began = performance.now();
  const { sha256, bytes } = await client.upload('large.csv', log, size);
  const uploadSeconds = (performance.now() - began) / 1000;
  const looked = performance.now();
  await client.post('/api/v1/previews', { uploads: [sha256] });
  return {
    'from the command to the address, s': seconds(startedMs / 1000),
    'upload, MB': Math.round(bytes / 1e6),
    'upload, s': seconds(uploadSeconds),
    'its preview, s': seconds((performance.now() - looked) / 1000),
    'memory of the server after it, MB': Math.round(treeBytes(client.served.child.pid ?? 0) / 1e6),
  };
}

function seconds(value: number): number {
  return Number(value.toFixed(2));
}
