import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { hashFile } from '../../src/base/index.ts';
import { openDataset } from '../../src/dataset/index.ts';
import { type App, openApp, showCitedRows, traceRow } from '../../src/engine/index.ts';
import { citingPlugin } from './citing-plugin.ts';
import { example, run, temporaryFolder } from './command.ts';

// They do what they do; what is counted is how often.
vi.mock('../../src/dataset/index.ts', async (original) => {
  const real = await original<typeof import('../../src/dataset/index.ts')>();
  return { ...real, openDataset: vi.fn(real.openDataset) };
});
vi.mock('../../src/base/index.ts', async (original) => {
  const real = await original<typeof import('../../src/base/index.ts')>();
  return { ...real, hashFile: vi.fn(real.hashFile) };
});
afterEach(() => void vi.clearAllMocks());

/** Two runs whose six findings cite more than a hundred rows each; none cites row 1, so that all are looked through for it. */
async function appWithRuns(): Promise<{ readonly app: App; readonly runs: readonly string[] }> {
  const appdata = temporaryFolder();
  const flags = ['--plugin-dir', citingPlugin(appdata, [2, 3, 4, 5, 6, 7]), '--dataset', 'log'];
  const runs: string[] = [];
  for (const seed of ['1', '2']) {
    const args = ['--plugins', 'cites_many', ...flags, '--kind', 'synthetic', '--seed', seed];
    runs.unshift((await run(example, appdata, args)).run_id);
  }
  const app = await openApp({ appdata });
  onTestFinished(() => app.close());
  return { app, runs };
}

test('META-07 for what was found in a row its table is opened once, its parts are hashed once, and no query is asked twice', async () => {
  const { app, runs } = await appWithRuns();
  // A file that was written this moment could be written again unseen: it is hashed at each look.
  await wait(2100);
  const look = async (row: number) => {
    const trace = await traceRow(app, 'log', { part: 1, row });
    expect(trace.runs.map(({ run_id }) => run_id)).toEqual(runs);
    return trace.runs.map(({ findings }) => findings.length);
  };
  expect(await look(1)).toEqual([0, 0]);
  const opened = vi.mocked(openDataset).mock.calls.length;
  const parts = () => vi.mocked(hashFile).mock.calls.filter(([path]) => /part\.parquet$/.test(String(path)));
  // One for the row itself.
  expect([opened, parts().length]).toEqual([2, 1]);
  // 12 is divided by 2, 3, 4 and 6, and is beyond what the reports name of each.
  expect(await look(12)).toEqual([4, 4]);
  await showCitedRows(app, runs[0] as string, 'Q2', { from: 101, count: 10 });
  expect(vi.mocked(openDataset).mock.calls.length - opened).toBe(2);
  expect(parts().length).toBe(1);
});
