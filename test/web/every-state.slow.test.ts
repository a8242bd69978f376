import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { armed } from '../crash/arming.ts';
import { run, start, testPlugins } from '../run/command.ts';
import { inBrowser } from './in-browser.ts';
import { expectAccess, shortLog, world } from './world.ts';

/** What a page asks for, and what it is like until that is answered, and where it is not. */
type Asked = readonly [place: string, route: RegExp];

inBrowser('every state of every page', () => {
  const it = world();

  test('UX-06 pages of an appdata that holds nothing say what to do', async () => {
    const watched = await it.open();
    for (const [place, words] of [
      ['/', 'No run yet'],
      ['/datasets', 'No dataset yet'],
      ['/new', 'dataset'],
      ['/upload', 'Choose files'],
    ] as const) {
      await watched.page.goto(it.url + place);
      await watched.page.locator('main').getByText(words).first().waitFor();
      await expectAccess(watched);
    }
  });

  test('UX-06 a run whose file is still read, on Activity and on its own page, and then is refused', async () => {
    const [until, names] = [join(it.folder, 'go'), join(it.folder, 'passed')];
    const { environment, nodeArguments } = armed({ names, hold: { name: 'blob.received', until } });
    const refused = it.write('refused.csv', 'id,amount\n1,2\n"3,4\n');
    const args = ['run', refused, '--quiet', '--appdata', it.appdata];
    const running = start(args, environment, nodeArguments);
    onTestFinished(() => void running.child.kill('SIGKILL'));
    await expect.poll(() => existsSync(names) && readFileSync(names, 'utf8'), WAIT).toMatch('blob.received');
    const watched = await it.open();
    watched.expect(/404/);
    const { page } = watched;
    await page.getByText('READING').waitFor();
    await expectAccess(watched);
    await page.locator('li', { hasText: 'READING' }).getByRole('link').click();
    await page.getByRole('progressbar').waitFor();
    await expectAccess(watched);
    writeFileSync(until, '');
    await page.getByText('The run did not begin').waitFor();
    await expectAccess(watched);
  });

  test('UX-06 while a page waits for an answer, where none comes, and with its dialogs, menus and toasts', async () => {
    const args = ['--plugins', 'counts_rows', '--plugin-dir', testPlugins, '--dataset', 'log'];
    const first = await run(it.write('log.csv', shortLog(60)), it.appdata, args);
    const second = await run(it.write('longer.csv', shortLog(90)), it.appdata, args);
    const watched = await it.open();
    watched.expect(/ERR_FAILED/);
    const { page } = watched;
    await page.goto(`${it.url}/upload`);
    await page.getByLabel('Files to upload').setInputFiles(join(it.folder, 'log.csv'));
    await page.waitForURL(/u=[0-9a-f]{64}/);
    const upload = new URL(page.url()).search;
    for (const asked of askedBy(first.run_id, second.run_id, upload)) {
      await hold(page, asked, it.url);
      await expectAccess(watched);
      await refuse(page, asked, it.url);
      await expectAccess(watched);
    }

    await page.goto(`${it.url}/compare/${first.run_id}/${second.run_id}`);
    await page.getByRole('heading', { name: 'Differences of the input' }).waitFor();
    await expectAccess(watched);
    await page.goto(`${it.url}/runs/${second.run_id}`);
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('Everything is as recorded').waitFor();
    await expectAccess(watched);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await expectAccess(watched);
    await page.getByRole('button', { name: 'Compare …' }).click();
    await page.getByRole('dialog').getByText(first.run_id.slice(0, 8)).first().waitFor();
    await expectAccess(watched);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'What do you want to do?' }).waitFor();
    await expectAccess(watched);
    await page.keyboard.type('pin this run');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Pinned: no policy removes it.').waitFor();
    await expectAccess(watched);

    // Chosen by a switch, kept for the next visit.
    await page.getByRole('button', { name: 'Theme: As the system has it' }).click();
    await expectAccess(watched);
    await page.getByRole('button', { name: 'High contrast' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Theme: High contrast' }).waitFor();
    const line = await page.evaluate("getComputedStyle(document.querySelector('.facts')).borderTopColor");
    expect(line).toBe(await page.evaluate('getComputedStyle(document.body).color'));
  });
});

const WAIT = { timeout: 60_000 };

function askedBy(first: string, second: string, upload: string): Asked[] {
  const ofRun = (tab: string, route = tab): Asked => [
    `/runs/${second}/${tab}`,
    new RegExp(`/runs/${second}/${route}$`),
  ];
  return [
    ['/', /\/runs$/],
    ['/datasets', /\/datasets$/],
    ['/datasets/log', /\/datasets\/log$/],
    ['/datasets/log?row=3', /\/rows/],
    [`/datasets/log?run=${second}&cited=Q1`, /\/evidence\/Q1\/rows$/],
    ['/trash', /\/trash$/],
    ['/new?version=log@1', /\/plans$/],
    ['/new/confirm?version=log@1', /\/plans$/],
    [`/upload${upload}`, /\/previews$/],
    [`/compare/${first}/${second}`, /\/compare\//],
    [`/runs/${second}`, new RegExp(`/runs/${second}$`)],
    ...['findings', 'timeline', 'artifacts', 'what-ran', 'lineage'].map((tab) => ofRun(tab)),
    ofRun('plugins', 'timeline'),
    [`/runs/${second}/findings?open=1`, /\/findings\/sha256/],
  ];
}

/** Opens a page whose question is not answered yet. */
async function hold(page: Page, [place, route]: Asked, url: string): Promise<void> {
  await page.route(isAsked(route), () => undefined);
  const asked = page.waitForRequest((request) => isAsked(route)(new URL(request.url())));
  await page.goto(url + place);
  await asked;
  await page.locator('.loading').first().waitFor({ state: 'attached' });
}

/** Opens it where the answer does not come. */
async function refuse(page: Page, [place, route]: Asked, url: string): Promise<void> {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.route(isAsked(route), (asked) => asked.abort());
  await page.goto(url + place);
  await page.locator('.state.failed').first().waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
}

function isAsked(route: RegExp): (url: URL) => boolean {
  return ({ pathname }) => pathname.startsWith('/api/v1/') && route.test(pathname);
}
