import { expect, test } from 'vitest';
import { citingPlugin } from '../run/citing-plugin.ts';
import { run } from '../run/command.ts';
import { inBrowser } from './in-browser.ts';
import { expectAccess, shortLog, world } from './world.ts';

inBrowser('from a number to its rows and back', () => {
  const it = world();

  test('META-07 by mouse: a number leads to its query, that to all the rows that it cites, page by page, each to its file and to the finding', async () => {
    const args = ['--plugins', 'cites_many', '--plugin-dir', citingPlugin(it.folder), '--dataset', 'log'];
    const { run_id } = await run(it.write('log.csv', shortLog(400)), it.appdata, args);
    const watched = await it.open();
    const { page } = watched;
    await page.goto(`${it.url}/runs/${run_id}/findings?open=1&at=evidence`);
    const numbers = page.getByRole('region', { name: 'Each number and where it comes from' });
    await numbers.getByRole('button', { name: 'Q1', exact: true }).click();
    expect(await page.evaluate("document.activeElement.dataset['query']")).toBe('Q1');
    await page.getByRole('link', { name: 'All 133 rows in a table' }).click();
    await page.getByText('1 to 50 of 133 rows').waitFor();
    await expectAccess(watched);
    await page.getByRole('button', { name: 'Later' }).click();
    await page.waitForURL(/nth=51/);
    await page.getByRole('button', { name: 'Later' }).click();
    await page.getByText('101 to 133 of 133 rows').waitFor();
    expect(await page.getByRole('button', { name: 'Later' }).isDisabled()).toBe(true);

    // Row 3 is beyond the hundred that the report names. It has an address of its own.
    await page.getByRole('link', { name: '3', exact: true }).click();
    await page.reload();
    const row = page.getByRole('region', { name: 'Row 3', exact: true });
    await row.getByText('cites this row').waitFor();
    await row.getByRole('link', { name: 'log.csv' }).waitFor();
    expect(await page.locator('tr.marked th').textContent()).toBe('3');
    await expectAccess(watched);
    await row.getByRole('link', { name: 'Every third row' }).click();
    await page.waitForURL(new RegExp(`/runs/${run_id}/findings\\?open=1$`));
    await page.goBack();
    await page.getByRole('link', { name: `finding 1 of run ${run_id.slice(0, 8)}` }).click();
    await page.getByRole('link', { name: 'All 133 rows in a table' }).waitFor();
    await page.goto(`${it.url}/datasets/log?run=${run_id}&cited=Q2&nth=999`);
    await page.getByText('It cites no row at place 999').waitFor();
    await expectAccess(watched);
  });
});
