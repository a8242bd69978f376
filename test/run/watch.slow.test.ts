import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { RunSummary } from '../../src/contract/index.ts';
import type { RunDetails, RunWatch } from '../../src/engine/index.ts';
import { armed } from '../crash/arming.ts';
import { command, start, temporaryFolder, testPlugins } from './command.ts';

const ROWS = 300_000;

/** A file that is large enough to be looked at before it is received; every fortieth amount is missing. */
function largeTable(folder: string): string {
  const file = join(folder, 'waits.csv');
  const rows = Array.from(
    { length: ROWS },
    (_, i) => `${i},2025-01-01 0${i % 10}:00:00,${i % 40 ? i % 997 : ''}`,
  );
  writeFileSync(file, `id,begun_at,amount\n${rows.join('\n')}\n`);
  return file;
}

/** A run that stands still when its file has been received, until `go` is called. */
function heldRun(folder: string, file: string, args: readonly string[] = []) {
  const [until, names] = [join(folder, 'go'), join(folder, 'passed')];
  const { environment, nodeArguments } = armed({ names, hold: { name: 'blob.received', until } });
  const appdata = join(folder, 'appdata');
  const run = start(['run', file, '--json', '--appdata', appdata, ...args], environment, nodeArguments);
  onTestFinished(() => void run.child.kill('SIGKILL'));
  const isHeld = () => existsSync(names) && readFileSync(names, 'utf8').includes('blob.received');
  return { ...run, appdata, isHeld, go: () => writeFileSync(until, '') };
}

async function until(said: () => boolean, what: { readonly child: { readonly exitCode: number | null } }) {
  while (!said()) {
    await sleep(50);
    expect(what.child.exitCode).toBeNull();
  }
}

function watching(appdata: string, ...args: readonly string[]) {
  const watcher = start(['runs', 'watch', '--appdata', appdata, ...args]);
  onTestFinished(() => void watcher.child.kill('SIGKILL'));
  return watcher;
}

test('runs watch follows a run of another process from the reading of its file on, with provisional findings and their coverage; they are in events only', async () => {
  const folder = temporaryFolder();
  const args = ['--plugins', 'profile_basic,profile_roles', '--chunk-rows', '65536', '--workers', '1'];
  const run = heldRun(folder, largeTable(folder), args);
  await until(run.isHeld, run);
  // The file is not read yet, and no run is recorded: what is told of it comes from its beginning.
  const [watcher, interrupted] = [watching(run.appdata, '--json'), watching(run.appdata, '--json')];
  for (const each of [watcher, interrupted])
    await until(() => /waits\.csv {2}provisional, .* amount: .* missing/.test(each.errors()), each);
  interrupted.child.kill('SIGINT');
  const left = await interrupted.ended;
  expect(left.code, left.err).toBe(130);
  expect(JSON.parse(left.out)).toMatchObject({ under_way: true, status: null, report_path: null });
  expect(run.child.exitCode).toBeNull();
  run.go();

  const watched = await watcher.ended;
  const summary = JSON.parse((await run.ended).out) as RunSummary;
  expect(watched.code, watched.err).toBe(0);
  const end = JSON.parse(watched.out) as RunWatch;
  expect(end).toMatchObject({ run_id: summary.run_id, status: 'COMPLETED', under_way: false });
  expect(end.report_path).toBe(summary.report_path);
  for (const line of [
    'executing …',
    '  profile_basic  started',
    '  profile_basic  ok',
    '  profile_roles  ok',
  ])
    expect(watched.err.split('\n')).toContain(line);

  const [first] = end.provisional;
  expect(first).toMatchObject({ by: 'waits.csv', provisional: true, coverage: { of_rows: null } });
  expect(first?.coverage.share).toBeLessThan(0.2);
  const merged = end.provisional.filter(({ by }) => by === 'profile_basic');
  expect(merged.map(({ coverage }) => coverage.rows)).toEqual([65_536, 196_608]);
  expect(merged[0]).toMatchObject({ coverage: { of_rows: ROWS, share: 65_536 / ROWS } });
  expect(merged[0]?.statement).toMatch(/^amount: 63.897.values from 0 to 996, mean 49\d/);

  const shown = await command(['runs', 'show', summary.run_id, '--json', '--appdata', run.appdata]);
  const { timeline, first_provisional_ms, ttfr_ms } = JSON.parse(shown.out) as RunDetails;
  const kinds = timeline.map(({ kind }) => kind);
  expect(kinds.indexOf('finding.provisional')).toBeLessThan(kinds.indexOf('upload.received'));
  expect(first_provisional_ms).toBeLessThan(ttfr_ms ?? 0);
  const holding = (name: string) => readFileSync(join(summary.run_dir, name), 'utf8').includes('provisional');
  expect(holding('events.json')).toBe(true);
  for (const name of [
    'report.json',
    'report.md',
    'trace.json',
    'results/profile_basic.json',
    'run_manifest.json',
  ])
    expect(holding(name), name).toBe(false);
});

test('runs watch ends as the run does: a refused file, a process that was killed, a run of long ago, none at all', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'small.csv');
  writeFileSync(file, 'id,amount\n1,2\n"3,4\n');
  const refused = heldRun(folder, file);
  await until(refused.isHeld, refused);
  const watcher = watching(refused.appdata, '--json');
  await until(() => watcher.errors().includes('receiving …'), watcher);
  refused.go();
  const [own, watched] = [await refused.ended, await watcher.ended];
  expect([own.code, watched.code]).toEqual([2, 2]);
  const end = JSON.parse(watched.out) as RunWatch;
  expect(end).toMatchObject({ status: null, under_way: false, refused_with: 2 });
  expect(own.err).toContain(end.reason);

  const none = await command(['runs', 'watch', '--appdata', refused.appdata]);
  expect(none.code).toBe(2);
  writeFileSync(file, 'id,amount\n1,2\n3,4\n');
  const slow = ['--plugin-dir', testPlugins, '--plugins', 'waits_a_while'];
  const killed = start(['run', file, '--appdata', refused.appdata, ...slow]);
  await until(() => killed.errors().includes('reading the table'), killed);
  const second = watching(refused.appdata);
  await until(() => second.errors().includes('waits_a_while  started'), second);
  killed.child.kill('SIGKILL');
  const gone = await second.ended;
  expect(gone.code).toBe(5);
  expect(gone.out).toContain('ABORTED');
  expect(gone.out).toMatch(/coverage +FULL\n(?:.*\n)*to go on +stat-harness runs resume [0-9a-f]{32}/);
  const again = await command(['runs', 'watch', 'latest', '--quiet', '--appdata', refused.appdata]);
  expect(again).toMatchObject({ code: 5, err: '' });
});
