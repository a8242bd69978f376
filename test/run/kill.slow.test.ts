import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunDetails, RunEntry } from '../../src/engine/index.ts';
import { killedAt } from '../crash/arming.ts';
import { contentOf, example, run, start, temporaryFolder, testPlugins } from './command.ts';
import { run as runHere, say } from './say.ts';

async function list(appdata: string): Promise<RunEntry[]> {
  return JSON.parse((await say(['runs', 'list', '--json', '--appdata', appdata])).out) as RunEntry[];
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const synthetic = ['--kind', 'synthetic', '--chunk-rows', '512'];

/** A sealed folder may be renamed between two looks at it. */
function journalOf(folder: string): string {
  try {
    return readFileSync(join(folder, 'journal.json'), 'utf8');
  } catch {
    return '';
  }
}

/** Whatever was killed: every run is whole and listed, or ABORTED with nothing but its logs and its journal. */
async function expectNoHalfRun(appdata: string): Promise<void> {
  const runs = await list(appdata);
  for (const { run_id, status } of runs) {
    expect(['COMPLETED', 'ABORTED']).toContain(status);
    expect(existsSync(join(appdata, 'runs', run_id))).toBe(status === 'COMPLETED');
    const staged = join(appdata, 'staging', run_id);
    const kept = existsSync(staged) ? readdirSync(staged) : [];
    expect(kept.filter((name) => !['journal.json', 'logs', 'run.log'].includes(name))).toEqual([]);
  }
  const completed = runs.filter((found) => found.status === 'COMPLETED').map((found) => found.run_id);
  expect(readdirSync(join(appdata, 'runs')).sort()).toEqual(completed.sort());
}

// At each write, over a small table: test/crash.
test('FND-01 SIGKILL in each phase of a run: no half run is listed, and running again gives the reference bytes', async () => {
  const args = [...synthetic, '--plugins', 'profile_basic,profile_roles'];
  const reference = await runHere(example, temporaryFolder(), args);
  const appdata = temporaryFolder();
  const again = ['run', example, '--quiet', '--appdata', appdata, ...args];
  for (const [i, phase] of ['executing', 'reporting', 'sealed'].entries()) {
    const { environment, nodeArguments } = killedAt('journal.entered', i + 1);
    const ended = await start(again, environment, nodeArguments).ended;
    expect(ended.signal, phase).toBe('SIGKILL');
    await expectNoHalfRun(appdata);
    expect((await list(appdata))[0]?.status, phase).toBe('ABORTED');
  }
  expect(contentOf(await run(example, appdata, args))).toEqual(contentOf(reference));
});

test('FND-01 a run killed while a plugin runs reads ABORTED and keeps its logs and its journal', async () => {
  const appdata = temporaryFolder();
  const args = ['--plugin-dir', testPlugins, '--plugins', 'waits_a_while'];
  const { child, ended, errors } = start(['run', example, '--appdata', appdata, ...args]);
  const staging = join(appdata, 'staging');
  const logged = () =>
    existsSync(staging) && readdirSync(staging).some((id) => logOf(join(staging, id)).includes('waiting'));
  while (!logged()) {
    await pause(20);
    expect(child.exitCode, errors()).toBeNull();
  }
  child.kill('SIGKILL');
  await ended;
  const shown = await say(['runs', 'show', 'latest', '--json', '--appdata', appdata]);
  const found = JSON.parse(shown.out) as RunDetails;
  expect(found).toMatchObject({ status: 'ABORTED', run_dir: null, executions: [] });
  expect(found.timeline.map((event) => event.kind)).toContain('run.aborted');
  const kept = join(staging, found.run_id);
  expect(logOf(kept).trim().split('\n')).toEqual(['waiting']);
  expect(journalOf(kept)).toContain('"phase":"executing"');
  expect(readdirSync(kept).sort()).toEqual(['journal.json', 'logs', 'run.log']);
  const rerun = await run(example, appdata, args);
  expect(rerun.status).toBe('COMPLETED');
});

function logOf(folder: string): string {
  const file = join(folder, 'logs', 'waits_a_while.log');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

test('an interrupted run is CANCELLED with exit code 130 and leaves no run', async () => {
  const appdata = temporaryFolder();
  const { child, ended, errors } = start([
    'run',
    example,
    '--appdata',
    appdata,
    '--plugin-dir',
    testPlugins,
    '--plugins',
    'waits_a_while',
  ]);
  while (!existsSync(join(appdata, 'staging')) || readdirSync(join(appdata, 'staging')).length === 0) {
    await pause(20);
    expect(child.exitCode, errors()).toBeNull();
  }
  // A terminal tells the launcher and what it started: one press can come twice.
  child.kill('SIGINT');
  await pause(20);
  child.kill('SIGINT');
  const { code, out } = await ended;
  expect(code).toBe(130);
  expect(out).toContain('runs resume');
  expect(out).not.toContain('report.html');
  expect((await list(appdata))[0]).toMatchObject({ status: 'CANCELLED' });
  expect(readdirSync(join(appdata, 'runs'))).toEqual([]);
});

test('two runs at once: one waits for the other, both are COMPLETED; with --no-wait the second is refused', async () => {
  const appdata = temporaryFolder();
  await run(example, appdata, ['--plugins', 'profile_roles']);
  const slow = [
    'run',
    example,
    '--appdata',
    appdata,
    '--plugin-dir',
    testPlugins,
    '--plugins',
    'waits_a_while',
    '--force',
  ];
  const first = start(slow);
  while (readdirSync(join(appdata, 'staging')).length === 0) await pause(20);
  const [second, refused] = [start(slow), await say([...slow, '--no-wait'])];
  expect(refused.code).toBe(6);
  expect(refused.err).toContain('Another run is under way');
  expect((await first.ended).code).toBe(0);
  const waited = await second.ended;
  expect(waited.code).toBe(0);
  expect(waited.err).toContain('waiting for the run of process');
});
