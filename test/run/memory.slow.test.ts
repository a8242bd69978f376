import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { command, root } from './command.ts';

const onLinux = process.platform === 'linux';

/** What DuckDB keeps of what medians took and freed, in a process of its own. */
async function keptBytes(environment: Record<string, string>): Promise<number> {
  const child = join(root, 'test/dataset/given-back/child.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [child], {
    env: { ...process.env, ...environment },
  });
  return Number(stdout);
}

describe.runIf(onLinux)('PERF-01 what was freed goes back, as it would come on top of the memory cap', () => {
  test('what medians took without being counted', async () => {
    expect(await keptBytes({})).toBeLessThan(10e6);
  });

  test('where the C library is told to keep it, it is seen to be kept', async () => {
    expect(await keptBytes({ MALLOC_TRIM_THRESHOLD_: String(64 * 2 ** 20) })).toBeGreaterThan(12e6);
  });
});

test('PERF-01 the young objects of the command line have no more than 40 MB', async () => {
  const look = `process.on('exit', async () => {
    for (let i = 0, kept = []; i < 3e6; i += 1) kept[i % 200_000] = { i };
    const { space_size } = process.getBuiltinModule('v8').getHeapSpaceStatistics().find((s) => s.space_name === 'new_space');
    console.error(JSON.stringify({ space_size }));
  });`;
  const options = `--import=data:text/javascript,${encodeURIComponent(look)}`;
  const { err } = await command(['runs', '--help'], { NODE_OPTIONS: options });
  const { space_size } = JSON.parse(err) as { space_size: number };
  expect(space_size).toBeLessThan(40e6);
});
