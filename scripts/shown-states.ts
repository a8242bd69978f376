import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { patientPlugin } from '../test/web/patient-plugin.ts';

const root = resolve(import.meta.dirname, '..');
const program = join(root, 'bin/stat-harness.mjs');
const testPlugins = join(root, 'fixtures/test-plugins');
const example = 'examples/process-log.csv';

/** A page in one of its states: how a picture of it is called, and what brings it up. */
export interface State {
  readonly name: string;
  show(page: Page): Promise<unknown>;
}

const at =
  (url: string) =>
  (name: string, path: string): State => ({ name, show: (page) => page.goto(url + path) });

/** What an operator sees who has done nothing yet. */
export function firstStates(url: string): State[] {
  const plain = at(url);
  return [
    plain('first-activity', '/'),
    plain('first-datasets', '/datasets'),
    plain('first-upload', '/upload'),
    plain('first-new-run', '/new'),
    plain('first-confirm', '/new/confirm'),
    plain('first-trash', '/trash'),
  ];
}

/** What the pages are of. */
export interface Filled {
  readonly run: string;
  /** Another run of the same dataset, asked otherwise. */
  readonly other: string;
  readonly partial: string;
  /** Of the example, as addresses name it. */
  readonly upload: string;
}

/** Runs the example twice and a run that is PARTIAL, and puts a run and a dataset into the trash. */
export function fill(appdata: string, folder: string): Omit<Filled, 'upload'> {
  const told = (args: readonly string[], codes: readonly number[] = [0]) => {
    const all = [...args, '--json', '--appdata', appdata];
    const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...all], {
      cwd: root,
      encoding: 'utf8',
    });
    if (!codes.includes(status ?? -1))
      throw new Error(`${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as { readonly run_id: string };
  };
  const made = ['--kind', 'synthetic', '--quiet'];
  const threshold = 'analysis_queue_delay_decomposition.threshold_s=120';
  const other = told(['run', example, ...made, '--set', threshold]).run_id;
  const run = told(['run', example, ...made]).run_id;
  const failing = ['--plugins', 'profile_basic,writes_literal_in_text', '--plugin-dir', testPlugins];
  const partial = told(['run', 'examples/sales.csv', ...made, ...failing, '--dataset', 'sales'], [3]).run_id;
  mkdirSync(folder, { recursive: true });
  const old = join(folder, 'old-sales.csv');
  writeFileSync(old, 'region,amount\nnorth,1\nsouth,2\nnorth,3\n');
  const gone = told(['run', old, ...made, '--plugins', 'profile_basic']).run_id;
  told(['runs', 'delete', gone]);
  told(['datasets', 'delete', 'old-sales']);
  writeFileSync(join(folder, 'picture.png'), '\u0089PNG\r\n\u001a\n\0\0\0');
  writeFileSync(join(folder, 'process-log.csv'), 'QUEUE_ID;JOB;USER\n1;LOAD;anna\n2;POST;ben\n');
  return { run, other, partial };
}

/** Every page, and the states of it that a run of the example and a few mistakes bring up. */
export function filledStates(url: string, folder: string, filled: Filled): State[] {
  const { run, other, partial, upload } = filled;
  const plain = at(url);
  const ofRun = (tab: string, rest = '') => plain(tab, `/runs/${run}/${tab}${rest}`);
  return [
    plain('activity', '/'),
    plain('activity-filtered', '/?status=FAILED'),
    plain('upload', `/upload?u=${upload}&dataset=second-log`),
    plain('upload-again', `/upload?u=${upload}`),
    plain('new-run', '/new?version=process-log@1'),
    plain('confirm', '/new/confirm?version=process-log@1'),
    ofRun('findings'),
    plain('finding', `/runs/${run}/findings?open=1`),
    plain('evidence', `/runs/${run}/findings?open=1&at=evidence`),
    again(`${url}/runs/${run}/findings?open=1&at=evidence`),
    ...['recommendations', 'timeline', 'plugins', 'artifacts', 'what-ran', 'lineage'].map((tab) =>
      ofRun(tab),
    ),
    plain('lineage-way', `/runs/${run}/lineage?from=analysis_queue_delay_decomposition`),
    plain('partial', `/runs/${partial}`),
    plain('compare', `/compare/${other}/${run}`),
    plain('datasets', '/datasets'),
    plain('rows', '/datasets/process-log'),
    plain('row', '/datasets/process-log?row=3000'),
    plain('cited-rows', `/datasets/process-log@1?run=${run}&cited=Q4&finding=1`),
    ...['columns', 'quality', 'versions', 'runs'].map((tab) =>
      plain(`dataset-${tab}`, `/datasets/process-log/${tab}`),
    ),
    plain('trash', '/trash'),
    plain('trashed-dataset', '/datasets/old-sales'),
    plain('unknown-run', `/runs/${'0'.repeat(32)}`),
    plain('unknown-dataset', '/datasets/nothing'),
    plain('unknown-address', '/no/such/page'),
    opened(url, `/runs/${run}`, 'menu', 'More'),
    opened(url, `/runs/${run}`, 'replay', 'Replay', 'dialog'),
    opened(url, `/runs/${run}`, 'compare-with', 'More', 'Compare …', 'dialog'),
    opened(url, `/runs/${run}`, 'delete', 'More', 'Delete …', 'dialog'),
    opened(url, '/trash', 'delete-for-good', /^Delete for good/, 'dialog'),
    { name: 'palette', show: (page) => page.goto(url).then(() => page.keyboard.press('Control+k')) },
    sent('upload-refused', url, join(folder, 'picture.png'), 'SH_INPUT_'),
    sent('upload-other-schema', url, join(folder, 'process-log.csv'), 'What differs'),
    {
      name: 'no-answer',
      async show(page) {
        await page.route('**/api/v1/runs*', (route) => route.abort());
        await page.goto(url);
        await page.locator('.state.failed').waitFor();
        await page.unrouteAll();
      },
    },
    {
      name: 'no-session',
      async show(page) {
        const cookies = await page.context().cookies();
        await page.context().clearCookies();
        await page.goto(url);
        await page.locator('.state.failed').waitFor();
        await page.context().addCookies(cookies);
      },
    },
  ];
}

/** A run that waits until it is ended, and what is to be ended. */
export function liveState(
  url: string,
  appdata: string,
  folder: string,
): { readonly state: State; end(): void } {
  const plugins = patientPlugin(folder);
  const args = [
    ...['run', example, '--kind', 'synthetic', '--quiet', '--appdata', appdata, '--plugin-dir', plugins],
    ...['--plugins', 'profile_basic,profile_quality,waits_a_while', '--workers', '1', '--force'],
  ];
  const child = spawn(process.execPath, [program, ...args], { cwd: root, stdio: 'ignore' });
  const state: State = {
    name: 'live-run',
    async show(page) {
      await page.goto(url);
      await page
        .getByRole('row', { name: /RUNNING/ })
        .getByRole('link')
        .first()
        .click();
      await page.getByRole('region', { name: 'Executing' }).getByText('waits_a_while').waitFor();
    },
  };
  const end = (): void => {
    child.kill('SIGINT');
    rmSync(plugins, { recursive: true, force: true, maxRetries: 5 });
  };
  return { state, end };
}

/** A page on which buttons were pressed, one after the other; `dialog` waits for one. */
function opened(url: string, path: string, name: string, ...pressed: readonly (string | RegExp)[]): State {
  return {
    name,
    async show(page) {
      await page.goto(url + path);
      for (const one of pressed) {
        if (one === 'dialog') await page.getByRole('dialog').waitFor();
        else
          await page
            .getByRole('button', { name: one, exact: typeof one === 'string' })
            .first()
            .click();
      }
    },
  };
}

/** A query run again. */
function again(address: string): State {
  return {
    name: 'run-again',
    async show(page) {
      await page.goto(address);
      const query = page.locator('article.query', { hasText: 'Rows cited' }).first();
      await query.getByRole('button', { name: 'Run again and show the rows' }).click();
      await query.getByText('the same result as recorded, by hash').waitFor();
    },
  };
}

/** Upload, after a file was sent. */
function sent(name: string, url: string, path: string, says: string): State {
  return {
    name,
    async show(page) {
      await page.goto(`${url}/upload`);
      await page.getByLabel('Files to upload').setInputFiles(path);
      await page.getByText(says).first().waitFor();
    },
  };
}
