import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Sha256 } from '../../src/base/index.ts';
import {
  type App,
  deleteDataset,
  deleteRun,
  openApp,
  purgeDeletedDataset,
  purgeDeletedRun,
  runAnalysis,
  showDataset,
  showTrash,
  undeleteDataset,
  undeleteRun,
  verifyRun,
} from '../../src/engine/index.ts';
import type { RunFlags } from '../../src/pipeline/index.ts';
import { command, temporaryFolder, testPlugins } from '../run/command.ts';

const MAY = 'region,amount\nnorth,1\nsouth,2\nnorth,3\n';
const JUNE = 'region,amount\nnorth,4\nsouth,5\n';

async function appIn(folder: string): Promise<App> {
  await writeFile(join(folder, 'may.csv'), MAY);
  await writeFile(join(folder, 'june.csv'), JUNE);
  const app = await openApp({ appdata: join(folder, 'appdata') });
  onTestFinished(() => app.close());
  return app;
}

function run(app: App, file: string, flags: RunFlags = {}) {
  return runAnalysis(app, {
    files: [join(app.paths.root, '..', file)],
    flags: { dataset: 'sales', plugins: ['counts_rows'], ...flags },
    pluginFolders: [testPlugins],
    ...{ force: false, wait: true, osSandbox: 'auto' },
    onProgress: () => undefined,
  });
}

const isThere = (app: App, parts: readonly string[]): boolean[] =>
  parts.map((part) => existsSync(app.paths.part(part as Sha256)));

test('UX-07 a run in the trash goes for good when it is asked to, and no other; what proves it stays', async () => {
  const app = await appIn(temporaryFolder());
  const { run_id: going } = await run(app, 'may.csv');
  const { run_id: staying } = await run(app, 'june.csv');
  await expect(purgeDeletedRun(app, going)).rejects.toMatchObject({ code: 'SH_NOT_IN_TRASH' });
  await deleteRun(app, going);
  await deleteRun(app, staying);
  const { runs, versions, grace_days } = await showTrash(app);
  expect(runs.map(({ run_id }) => run_id)).toEqual([staying, going]);
  expect(runs.every(({ bytes }) => Number(bytes) > 1000)).toBe(true);
  expect([versions, grace_days]).toEqual([[], 14]);
  const { bytes } = await purgeDeletedRun(app, going);
  expect(bytes).toBeGreaterThan(1000);
  expect(existsSync(app.paths.trashedRun(going))).toBe(false);
  expect((await showTrash(app)).runs.map(({ run_id }) => run_id)).toEqual([staying]);
  expect(app.state.events.byCorrelation(going).at(-1)?.kind).toBe('run.purged');
  expect(app.state.chain.list().map((link) => link.run_id)).toEqual([going, staying]);
  await undeleteRun(app, staying);
  expect((await verify(app, staying)).problems).toEqual([]);
  const doctor = await command(['doctor', '--full', '--appdata', app.paths.root]);
  expect(doctor.code, doctor.out).toBe(0);
});

test('UX-07 a version in the trash goes for good with what nothing else needs, in the list or in the trash', async () => {
  const app = await appIn(temporaryFolder());
  const { run_id: before } = await run(app, 'may.csv');
  const appended = await run(app, 'june.csv', { append: true });
  const parts = (await showDataset(app, 'sales@2')).version.parts;
  expect(parts.length).toBe(2);
  await expect(purgeDeletedDataset(app, 'sales@1')).rejects.toMatchObject({ code: 'SH_NOT_IN_TRASH' });
  await expect(purgeDeletedDataset(app, 'sales')).rejects.toMatchObject({ code: 'SH_NOT_IN_TRASH' });
  await deleteDataset(app, 'sales@1');
  // All of its rows are those of version 2 too.
  expect((await showTrash(app)).versions).toMatchObject([{ ordinal: 1, bytes: 0 }]);
  await expect(purgeDeletedDataset(app, 'sales@1')).rejects.toMatchObject({ code: 'SH_DATA_NEEDED' });
  await deleteDataset(app, 'sales@2');
  const shown = (await showTrash(app)).versions;
  expect(shown.map(({ ordinal, bytes }) => [ordinal, bytes > 0])).toEqual([
    [2, true],
    [1, false],
  ]);
  const { id, bytes } = await purgeDeletedDataset(app, 'sales@2');
  expect([id, bytes]).toEqual(['sales@2', shown[0]?.bytes]);
  expect(isThere(app, parts)).toEqual([true, false]);
  const left = (await showTrash(app)).versions;
  // Version 2 can't be taken back, so that it needs nothing any more.
  expect(left.map(({ ordinal, bytes }) => [ordinal, bytes > 0])).toEqual([[1, true]]);
  await expect(purgeDeletedDataset(app, 'sales@2')).rejects.toMatchObject({ code: 'SH_DATA_EXPIRED' });
  await expect(undeleteDataset(app, 'sales@2')).rejects.toMatchObject({ code: 'SH_DATA_EXPIRED' });
  await undeleteDataset(app, 'sales@1');
  expect((await verify(app, before)).problems).toEqual([]);
  // What was computed is as it was; only that it can't be computed again is told.
  const checked = await verify(app, appended.run_id);
  expect(checked.problems).toEqual([expect.stringContaining('gone on purpose')]);
  await deleteDataset(app, 'sales@1');
  expect(await purgeDeletedDataset(app, 'sales@1')).toEqual({ id: 'sales@1', bytes: left[0]?.bytes });
  expect(isThere(app, parts)).toEqual([false, false]);
  const doctor = await command(['doctor', '--full', '--appdata', app.paths.root]);
  expect(doctor.code, doctor.out).toBe(0);
});

test('UX-07 the data of a run that is pinned with them stay, whatever is deleted for good', async () => {
  const app = await appIn(temporaryFolder());
  const { run_id } = await run(app, 'may.csv');
  app.state.runs.setPinned(run_id, 'data');
  await deleteDataset(app, 'sales');
  expect((await showTrash(app)).versions).toMatchObject([{ bytes: 0 }]);
  await expect(purgeDeletedDataset(app, 'sales@1')).rejects.toMatchObject({ code: 'SH_DATA_NEEDED' });
});

function verify(app: App, id: string) {
  return verifyRun(app, id, { recompute: true, pluginFolders: [testPlugins], onProgress: () => undefined });
}
