import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunManifest, RunSummary } from '../../src/contract/index.ts';
import type { RunDetails, RunEntry } from '../../src/engine/index.ts';
import { killedAt } from '../crash/arming.ts';
import { command, contentOf, readJson, run, start, temporaryFolder, testPlugins } from './command.ts';

const CHUNKS = 8;
/** 8 chunks of 64 rows. */
function table(folder: string): string {
  const file = join(folder, 'amounts.csv');
  const rows = Array.from(
    { length: CHUNKS * 64 },
    (_, i) => `${i},${(i * 7) % 13},${i % 3 === 0 ? 'x' : 'y'}`,
  );
  writeFileSync(file, `id,amount,kind\n${rows.join('\n')}\n`);
  return file;
}

/** A plugin that has finished, and one that logs each chunk it computes. */
const args = (plugins: string) => [
  ...['--plugin-dir', plugins, '--plugins', 'profile_basic,sums_by_chunk'],
  ...['--set', 'sums_by_chunk.column=amount', '--chunk-rows', '64', '--workers', '1'],
];

async function kill(
  file: string,
  appdata: string,
  plugins: string,
  name: string,
  nth: number,
  more: string[] = [],
) {
  const { environment, nodeArguments } = killedAt(name, nth);
  const started = start(
    ['run', file, '--quiet', '--appdata', appdata, ...args(plugins), ...more],
    environment,
    nodeArguments,
  );
  const ended = await started.ended;
  expect(ended.signal, ended.err).toBe('SIGKILL');
  const listed = await command(['runs', 'list', '--json', '--appdata', appdata]);
  const [newest] = JSON.parse(listed.out) as RunEntry[];
  if (newest === undefined) throw new Error('no run is listed');
  return newest;
}

async function resume(id: string, appdata: string): Promise<RunSummary> {
  const ended = await command(['runs', 'resume', id, '--json', '--quiet', '--appdata', appdata]);
  expect(ended.code, ended.err).toBe(0);
  return JSON.parse(ended.out) as RunSummary;
}

/** How many chunks a plugin had from an attempt before, of all. */
function takenOverIn(log: string, id: string): number {
  const [, computed, takenOver] =
    new RegExp(`${id} ok; chunks: (\\d+) computed, (\\d+) taken over`).exec(log) ?? [];
  expect(Number(computed) + Number(takenOver), log).toBe(CHUNKS);
  return Number(takenOver);
}

const computedIn = (log: string): number =>
  log.split('\n').filter((line) => line.startsWith('computed')).length;

