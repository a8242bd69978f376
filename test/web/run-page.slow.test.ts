import { basename } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { RunTimeline } from '../../src/engine/index.ts';
import { command, example, run, testPlugins } from '../run/command.ts';
import { inBrowser } from './in-browser.ts';
import { expectAccess, world } from './world.ts';

/** Where each bar begins and how long it is, in thousandths of the whole, as the page draws them; chunks aside. */
async function drawnBars(page: Page): Promise<string[]> {
  const styles = await page
    .locator('table.timeline .bar:not(.chunk)')
    .evaluateAll((bars) => bars.map((bar) => bar.getAttribute('style') ?? ''));
  return styles.map((style) => {
    const [, left, width] = /left: *([\d.]+)%; *width: *([\d.]+)%/.exec(style) ?? [];
    return `${Math.round(Number(left) * 10)} ${Math.round(Number(width) * 10)}`;
  });
}

/** The same, reckoned from what is stored. */
function barsOf({ stages, plugins, duration_ms }: RunTimeline): string[] {
  const rows = Map.groupBy(plugins, ({ what }) => what);
  const share = (ms: number) => Math.round((1000 * ms) / Number(duration_ms));
  return [...stages, ...[...rows.values()].flat()].map(
    ({ from_ms, to_ms }) => `${share(from_ms)} ${share(Number(to_ms) - from_ms)}`,
  );
}

const HOSTILE = '<img src=x onerror=alert(1)> "\'&\u202e 名前';
const TABS = [
  ['Recommendations', 'This run recommends nothing'],
  ['Timeline', 'stage of the run'],
  ['Plugins', '2 plugins'],
  ['Artifacts', 'all with the recorded hash'],
  ['What ran?', 'Copy as command line'],
  ['Lineage', 'Choose anything'],
] as const;

