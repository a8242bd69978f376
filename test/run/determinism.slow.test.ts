import { readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { RunEvents, RunManifest, RunSummary } from '../../src/contract/index.ts';
import { openApp, runAnalysis } from '../../src/engine/index.ts';
import { contentOf, example, folderOfFile, readJson, root, run, temporaryFolder } from './command.ts';
import { exampleRun } from './example-run.ts';
import { run as runHere, say } from './say.ts';

const synthetic = ['--kind', 'synthetic'];
let reference: { summary: RunSummary; content: Record<string, string>; appdata: string };

beforeAll(async () => {
  const appdata = folderOfFile('determinism');
  const summary = await exampleRun(appdata);
  reference = { summary, content: contentOf(summary), appdata };
  return async () => (await import('node:fs/promises')).rm(appdata, { recursive: true, force: true });
});

interface Circumstances {
  readonly args: readonly string[];
  readonly environment: Record<string, string>;
  /** Of the input, in its own folder. */
  readonly name: string;
}

// The reference has workers, chunks and memory as they come. Each of these changes several things at once.
const ONE_WORKER: Circumstances = {
  args: ['--workers', '1', '--chunk-rows', '1048576', '--memory', '1GB'],
  environment: { TZ: 'America/New_York', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
  name: 'process-log.csv',
};
const FOUR_WORKERS: Circumstances = {
  args: ['--workers', '4', '--chunk-rows', '1024', '--memory', '4GB', '--no-os-sandbox'],
  environment: {},
  name: 'Märchen & Co.txt.csv',
};

const made = new Map<Circumstances, ReturnType<typeof make>>();

/** The run of the example in these circumstances, made by the first test that asks for it. */
function runIn(circumstances: Circumstances): ReturnType<typeof make> {
  const run = made.get(circumstances) ?? make(circumstances);
  made.set(circumstances, run);
  return run;
}

async function make({ args, environment, name }: Circumstances) {
  const folder = join(temporaryFolder(), 'MODULE_CD=zzz', '[a-c]');
  const file = join(folder, name);
  await cp(example, file);
  const summary = await run(file, join(folder, 'appdata'), [...synthetic, ...args], { environment });
  return { fingerprint: summary.run_fingerprint, content: contentOf(summary), waited: waitedIn(summary) };
}

test.each([
  [
    'one worker, one huge chunk, a memory cap of 1 GB, a time zone with summer time and another locale, in a folder that DuckDB could take for values of a column, or for a pattern',
    ONE_WORKER,
  ],
  [
    'four workers, chunks of 1024 rows, a cap of 4 GB, no sandbox of the operating system, and another name and folder of the input (FND-06)',
    FOUR_WORKERS,
  ],
])('EXEC-03 with %s: the same fingerprint and the same bytes', async (_what, circumstances) => {
  const { fingerprint, content } = await runIn(circumstances);
  expect(fingerprint).toBe(reference.summary.run_fingerprint);
  expect(content).toEqual(reference.content);
});

test('PERF-04 with more workers fewer executions wait, as the timeline tells it', async () => {
  const [one, four] = [await runIn(ONE_WORKER), await runIn(FOUR_WORKERS)];
  expect(four.waited).toBeLessThan(one.waited);
}, 400_000);

/** How many executions of a run had to wait for something. */
function waitedIn({ run_dir }: RunSummary): number {
  const { events } = readJson<RunEvents>(join(run_dir, 'events.json'));
  const queued = events.filter(({ kind }) => kind === 'execution.queued');
  return new Set(queued.map(({ subject_id }) => subject_id)).size;
}

/** Doubles of very different size and sign, -0, NaN, missing values, text; the same on each call. */
function doublesTable(rows: number): string {
  const lines = ['reading,drift,signal,label'];
  for (let row = 0; row < rows; row++) {
    const wild = ((row * 7919) % 1009) - 504;
    const reading = row % 97 === 0 ? '-0.0' : `${wild / 7}e${((row * 31) % 41) - 20}`;
    const drift = row % 11 === 0 ? '' : `${(row % 3 === 0 ? -1 : 1) * (1 + 1 / (row + 3))}E+00`;
    const signal = row % 89 === 0 ? 'NaN' : `${Math.round(wild * wild) / 1e3}e-3`;
    lines.push([reading, drift, signal, row % 13 === 0 ? '' : `group ${(row * 17) % 5}`].join(','));
  }
  return `${lines.join('\n')}\n`;
}

test('EXEC-03 doubles, -0, NaN and missing values: workers and chunk sizes change no byte', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'doubles.csv');
  writeFileSync(file, doublesTable(3_000));
  const contents = [];
  for (const args of [
    ['--workers', '2', '--chunk-rows', '128'],
    ['--workers', '1', '--chunk-rows', '1048576'],
  ])
    contents.push(contentOf(await runHere(file, temporaryFolder(), args)));
  const [first, other] = contents;
  const profile = first?.['results/profile_basic.json'] ?? '';
  for (const name of ['reading', 'drift', 'signal', 'label']) expect(profile).toContain(name);
  expect(other).toEqual(first);
  const table = await say(['run', file, '--dry-run', '--json', '--quiet', '--appdata', folder]);
  const types = (JSON.parse(table.out) as { roles: { column: string; type: { kind: string } }[] }).roles;
  const kindOf = (column: string) => types.find((role) => role.column === column)?.type.kind;
  expect(['reading', 'drift', 'signal', 'label'].map(kindOf)).toEqual(['double', 'double', 'double', 'text']);
});