test('EXEC-08 a run killed between two chunks, of one plugin and then of another, goes on from there each time, to the fingerprint and the bytes of an undisturbed one', async () => {
  const folder = temporaryFolder();
  const file = table(folder);
  const reference = await run(file, join(folder, 'undisturbed'), args(testPlugins));
  const appdata = join(folder, 'appdata');
  // profile_basic dies when its third chunk is kept, perhaps the next one with it, which is under way; gone on with, it keeps the
  // others, and sums_by_chunk dies after some of its own.
  const aborted = await kill(file, appdata, testPlugins, 'chunk.kept', 3);
  expect(aborted).toMatchObject({ status: 'ABORTED' });
  const { environment, nodeArguments } = killedAt('chunk.kept', CHUNKS - 3 + 3);
  const again = ['runs', 'resume', aborted.run_id, '--quiet', '--appdata', appdata];
  expect((await start(again, environment, nodeArguments).ended).signal).toBe('SIGKILL');
  const hint = await command(['runs', 'list', '--appdata', appdata]);
  expect(hint.out).toContain(`stat-harness runs resume ${aborted.run_id.slice(0, 12)}`);
  rmSync(file);

  const resumed = await resume(aborted.run_id.slice(0, 8), appdata);
  expect(resumed).toMatchObject({
    run_id: aborted.run_id,
    run_fingerprint: reference.run_fingerprint,
    status: 'COMPLETED',
    counts: { plugins_ok: 2, plugins_reused: 1 },
  });
  expect(contentOf(resumed)).toEqual(contentOf(reference));

  const logOf = (path: string) => readFileSync(join(resumed.run_dir, ...path.split('/')), 'utf8');
  const middle = logOf('logs/attempt-2/run.log');
  expect([3, 4]).toContain(takenOverIn(middle, 'profile_basic'));
  const takenOver = takenOverIn(logOf('run.log'), 'sums_by_chunk');
  expect([3, 4, 5]).toContain(takenOver);
  expect(computedIn(logOf('logs/attempt-2/sums_by_chunk.log'))).toBeGreaterThanOrEqual(takenOver);
  expect(computedIn(logOf('logs/sums_by_chunk.log'))).toBe(CHUNKS - takenOver);
  expect(logOf('run.log')).toContain('profile_basic ok, reused');
  expect(readdirSync(join(resumed.run_dir, 'logs', 'attempt-2')).sort()).toEqual([
    'journal.json',
    'run.log',
    'sums_by_chunk.log',
  ]);
  const manifest = readJson<RunManifest>(resumed.manifest_path);
  expect(manifest.artifacts.find(({ path }) => path === 'logs/attempt-1/journal.json')).toMatchObject({
    media_type: 'application/json',
    producer: 'engine',
  });
  expect((await command(['verify', resumed.run_id, '--appdata', appdata])).code).toBe(0);
  const shown = await command(['runs', 'show', resumed.run_id, '--json', '--appdata', appdata]);
  const kinds = (JSON.parse(shown.out) as RunDetails).timeline.map(({ kind }) => kind);
  for (const kind of ['run.queued', 'run.aborted', 'run.resumed', 'run.finished'])
    expect(kinds).toContain(kind);

  const late = await command(['runs', 'resume', resumed.run_id, '--appdata', appdata]);
  expect(late.code).toBe(2);
  expect(late.err).toContain('is COMPLETED, nothing is left to do');
});

test('EXEC-08 a forced run that is resumed takes over only what it has computed itself', async () => {
  const folder = temporaryFolder();
  const file = table(folder);
  const appdata = join(folder, 'appdata');
  const earlier = await run(file, appdata, args(testPlugins));
  const aborted = await kill(file, appdata, testPlugins, 'chunk.kept', CHUNKS + 3, ['--force']);
  const resumed = await resume(aborted.run_id, appdata);
  expect(contentOf(resumed)).toEqual(contentOf(earlier));
  const log = readFileSync(join(resumed.run_dir, 'run.log'), 'utf8');
  expect([3, 4]).toContain(takenOverIn(log, 'sums_by_chunk'));
  const manifest = readJson<RunManifest>(resumed.manifest_path);
  expect(manifest.plugins.map(({ id, reused_from }) => [id, reused_from])).toEqual([
    ['profile_basic', aborted.run_id],
    ['sums_by_chunk', null],
  ]);
});

test('EXEC-08 a run is not resumed with other code, or without its data: it says what is not as it was', async () => {
  const folder = temporaryFolder();
  const file = table(folder);
  const appdata = join(folder, 'appdata');
  const plugins = join(folder, 'plugins');
  mkdirSync(plugins);
  await cp(join(testPlugins, 'sums_by_chunk'), join(plugins, 'sums_by_chunk'), { recursive: true });
  const { run_id } = await kill(file, appdata, plugins, 'journal.entered', 1);
  const resume = () => command(['runs', 'resume', run_id, '--json', '--appdata', appdata]);

  const code = join(plugins, 'sums_by_chunk', 'plugin.ts');
  const original = readFileSync(code, 'utf8');
  writeFileSync(code, original.replace('sums of chunks', 'sums of the chunks'));
  const changed = await resume();
  expect(changed.code).toBe(2);
  expect(changed.out).toContain('SH_RUN_NOT_RESUMABLE');
  expect(changed.out).toContain('the code of the plugin sums_by_chunk has changed since');

  writeFileSync(code, original);
  rmSync(join(appdata, 'parts'), { recursive: true });
  const gone = await resume();
  expect(gone.code).toBe(2);
  expect(gone.out).toContain('its data is not there any more');
  expect(existsSync(join(appdata, 'runs', run_id))).toBe(false);
});
