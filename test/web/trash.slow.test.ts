import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { run, testPlugins } from '../run/command.ts';
import { inBrowser } from './in-browser.ts';
import { expectAccess, shortLog, world } from './world.ts';

const PLUGINS = ['--plugins', 'counts_rows', '--plugin-dir', testPlugins];

inBrowser('the trash', () => {
  const it = world();

  test('UX-07 by mouse: a run and a dataset version are deleted, taken back at once and later, and deleted for good only once more is said', async () => {
    const { run_id } = await run(it.write('log.csv', shortLog(60)), it.appdata, [
      ...PLUGINS,
      '--dataset',
      'log',
    ]);
    const short = run_id.slice(0, 8);
    const watched = await it.open();
    watched.expect(/status of 410/);
    const { page } = watched;
    await page.getByRole('link', { name: 'Trash' }).click();
    await page.getByText('The trash is empty').waitFor();
    await expectAccess(watched);

    await page.goto(`${it.url}/datasets/log`);
    const remove = async () => {
      await page.getByRole('button', { name: 'Delete …' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
      await page.getByText('log@1 is in the trash.').waitFor();
    };
    await page.getByRole('button', { name: 'Delete …' }).click();
    await expectAccess(watched);
    await page.keyboard.press('Escape');
    await remove();
    await page.getByText('No dataset yet').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('heading', { name: 'log@1' }).waitFor();
    await remove();
    await page.goto(`${it.url}/datasets/log`);
    await page.getByRole('heading', { name: /is in the trash since/ }).waitFor();
    await expectAccess(watched);
    await page.getByRole('button', { name: 'Restore' }).click();
    await page.getByText('60 rows').first().waitFor();
    await remove();

    await page.goto(`${it.url}/runs/${run_id}`);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('button', { name: 'Delete …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText(`Run ${short} is in the trash.`).waitFor();
    await page.getByRole('link', { name: 'Trash' }).click();
    await page.getByRole('button', { name: `Restore run ${short}` }).waitFor();
    await expectAccess(watched);
    await page.getByRole('button', { name: 'Delete for good … log@1' }).click();
    await page.getByText('This can not be undone.').waitFor();
    await expectAccess(watched);
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(await page.getByRole('row').filter({ hasText: 'log@1' }).count()).toBe(1);
    await page.getByRole('button', { name: 'Delete for good … log@1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText(/^Gone for good: log@1, /).waitFor();
    await page.getByRole('button', { name: 'Delete for good … log@1' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: `Restore run ${short}` }).click();
    await page.getByText('The trash is empty').waitFor();
    // The run is shown as ever, and says of its rows that they are gone.
    await page.goto(`${it.url}/runs/${run_id}`);
    await page.getByText('COMPLETED').first().waitFor();
  });

  test('UX-06 UX-07 the trash by keyboard alone', async () => {
    const { run_id } = await run(it.write('keys.csv', shortLog(70)), it.appdata, [
      ...PLUGINS,
      '--dataset',
      'keys',
    ]);
    const short = run_id.slice(0, 8);
    const watched = await it.open();
    const { page } = watched;
    const press = async (button: Locator) => {
      await button.focus();
      await page.keyboard.press('Enter');
    };
    const palette = async (words: string) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'What do you want to do?' }).waitFor();
      await page.keyboard.type(words);
      await page.keyboard.press('Enter');
    };
    await page.goto(`${it.url}/runs/${run_id}`);
    await page.getByRole('button', { name: 'Replay' }).waitFor();
    await palette('delete this run');
    await press(page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }));
    await page.getByText(`Run ${short} is in the trash.`).waitFor();
    await palette('trash');
    await press(page.getByRole('button', { name: `Delete for good … run ${short}` }));
    await press(page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }));
    await page.getByText(`Gone for good: run ${short}`).waitFor();
    watched.expect(/status of 404/);
    await page.goto(`${it.url}/runs/${run_id}`);
    await page.getByText(`No run "${run_id}"`).waitFor();
  });
});
