import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { writeProcessLog, writeTable, writeWideTable } from './make-data.ts';
import { mayPass, pidsOf, treeOf } from './measure.ts';

const TABLES = new Map([
  ['table', { name: 'table', write: writeTable }],
  ['wide', { name: 'wide-table', write: writeWideTable }],
  ['log', { name: 'process-log', write: writeProcessLog }],
]);

/** The most that a stage took: the whole process tree, of it the first process, and its sandboxes. */
interface Peak {
  readonly bytes: number;
  readonly host: number;
}

interface Ended {
  readonly status: string;
  readonly missing: string;
  readonly hash: string;
  /** Rows of a chunk, as the table itself has it. */
  readonly chunkRows: number;
  readonly ingest: Peak;
  readonly executing: Peak;
  readonly seconds: number;
}

/**
 * Runs a table under each cap, and with other workers and chunks: the peak of the process tree (summed PSS, every 50 ms)
 * beside the cap. Fails where a cap is passed, a run is not COMPLETED, or its report or results have other bytes.
 */
export async function benchMemory(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '1000000' },
      what: { type: 'string', default: 'table' },
      file: { type: 'string' },
      caps: { type: 'string', default: '1GB,2GB,4GB' },
      workers: { type: 'string', default: '2' },
      'chunk-rows': { type: 'string' },
      others: { type: 'boolean', default: false },
      plugins: { type: 'string' },
      folder: { type: 'string', default: join(tmpdir(), 'stat-harness-bench') },
    },
  });
  const { folder } = options;
  mkdirSync(folder, { recursive: true });
  const file = options.file ?? writtenTable(folder, options.what, Number(options.rows));
  const caps = options.caps.split(',');
  const [least = '1GB'] = caps;
  const plugins = options.plugins === undefined ? [] : ['--plugins', options.plugins];
  const chunks = options['chunk-rows'] === undefined ? [] : ['--chunk-rows', options['chunk-rows']];
  const variants = caps.map((cap) => ({ cap, flags: ['--workers', options.workers, ...chunks] }));
  const told = [];
  const problems: string[] = [];
  let first: string | undefined;
  for (const { cap, flags } of variants) {
    const ended = await runOnce(file, join(folder, 'appdata-memory'), [
      '--memory',
      cap,
      ...flags,
      ...plugins,
    ]);
    const name = `${cap} ${flags.join(' ')}`;
    if (first === undefined && options.others) variants.push(...othersOf(least, ended.chunkRows));
    first ??= ended.hash;
    if (ended.status !== 'COMPLETED') problems.push(`${name}: ${ended.status} ${ended.missing}`);
    if (ended.hash !== first) problems.push(`${name}: other bytes`);
    for (const stage of ['ingest', 'executing'] as const) {
      if (ended[stage].bytes > bytesIn(cap)) problems.push(`${name}: ${stage} passed the cap`);
    }
    told.push({
      run: name,
      status: ended.status,
      'ingest, MB': megabytes(ended.ingest),
      'executing, MB': megabytes(ended.executing),
      s: Math.round(ended.seconds),
      hash: ended.hash.slice(0, 12),
    });
    console.table(told.slice(-1));
  }
  console.table(told);
  for (const problem of problems) console.log(problem);
  if (problems.length > 0) process.exit(1);
}

function writtenTable(folder: string, what: string, rows: number): string {
  const table = TABLES.get(what);
  if (table === undefined) throw new Error(`--what is ${[...TABLES.keys()].join(', ')}`);
  const file = join(folder, `${table.name}-${rows}.csv`);
  table.write(file, rows);
  return file;
}

/** One worker, and chunks of a tenth and of ten times as many rows. */
function othersOf(cap: string, chunkRows: number) {
  const chunks = [Math.ceil(chunkRows / 10), chunkRows * 10];
  return [
    { cap, flags: ['--workers', '1'] },
    ...chunks.map((rows) => ({ cap, flags: ['--workers', '2', '--chunk-rows', String(rows)] })),
  ];
}

async function runOnce(file: string, appdata: string, flags: readonly string[]): Promise<Ended> {
  rmSync(appdata, { recursive: true, force: true });
  const command = ['bin/stat-harness.mjs', 'run', file, '--json', '--quiet', '--appdata', appdata, ...flags];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const peaks = { ingest: { bytes: 0, host: 0 }, executing: { bytes: 0, host: 0 } };
  const started = performance.now();
  const sampler = setInterval(() => {
    const stage = isExecuting(appdata) ? 'executing' : 'ingest';
    if (!mayPass(pidsOf(child.pid ?? 0), peaks[stage].bytes)) return;
    const tree = treeOf(child.pid ?? 0);
    const bytes = tree.reduce((sum, one) => sum + one.bytes, 0);
    if (bytes > peaks[stage].bytes) {
      peaks[stage] = { bytes, host: tree.find(({ pid }) => pid === child.pid)?.bytes ?? 0 };
    }
  }, 50);
  const out = await text(child.stdout);
  clearInterval(sampler);
  const seconds = (performance.now() - started) / 1000;
  const summary = JSON.parse(out) as {
    status: string;
    run_dir: string;
    missing_plugins: { id: string; status: string; reason: string }[];
  };
  const hash = hashOf(summary.run_dir);
  const chunkRows = chunkRowsIn(join(appdata, 'parts'));
  rmSync(appdata, { recursive: true, force: true });
  const missing = summary.missing_plugins
    .filter(({ status }) => status !== 'not_applicable')
    .map(({ id, status, reason }) => `${id} ${status} (${reason})`)
    .join('; ');
  return { status: summary.status, missing, hash, chunkRows, ...peaks, seconds };
}

function chunkRowsIn(parts: string): number {
  const part = readFileSync(join(parts, namesIn(parts)[0] ?? '', 'part.json'), 'utf8');
  return (JSON.parse(part) as { chunk_rows: number }).chunk_rows;
}

/** A run has a folder in `staging` from its first execution on. */
function isExecuting(appdata: string): boolean {
  return namesIn(join(appdata, 'staging')).length > 0;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** One hash of report and results. */
function hashOf(folder: string): string {
  const hash = createHash('sha256').update(readFileSync(join(folder, 'report.json')));
  for (const name of namesIn(join(folder, 'results')).toSorted()) {
    hash.update(name).update(readFileSync(join(folder, 'results', name)));
  }
  return hash.digest('hex');
}

function megabytes({ bytes, host }: Peak): string {
  return `${Math.round(bytes / 1e6)} (host ${Math.round(host / 1e6)})`;
}

function bytesIn(size: string): number {
  return Number.parseFloat(size) * (/GB$/i.test(size) ? 1e9 : 1e6);
}
