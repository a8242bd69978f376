import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunDetails, RunEntry } from '../../src/engine/index.ts';
import { command, contentOf, example, run, start, temporaryFolder, testPlugins } from './command.ts';

async function list(appdata: string): Promise<RunEntry[]> {
  return JSON.parse((await command(['runs', 'list', '--json', '--appdata', appdata])).out) as RunEntry[];
}

test('FND-01 SIGKILL at many moments: no half run is listed, and running again gives the reference bytes', async () => {
  const args = ['--kind', 'synthetic', '--chunk-rows', '512'];
  const reference = contentOf(await run(example, temporaryFolder(), args));
  const appdata = temporaryFolder();
  await run(example, appdata, [...args, '--plugins', 'profile_roles']);
  for (const delay of [250, 450, 650, 850, 1050, 1250, 1450, 1650]) {
    const { child, ended } = start(['run', example, '--quiet', '--force', '--appdata', appdata, ...args]);
    await new Promise((resolve) => setTimeout(resolve, delay));
    child.kill('SIGKILL');
    await ended;
    for (const found of await list(appdata)) {
      expect(['COMPLETED', 'ABORTED']).toContain(found.status);
      expect(existsSync(join(appdata, 'runs', found.run_id))).toBe(found.status === 'COMPLETED');
    }
  }
  expect(contentOf(await run(example, appdata, args))).toEqual(reference);
});

test('FND-01 a run killed while a plugin runs reads ABORTED and keeps its logs and its journal', async () => {
  const appdata = temporaryFolder();
  const args = ['--plugin-dir', testPlugins, '--plugins', 'waits_a_while'];
  const { child, ended, errors } = start(['run', example, '--appdata', appdata, ...args]);
  const executing = () =>
    readdirSync(join(appdata, 'staging')).some((id) =>
      existsSync(join(appdata, 'staging', id, 'work', 'waits_a_while')),
    );
  while (!existsSync(join(appdata, 'staging')) || !executing()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(child.exitCode, errors()).toBeNull();
  }
  child.kill('SIGKILL');
  await ended;
  const shown = await command(['runs', 'show', 'latest', '--json', '--appdata', appdata]);
  const found = JSON.parse(shown.out) as RunDetails;
  expect(found).toMatchObject({ status: 'ABORTED', run_dir: null, executions: [] });
  expect(found.timeline.map((event) => event.kind)).toContain('run.aborted');
  const kept = join(appdata, 'staging', found.run_id);
  expect(statSync(join(kept, 'logs')).isDirectory()).toBe(true);
  expect(existsSync(join(kept, 'journal.json'))).toBe(true);
  expect(existsSync(join(kept, 'results'))).toBe(false);
  const again = await run(example, appdata, args);
  expect(again.status).toBe('COMPLETED');
});

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
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(child.exitCode, errors()).toBeNull();
  }
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
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
  while (readdirSync(join(appdata, 'staging')).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const refused = await command([...slow, '--no-wait']);
  expect(refused.code).toBe(6);
  expect(refused.err).toContain('Another run is under way');
  const second = start(slow);
  expect((await first.ended).code).toBe(0);
  const waited = await second.ended;
  expect(waited.code).toBe(0);
  expect(waited.err).toContain('waiting for the run of process');
});