test('EXEC-03 more rows than one thread takes: one worker and two give the same bytes', async () => {
  const file = join(temporaryFolder(), 'many.csv');
  const rows = Array.from({ length: 130_000 }, (_, row) => `${(row * 7919) % 1009},${row % 7}.5e-3`);
  writeFileSync(file, `count,reading\n${rows.join('\n')}\n`);
  const runs = ['1', '2'].map((workers) =>
    runHere(file, temporaryFolder(), ['--plugins', 'profile_basic', '--workers', workers]),
  );
  const [one, two] = (await Promise.all(runs)).map(contentOf);
  expect(two).toEqual(one);
});

test('EXEC-01 the second run executes nothing, says so, and writes the same bytes', async () => {
  const summary = await run(example, reference.appdata, synthetic);
  expect(summary.run_id).not.toBe(reference.summary.run_id);
  expect(summary.run_fingerprint).toBe(reference.summary.run_fingerprint);
  expect(summary.counts.plugins_reused).toBe(summary.counts.plugins_ok);
  expect(contentOf(summary)).toEqual(reference.content);
  const manifest = readJson<RunManifest>(summary.manifest_path);
  const ok = manifest.plugins.filter((plugin) => plugin.status === 'ok');
  expect(ok.length).toBeGreaterThan(0);
  for (const plugin of ok) expect(plugin.reused_from).toBe(reference.summary.run_id);
});

test('EXEC-01 EXEC-03 FND-06 --force, on another day, with two workers, chunks of 128 rows and the smallest memory cap, executes everything again, to the same bytes', async () => {
  const appdata = join(temporaryFolder(), 'appdata');
  await exampleRun(appdata);
  let tick = 0;
  const from = Date.parse('2031-02-28T23:59:59Z');
  const clock = { now: () => new Date(from + tick++).toISOString(), monotonicMs: () => tick++ };
  const app = await openApp({ appdata, clock });
  try {
    const summary = await runAnalysis(app, {
      files: [example],
      flags: { kind: 'synthetic', workers: 2, memory: '512MB' },
      pluginFolders: [],
      force: true,
      wait: true,
      osSandbox: 'auto',
      chunkRows: 128,
      onProgress: () => undefined,
    });
    expect(summary.counts.plugins_reused).toBe(0);
    expect(summary.run_fingerprint).toBe(reference.summary.run_fingerprint);
    expect(contentOf(summary)).toEqual(reference.content);
  } finally {
    app.close();
  }
});

test('EXEC-01 one changed setting executes exactly that plugin again', async () => {
  const summary = await run(example, reference.appdata, [
    ...synthetic,
    '--set',
    'profile_basic.top_values=3',
  ]);
  const manifest = readJson<RunManifest>(summary.manifest_path);
  const executed = manifest.plugins.filter((plugin) => plugin.status === 'ok' && plugin.reused_from === null);
  expect(executed.map((plugin) => plugin.id)).toEqual(['profile_basic']);
  expect(summary.run_fingerprint).not.toBe(reference.summary.run_fingerprint);
});

/** Beside the reference, so that the example is not read again. */
async function fingerprintOf(file: string, args: string[]): Promise<string> {
  const planned = ['run', file, '--dry-run', '--json', '--quiet', '--appdata', reference.appdata, ...args];
  const ended = await say(planned);
  expect(ended.err).toBe('');
  return (JSON.parse(ended.out) as { run_fingerprint: string }).run_fingerprint;
}

test.each<[string, string[]]>([
  ['seed', [...synthetic, '--seed', '7']],
  ['kind', ['--kind', 'real']],
  ['setting', [...synthetic, '--set', 'analysis_queue_delay_decomposition.threshold_s=61']],
  ['forced type', [...synthetic, '--type', 'PROCESS_QUEUE_ID=text']],
  ['set of plugins', [...synthetic, '--plugins', 'profile_basic,profile_roles']],
  ['role of a column', [...synthetic, '--roles', 'user=PROCESS_ID']],
  ['source of a role, bound by hand as it was inferred', [...synthetic, '--roles', 'activity=PROCESS_ID']],
])('FND-06 with another %s: another fingerprint', async (_what, args) => {
  expect(await fingerprintOf(example, args)).not.toBe(reference.summary.run_fingerprint);
});

test('FND-06 another false discovery rate: another fingerprint', async () => {
  const file = join(temporaryFolder(), 'config.yaml');
  const withRate = async (rate: number): Promise<string> => {
    writeFileSync(file, `policy:\n  false_discovery_rate: ${rate}\n`);
    return fingerprintOf(example, [...synthetic, '--config', file]);
  };
  expect(await withRate(0.01)).not.toBe(await withRate(0.2));
});

test('FND-06 one other byte of the input: another fingerprint', async () => {
  const file = join(temporaryFolder(), 'process-log.csv');
  const text = readFileSync(example, 'latin1');
  writeFileSync(file, text.slice(0, -2) + (text.at(-2) === '7' ? '8' : '7') + text.slice(-1), 'latin1');
  expect(await fingerprintOf(file, synthetic)).not.toBe(reference.summary.run_fingerprint);
});

test('META-03 one other byte of a plugin: another fingerprint', async () => {
  const folder = temporaryFolder();
  const here = (name: string) => ['--plugin-dir', join(folder, name), '--plugins', 'counts_rows'];
  for (const name of ['one', 'two'])
    await cp(join(root, 'fixtures', 'test-plugins'), join(folder, name), { recursive: true });
  const code = join(folder, 'two', 'counts_rows', 'plugin.ts');
  writeFileSync(code, readFileSync(code, 'utf8').replace('The table has', 'This table has'));
  expect(await fingerprintOf(example, here('one'))).not.toBe(await fingerprintOf(example, here('two')));
});
