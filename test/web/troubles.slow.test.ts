import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { command, testPlugins } from '../run/command.ts';
import { reachingPlugin } from '../run/reaching-out.ts';
import { inBrowser } from './in-browser.ts';
import { patientPlugin } from './patient-plugin.ts';
import { expectAccess, shortLog, world } from './world.ts';

/** A run that was just begun is not in the list until it knows its rows: the page says so, and asks again. */
const NOT_YET = /404.*\/api\/v1\/runs\/[0-9a-f]{32}\)/;

inBrowser('when something goes wrong', () => {
  const it = world();
  beforeAll(async () => {
    const own = ['--appdata', it.appdata, '--quiet'];
    const folders = [
      join(testPlugins, 'asks_settings'),
      join(patientPlugin(it.folder), 'waits_a_while'),
      join(reachingPlugin(it.folder, 'example.com'), 'reaches_out'),
    ];
    for (const folder of folders) {
      const bundle = join(it.folder, `${readdirSync(it.folder).length}.zip`);
      await said(['plugins', 'pack', folder, '--out', bundle]);
      await said(['plugins', 'install', bundle, ...own]);
    }
    await said(['ingest', it.write('log.csv', shortLog(60)), '--dataset', 'log', ...own]);
  });

  test('UX-05 a plugin that fails makes the run PARTIAL and is named; one without its capability is left out, with what would let it run', async () => {
    const watched = await it.open();
    const { page } = watched;
    watched.expect(NOT_YET);
    await page.goto(`${it.url}/new?version=log@1&plugins=asks_settings,profile_roles`);
    await page.getByText(/do not fit, each with its reason|does not fit, each with its reason/).click();
    const denied = page.getByRole('listitem').filter({ hasText: 'reaches_out' });
    await denied.getByText('plugins approve reaches_out').first().waitFor();
    await expectAccess(watched);
    await page.getByRole('link', { name: 'See exactly what will run' }).click();
    await runIt(page);
    await page.getByText('PARTIAL', { exact: true }).first().waitFor();
    await page.getByText('asks_settings').first().waitFor();
    await expectAccess(watched);
  });

  test('QA-05 a run goes on while the server is started again, and a worker that is killed is told by name', async () => {
    const first = await it.open();
    first.expect(NOT_YET);
    await first.page.goto(`${it.url}/new/confirm?version=log@1&plugins=waits_a_while,profile_roles`);
    const id = await runIt(first.page);
    await first.page.context().close();
    await it.stop();
    await it.serve();
    const watched = await it.open();
    watched.expect(NOT_YET);
    const follows = () =>
      watched.page.waitForRequest((request) => request.url().endsWith(`/runs/${id}/events`));
    const followed = follows();
    await watched.page.goto(`${it.url}/runs/${id}`);
    // A window that nobody sees follows nothing; once it is seen, it goes on.
    const stream = await followed;
    const left = watched.page.waitForEvent('requestfailed', (request) => request === stream);
    await setHidden(watched.page, true);
    await left;
    const again = follows();
    await setHidden(watched.page, false);
    await again;
    await killWorkerOf(id);
    await watched.page.getByText('PARTIAL', { exact: true }).first().waitFor();
    await watched.page.goto(`${it.url}/runs/${id}/plugins`);
    await watched.page.getByText('waits_a_while').first().waitFor();
    await expectAccess(watched);
  });

  test('QA-05 a route that fails is told with what to do: an unknown run, an unknown dataset, a file that is no table', async () => {
    const watched = await it.open();
    const { page } = watched;
    watched.expect(/status of 40[04]/);
    await page.goto(`${it.url}/runs/0123456789abcdef0123456789abcdef`);
    await page.getByText('SH_RUN_UNKNOWN').waitFor();
    await expectAccess(watched);
    await page.goto(`${it.url}/datasets/nothing`);
    await page.getByText('SH_DATASET_UNKNOWN').waitFor();
    await page.goto(`${it.url}/upload`);
    await page
      .getByLabel('Files to upload')
      .setInputFiles(it.write('picture.png', '\u0089PNG\r\n\u001a\n\0\0\0'));
    await page.getByText(/SH_INPUT_/).waitFor();
    await expectAccess(watched);
  });

  test('UX-02 what makes a file unreadable is taken back where it was said, and fifty columns at a time are shown of a broad one', async () => {
    const watched = await it.open();
    const { page } = watched;
    watched.expect(/status of 400/);
    await page.goto(`${it.url}/upload`);
    const names = Array.from({ length: 60 }, (_, i) => `c${i}`);
    const lines = [names, ...[1, 2, 3].map((row) => names.map((_, i) => row * i))].map((line) => line.join());
    const files = page.getByLabel('Files to upload');
    await files.setInputFiles(it.write('broad.csv', lines.join('\n')));
    const rows = page.getByRole('region', { name: 'First rows' });
    await rows.getByText('c49', { exact: true }).waitFor();
    expect(await page.getByLabel('Type of c50').count()).toBe(0);
    await page.getByRole('button', { name: 'Columns after' }).first().click();
    await rows.getByText('c59', { exact: true }).waitFor();
    const third = await rows.locator('tbody tr').nth(2).locator('th, td').allTextContents();
    expect([third.length, third[0], third[1], third.at(-1)]).toEqual([11, '3', '150', '177']);
    await page.getByLabel('Type of c50').waitFor();
    await expectAccess(watched);
    await page.getByLabel('Find a column').last().fill('C7');
    await rows.getByText('c7', { exact: true }).waitFor();
    expect(await page.getByLabel(/^Type of/).count()).toBe(1);

    await page.getByLabel('Format').selectOption('json');
    await page.getByText(/SH_INPUT_/).waitFor();
    await expectAccess(watched);
    await page.getByRole('button', { name: 'Read it as guessed' }).click();
    await rows.getByText('c7', { exact: true }).waitFor();
    expect(page.url()).not.toContain('format');
  });

  test('UX-02 a file that is there already, twice the same, and one with other columns are told to be that before anything is refused', async () => {
    const watched = await it.open();
    const { page } = watched;
    const files = page.getByLabel('Files to upload');
    const behind = page.getByLabel('Put these rows behind those of that version');
    await page.goto(`${it.url}/upload`);
    await files.setInputFiles(it.write('log.csv', shortLog(60)));
    await page.getByText('It holds this already').waitFor();
    expect(await behind.count()).toBe(0);
    await files.setInputFiles(join(it.folder, 'log.csv'));
    await page.getByText('the same file again, which counts once').waitFor();
    await expectAccess(watched);
    await page.getByRole('link', { name: 'Start over' }).click();
    await files.setInputFiles(it.write('log.csv', shortLog(61)));
    await behind.waitFor();
    await page.goto(`${it.url}/upload`);
    await files.setInputFiles(it.write('log.csv', 'QUEUE_ID;JOB\n1;LOAD\n'));
    await page.getByText("Rows with other columns can't be put behind it").waitFor();
    expect(await behind.count()).toBe(0);
    await expectAccess(watched);
  });

  test('UX-04 where rows were appended since the plan was looked at, nothing is started, and what changed is told', async () => {
    const watched = await it.open();
    const { page } = watched;
    watched.expect(/status of 409/);
    const own = ['--dataset', 'grows', '--appdata', it.appdata, '--quiet'];
    await said(['ingest', it.write('grows.csv', shortLog(60)), ...own]);
    await page.goto(`${it.url}/new/confirm?version=grows&plugins=profile_roles`);
    await page.getByRole('heading', { name: '1 plugin runs' }).waitFor();
    await said(['ingest', it.write('more.csv', shortLog(61)), '--append', ...own]);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('Nothing was started.').waitFor();
    await page.getByText('the table: 121 rows now, 60 before').waitFor();
    expect(page.url()).toContain('/new/confirm');
    await expectAccess(watched);
  });

  test('UX-05 a run that was cancelled is resumed, and the page shows how it goes on', async () => {
    const watched = await it.open();
    const { page } = watched;
    watched.expect(NOT_YET);
    await page.goto(`${it.url}/new/confirm?version=log@1&plugins=waits_a_while,profile_roles&force=1`);
    const id = await runIt(page);
    await page.getByText('waits_a_while').first().waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByText('CANCELLED', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    // It never ends by itself: only the process of the run that goes on can be killed.
    await killWorkerOf(id);
    await page.getByText('PARTIAL', { exact: true }).first().waitFor();
  });
});

/** Presses Run on Confirm, and returns the id of the run. */
async function runIt(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.waitForURL(/\/runs\/[0-9a-f]{32}/);
  return /\/runs\/([0-9a-f]{32})/.exec(page.url())?.[1] ?? '';
}

/** Kills the process that a plugin of the run computes in, once there is one. */
async function killWorkerOf(id: string): Promise<void> {
  for (let waited = 0; waited < 600; waited++) {
    const worker = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && isWorker(pid, id));
    if (worker !== undefined) return void process.kill(Number(worker), 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no worker of the run ${id} was ever seen`);
}

function isWorker(pid: string, id: string): boolean {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return line.includes('deno') && line.includes(id) && line.includes('waits_a_while');
  } catch {
    return false;
  }
}

async function said(args: readonly string[]): Promise<void> {
  const { code, err } = await command(args);
  expect(code, err).toBe(0);
}

async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${hidden} });
    document.dispatchEvent(new Event('visibilitychange'));
  `);
}
