import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { HarnessError, hashFile } from '../../src/base/index.ts';
import { openDataset } from '../../src/dataset/index.ts';
import { type App, openApp, showCitedRows, traceRow } from '../../src/engine/index.ts';
import { citingPlugin } from './citing-plugin.ts';
import { example, folderOfFile, run } from './command.ts';

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
const appdata = folderOfFile('trace-row');
afterAll(() => rmSync(appdata, { recursive: true, force: true, maxRetries: 5 }));
const runs: string[] = [];
beforeAll(async () => {
  const flags = ['--plugin-dir', citingPlugin(appdata, [2, 3, 4, 5, 6, 7]), '--dataset', 'log'];
  for (const seed of ['1', '2']) {
    const args = ['--plugins', 'cites_many', ...flags, '--kind', 'synthetic', '--seed', seed];
    runs.unshift((await run(example, appdata, args)).run_id);
  }
});

async function openedApp(): Promise<App> {
  const app = await openApp({ appdata });
  onTestFinished(() => app.close());
  return app;
}

const found = async (app: App, row: number) => {
  const trace = await traceRow(app, 'log', { part: 1, row });
  expect(trace.runs.map(({ run_id }) => run_id)).toEqual(runs);
  return trace.runs.map(({ findings, failures }) => [findings.length, failures]);
};

test('META-07 for what was found in a row its table is opened once, its parts are hashed once, and no query is asked twice', async () => {
  const app = await openedApp();
  // A file that was written this moment could be written again unseen: it is hashed at each look.
  await wait(2100);
  expect(await found(app, 1)).toEqual([
    [0, []],
    [0, []],
  ]);
  const opened = vi.mocked(openDataset).mock.calls.length;
  const parts = () => vi.mocked(hashFile).mock.calls.filter(([path]) => /part\.parquet$/.test(String(path)));
  // One for the row itself.
  expect([opened, parts().length]).toEqual([2, 1]);
  // 12 is divided by 2, 3, 4 and 6, and is beyond what the reports name of each.
  expect(await found(app, 12)).toEqual([
    [4, []],
    [4, []],
  ]);
  await showCitedRows(app, runs[0] as string, 'Q2', { from: 101, count: 10 });
  expect(vi.mocked(openDataset).mock.calls.length - opened).toBe(2);
  expect(parts().length).toBe(1);
});

test('META-07 where a query or a run can not be looked through for a row, that is said, and the others are', async () => {
  const app = await openedApp();
  const { openDataset: open } = await vi.importActual<typeof import('../../src/dataset/index.ts')>(
    '../../src/dataset/index.ts',
  );
  vi.mocked(openDataset).mockImplementation(async (options) => {
    const opened = await open(options);
    return {
      ...opened,
      query: async (request) => {
        if (/\b4\b/.test(request.sql)) throw new HarnessError('SH_MEMORY_SHORT', {});
        return opened.query(request);
      },
    };
  });
  const why = expect.stringContaining('more memory than its share');
  expect(await found(app, 12)).toEqual([
    [3, [why]],
    [3, [why]],
  ]);
  writeFileSync(join(app.paths.run(runs[1] as string), 'report.json'), '{}');
  expect(await found(app, 12)).toEqual([
    [3, [why]],
    [0, [expect.stringContaining('report.json')]],
  ]);
});
