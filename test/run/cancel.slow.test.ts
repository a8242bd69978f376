import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { check, RunSummary } from '../../src/contract/index.ts';
import {
  listRuns,
  type RunCancellation,
  type RunEntry,
  runAnalysis,
  showRun,
  withApp,
} from '../../src/engine/index.ts';
import { command, example, root, run, start, temporaryFolder, testPlugins } from './command.ts';

/** A run of a plugin that waits for minutes. */
function slow(appdata: string, plugins: string): string[] {
  const folder = join(plugins, 'waits_a_while');
  cpSync(join(testPlugins, 'waits_a_while'), folder, { recursive: true });
  const change = (name: string, from: RegExp, to: string): void => {
    const text = readFileSync(join(folder, name), 'utf8');
    writeFileSync(join(folder, name), text.replace(from, to));
  };
  change('plugin.ts', /5_000/, '300_000');
  change('plugin.json', /"wall_s": \d+/, '"wall_s": 600');
  return ['run', example, '--appdata', appdata, '--plugin-dir', plugins, '--plugins', 'waits_a_while'];
}

/** The plugin of a staged run has said that it waits. */
function isExecuting(staging: string): boolean {
  return readdirSync(staging).some((id) => existsSync(join(staging, id, 'logs', 'waits_a_while.log')));
}

async function list(appdata: string): Promise<RunEntry[]> {
  return JSON.parse((await command(['runs', 'list', '--json', '--appdata', appdata])).out) as RunEntry[];
}

async function cancel(id: string, appdata: string): Promise<RunCancellation> {
  const ended = await command(['runs', 'cancel', id, '--json', '--appdata', appdata]);
  expect(ended.code, ended.err).toBe(0);
  return JSON.parse(ended.out) as RunCancellation;
}

test('runs cancel ends the run under way and the one that waits, from another process; logs stay', async () => {
  const appdata = temporaryFolder();
  const args = slow(appdata, temporaryFolder());
  await run(example, appdata, ['--plugins', 'profile_roles']);
  const first = start(args);
  const staging = join(appdata, 'staging');
  while (!isExecuting(staging)) {
    await sleep(50);
    expect(first.child.exitCode, first.errors()).toBeNull();
  }
  const second = start(args);
  while (!second.errors().includes('waiting for the run of process')) {
    await sleep(50);
    expect(second.child.exitCode, second.errors()).toBeNull();
  }
  const [waiting, running] = await list(appdata);
  expect([waiting?.status, running?.status]).toEqual(['QUEUED', 'RUNNING']);

  const watcher = start(['runs', 'watch', '--json', '--appdata', appdata]);
  while (!watcher.errors().includes('executing')) {
    await sleep(50);
    expect(watcher.child.exitCode, watcher.errors()).toBeNull();
  }
  const early = await command(['verify', '--appdata', appdata]);
  expect([early.code, early.err]).toEqual([6, expect.stringContaining(`runs watch ${waiting?.run_id}`)]);

  expect(await cancel(waiting?.run_id ?? '', appdata)).toMatchObject({
    schema_version: 'run_cancellation.v1',
    status: 'CANCELLED',
    reason: 'it was cancelled on request',
  });
  expect((await second.ended).code).toBe(130);
  expect((await cancel(running?.run_id ?? '', appdata)).status).toBe('CANCELLED');
  expect((await first.ended).code).toBe(130);
  // Without an id that which is executing is watched, not that which waits.
  expect(JSON.parse((await watcher.ended).out)).toMatchObject({ run_id: running?.run_id });

  const kept = join(staging, running?.run_id ?? '');
  expect(readdirSync(kept).sort()).toEqual(['journal.json', 'logs', 'run.log']);
  expect(readFileSync(join(kept, 'run.log'), 'utf8')).toContain('waits_a_while cancelled');
  expect(readdirSync(join(appdata, 'runs'))).toHaveLength(1);
  const late = await command(['runs', 'cancel', running?.run_id ?? '', '--appdata', appdata]);
  expect(late.code).toBe(2);
  expect(late.err).toContain('is CANCELLED: there is nothing to cancel');
});

test('the summary of a run that was cancelled names no report and no manifest: there is none', async () => {
  const appdata = temporaryFolder();
  await withApp({ appdata }, async (app) => {
    const summary = await runAnalysis(app, {
      ...{
        files: [example],
        flags: { plugins: ['profile_basic'], sample: '50%', seed: '7' },
        pluginFolders: [],
        osSandbox: 'auto',
      },
      ...{ force: false, wait: true, signal: AbortSignal.abort(), onProgress: () => undefined },
    });
    expect(summary).toMatchObject({ status: 'CANCELLED', report_path: null, manifest_path: null });
    expect(check(RunSummary, summary).ok).toBe(true);
    expect(existsSync(summary.run_dir)).toBe(true);
    // Its rows are not in a manifest, but how they are drawn is known.
    const sample = { method: 'rows', fraction: 0.5, seed: '7' };
    expect(summary.coverage).toMatchObject(sample);
    expect(await listRuns(app, { limit: 1 })).toMatchObject([{ looked_at: 'SAMPLED', sample }]);
    expect(await showRun(app, summary.run_id)).toMatchObject({
      looked_at: 'SAMPLED',
      sample,
      coverage: null,
    });
  });
});

/** A Node on the path that is too old for the program, so that its launcher starts a newer one. */
function olderNode(): string | undefined {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const found = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  return found.find((path) => {
    const version = existsSync(path) ? spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout : '';
    return /^v\d+/.test(version) && Number.parseInt(version.slice(1), 10) < 24;
  });
}

/** Started by a process of this Node as an older Node's launcher starts it. */
const STANDS_IN = `require('node:child_process').spawn(process.execPath, process.argv.slice(1), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })`;
const launcher = join(root, 'bin', 'stat-harness.mjs');
const older = olderNode();
const LAUNCHERS: readonly [string, string | undefined, readonly string[]][] = [
  ['a stand-in for the launcher', process.execPath, ['-e', STANDS_IN, launcher]],
  [
    `the launcher of an older Node${older === undefined ? ' (skipped: none on the path)' : ''}`,
    older,
    [launcher],
  ],
];

test.for(LAUNCHERS)('a run ends as cancelled when %s is killed', async ([, node, before], { skip }) => {
  if (node === undefined) return skip('no older Node on the path');
  const appdata = temporaryFolder();
  await run(example, appdata, ['--plugins', 'profile_roles']);
  const child = spawn(node, [...before, ...slow(appdata, temporaryFolder())], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));
  const staging = join(appdata, 'staging');
  while (!isExecuting(staging)) await sleep(50);
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
  for (let status = 'RUNNING'; status !== 'CANCELLED'; status = (await list(appdata))[0]?.status ?? '') {
    expect(status).toBe('RUNNING');
    await sleep(100);
  }
});