inBrowser('the page of a run', () => {
  const it = world();

  test('UX-05 UX-06 UX-08 by keyboard alone: from Activity to a finding, its query run again, and every view', async () => {
    const plugins = 'analysis_queue_delay_decomposition,profile_quality';
    const { run_id } = await run(example, it.appdata, [
      ...['--kind', 'synthetic', '--plugins', plugins, '--dataset', HOSTILE],
    ]);
    const watched = await it.open();
    const { page } = watched;
    const link = page.getByRole('link', { name: run_id.slice(0, 8) });
    await link.waitFor();
    await expectAccess(watched);
    await link.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: HOSTILE.slice(0, 20) }).waitFor();

    const opener = page.locator('button.opener').first();
    await opener.waitFor();
    for (const word of ['MEASURED', 'exact count', 'FULL', '4 queries'])
      expect(await page.locator('.finding').first().getByLabel('How this is known').textContent()).toContain(
        word,
      );
    await opener.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/open=1$/);
    const table = page.getByRole('button', { name: 'Show as table' }).first();
    await table.waitFor();
    expect(await page.locator('.drawing svg').count()).toBeGreaterThan(0);
    await table.press('Enter');
    await page.getByRole('region', { name: /^Data of/ }).waitFor();
    await page.locator('.evidence.own > summary').press('Enter');
    await page.getByText('Query Q1', { exact: true }).waitFor();
    await expectAccess(watched);
    const again = page.locator('article.query', { hasText: 'Rows cited' }).first();
    await again.getByRole('button', { name: 'Run again and show the rows' }).press('Enter');
    await again.getByText('the same result as recorded, by hash').waitFor();
    await again.getByText('Rows of the table that it cites').waitFor();
    await expectAccess(watched);

    // From the number to the row, from the row to the findings that cite it, and from the finding to the file.
    const cited = again.getByRole('list', { name: 'Rows cited' }).getByRole('link').first();
    const row = /^Row (\d+)/.exec((await cited.textContent()) ?? '')?.[1] ?? '';
    const inTable = again.getByRole('rowheader', { name: `1: ${row}`, exact: true }).getByRole('link');
    expect(await inTable.getAttribute('href')).toBe(await cited.getAttribute('href'));
    await cited.press('Enter');
    await page.getByRole('heading', { name: `What was found in row ${row}` }).waitFor();
    expect(await page.locator('tr.marked th').textContent()).toBe(row);
    await expectAccess(watched);
    await page
      .getByRole('listitem')
      .filter({ hasText: 'cites this row' })
      .first()
      .getByRole('link')
      .press('Enter');
    await page.waitForURL(new RegExp(`/runs/${run_id}/findings\\?open=`));
    await page.getByRole('link', { name: 'From the upload to here' }).first().press('Enter');
    await page.getByText(': made of 3 things').waitFor();
    await page.getByRole('button', { name: 'upload of part 1' }).press('Enter');
    await page.getByRole('link', { name: 'The file, with its name and size' }).waitFor();
    await expectAccess(watched);
    await page.getByRole('link', { name: 'The file, with its name and size' }).press('Enter');
    await page.getByRole('cell', { name: basename(example) }).waitFor();
    await page.goto(`${it.url}/runs/${run_id}`);
    await opener.waitFor();

    for (const [tab, shown] of TABS) {
      await page.keyboard.press('Control+k');
      const palette = page.getByRole('combobox', { name: 'What do you want to do?' });
      await palette.waitFor();
      await page.keyboard.type(`${tab} this run`);
      await page.getByRole('option', { name: tab }).first().waitFor();
      await page.keyboard.press('Enter');
      await page.getByText(shown).first().waitFor();
      await expectAccess(watched);
    }
    await page.goBack();
    await page.getByText('Copy as command line').waitFor();
    await page.goto(`${it.url}/runs/${run_id}/timeline`);
    await page.getByText('stage of the run').waitFor();
    const told = await page.evaluate<RunTimeline>(
      `fetch('/api/v1/runs/${run_id}/timeline').then((answer) => answer.json())`,
    );
    expect(await drawnBars(page)).toEqual(barsOf(told));
    // The queries and rows behind a number are one step from the list.
    await page.goto(`${it.url}/runs/${run_id}`);
    await page.getByRole('button', { name: '4 queries' }).first().press('Enter');
    await page.getByText('Query Q1', { exact: true }).waitFor();
    // Rows that are in the trash are not linked to: it is said where they are.
    expect((await command(['datasets', 'delete', HOSTILE, '--appdata', it.appdata])).code).toBe(0);
    watched.expect(/status of 410/);
    await page.reload();
    await page
      .getByText(/^They can't be shown: .* in the trash/)
      .first()
      .waitFor();
    await expectAccess(watched);
  });

  test('UX-01 UX-05 UX-07 PARTIAL names what is missing; a run is deleted and taken back; filters stand in the address', async () => {
    const plugins = 'profile_basic,writes_literal_in_text';
    const { run_id } = await run(
      example,
      it.appdata,
      ['--kind', 'synthetic', '--plugins', plugins, '--plugin-dir', testPlugins, '--dataset', 'partly'],
      { code: 3 },
    );
    const watched = await it.open();
    const { page } = watched;
    await page.goto(`${it.url}/?status=PARTIAL`);
    await page.getByText('missing: writes_literal_in_text').waitFor();
    await expectAccess(watched);
    await page.goto(`${it.url}/runs/${run_id}`);
    await page.getByText('1 analysis is missing from this run.').waitFor();
    await expectAccess(watched);

    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Delete …' }).click();
    await expectAccess(watched);
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('is in the trash').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('1 analysis is missing from this run.').waitFor();
    // Long after, its own address takes it back too.
    expect((await command(['runs', 'delete', run_id, '--appdata', it.appdata])).code).toBe(0);
    watched.expect(/404|410/);
    await page.reload();
    await page.getByRole('heading', { name: /is in the trash since/ }).waitFor();
    await expectAccess(watched);
    await page.getByRole('button', { name: 'Restore' }).click();
    await page.getByText('1 analysis is missing from this run.').waitFor();
    const verified = await command(['verify', run_id, '--appdata', it.appdata]);
    expect(verified.code, verified.err).toBe(0);

    await page.goto(`${it.url}/?dataset=nothing`);
    await page.getByText('No run fits these filters').waitFor();
    await expectAccess(watched);
    await page.goto(`${it.url}/runs/${'0'.repeat(32)}`);
    await page.getByText(`No run "${'0'.repeat(32)}"`).waitFor();
    expect(await page.getByRole('progressbar').count()).toBe(0);
    await expectAccess(watched);
    await page.goto(`${it.url}/no/such/page`);
    await page.getByText('Nothing has this address').waitFor();
    await expectAccess(watched);
  });
});
