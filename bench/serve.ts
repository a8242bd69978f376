import { createWriteStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { measure, treeBytes } from './measure.ts';
import { DEFAULT_FOLDER } from './options.ts';
import { Client } from './serve/client.ts';
import { recordRuns } from './serve/many-runs.ts';

/**
 * The server with many runs, a wide table, a long one and a large upload: how long it takes for each page's answers, to
 * start, to receive, to preview. Fails where an answer of a page takes longer than 200 ms.
 */
export async function benchServe(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '10000' },
      rows: { type: 'string', default: '1000000' },
      'upload-mb': { type: 'string', default: '1000' },
      folder: { type: 'string', default: DEFAULT_FOLDER },
    },
  });
  const { folder, rows } = options;
  mkdirSync(folder, { recursive: true });
  const appdata = join(folder, 'serve-appdata');
  rmSync(appdata, { recursive: true, force: true });
  const { log, example } = await prepared(folder, appdata, { rows, runs: Number(options.runs) });
  const { client, startedMs } = await Client.start(appdata);
  try {
    const pages = await timePages(client, example);
    console.table(pages);
    console.table(await timeUpload(client, log, Number(options['upload-mb']) * 1e6, startedMs));
    const slow = Object.entries(pages).filter(([, { ms }]) => ms > MOST_MS);
    if (slow.length > 0)
      throw new Error(`longer than ${MOST_MS} ms: ${slow.map(([path]) => path).join(', ')}`);
  } finally {
    client.child.kill('SIGINT');
    rmSync(appdata, { recursive: true, force: true });
  }
}

const MOST_MS = 200;
const WIDE_COLUMNS = 1000;
const PROGRAM = 'bin/stat-harness.mjs';

/** An appdata with a long log, a wide table, a run of each, and many runs more. */
async function prepared(
  folder: string,
  appdata: string,
  { rows, runs }: { readonly rows: string; readonly runs: number },
): Promise<{ readonly log: string; readonly example: string }> {
  const log = join(folder, `process-log-${rows}.csv`);
  if (!existsSync(log)) await measure([PROGRAM, 'synth', '--out', log, '--rows', rows, '--quiet']);
  const wide = join(folder, 'wide.csv');
  await writeWide(wide);
  const flags = ['--appdata', appdata, '--quiet', '--json', '--kind', 'synthetic'];
  await measure([PROGRAM, 'ingest', log, '--dataset', 'log', ...flags]);
  await measure([PROGRAM, 'run', wide, '--dataset', 'wide', '--plugins', 'profile_basic', ...flags]);
  await measure([PROGRAM, 'run', 'examples/process-log.csv', '--dataset', 'example', ...flags]);
  return { log, example: await recordRuns(appdata, runs) };
}

async function writeWide(path: string): Promise<void> {
  const out = createWriteStream(path);
  const columns = Array.from({ length: WIDE_COLUMNS }, (_, i) => i);
  out.write(`${columns.map((i) => `column_${i}`).join(',')}\n`);
  for (let row = 0; row < 500; row++) out.write(`${columns.map((i) => (row * (i + 7)) % 1009).join(',')}\n`);
  out.end();
  await finished(out);
}

async function timePages(client: Client, example: string) {
  const { runs } = await client.get<{ runs: { run_id: string }[] }>('/api/v1/runs?dataset=wide');
  const wide = runs[0]?.run_id ?? '';
  const api = [
    ...[
      '/runs',
      '/runs?plugin=profile_basic',
      '/runs?plugin=nothing_like_it',
      '/alerts',
      '/plugins',
      '/datasets',
    ],
    ...['', '/findings', '/timeline', '/lineage', '/artifacts'].map((tab) => `/runs/${example}${tab}`),
    ...['/datasets/example', '/datasets/wide', '/datasets/wide/rows', '/datasets/log'],
    ...['/datasets/log/rows?from=90000', `/runs/${wide}/findings`],
  ];
  const timed: Record<string, { ms: number; bytes: number }> = {};
  for (const path of ['/', ...api.map((one) => `/api/v1${one}`)]) {
    const { ms, bytes } = await client.time(path);
    timed[path.replace(example, 'EXAMPLE').replace(wide, 'WIDE')] = { ms: Math.round(ms), bytes };
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
    'memory of the server after it, MB': Math.round(treeBytes(client.child.pid ?? 0) / 1e6),
  };
}

function seconds(value: number): number {
  return Number(value.toFixed(2));
}
