import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import { inBrowser } from './in-browser.ts';
import { expectAccess, shortLog, world } from './world.ts';

/** A run that was just begun is not in the list until it knows its rows: the page says so, and asks again. */
const NOT_YET = /404.*\/api\/v1\/runs\/[0-9a-f]{32}\)/;
const CHOSEN = ['What each column holds', 'Where runs wait: before and after they are eligible'];

inBrowser('the main path', () => {
  const it = world();

  test('QA-05 UX-01 UX-02 UX-04 UX-05 by mouse: upload, override a guess, configure, confirm, watch, findings, evidence, recompute, download', async () => {
    const file = it.write('waits.csv', shortLog());
    const watched = await it.open();
    const { page } = watched;
    watched.expect(NOT_YET);
    await page.getByRole('heading', { name: 'Activity' }).waitFor();
    await expectAccess(watched);
    await page.getByRole('link', { name: 'Upload' }).first().click();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose files' }).click();
    await (await chooser).setFiles(file);
    await page.getByRole('region', { name: 'First rows' }).waitFor();
    await page.getByText('400 rows').first().waitFor();
    await page.getByLabel('Copy the sha256 of the file').waitFor();
    await expectAccess(watched);

    const delimiter = page.getByLabel('Delimiter');
    expect(await delimiter.locator('option').first().textContent()).toBe('guessed: semicolon ;');
    await delimiter.selectOption({ label: 'comma ,' });
    await page.getByText('leaves a single column').waitFor();
    await delimiter.selectOption({ index: 0 });
    await page.getByLabel('Type of AMOUNT').selectOption('text');
    await page.getByText('text · text').waitFor();
    expect(page.url()).toContain('type.AMOUNT=text');
    await page.getByLabel('Type of AMOUNT').selectOption({ index: 0 });
    await page.getByText('integer · measure').waitFor();

    await page.getByRole('link', { name: 'Choose what to run' }).click();
    await choosePlugins(page);
    await page.getByRole('button', { name: /settings of Where runs wait/ }).click();
    const threshold = page.getByLabel('threshold s', { exact: true });
    await threshold.fill('30');
    await threshold.press('Enter');
    await page.getByText('(as you said; 0 to 31536000)').waitFor();
    await expectAccess(watched);

    await page.getByRole('link', { name: 'See exactly what will run' }).click();
    await page.getByRole('heading', { name: '2 plugins run' }).waitFor();
    await page.getByText('threshold_s = 30 (as you said)').waitFor();
    await page.getByText('(from the data)').waitFor();
    await page.getByText('no earlier run tells').waitFor();
    await expectAccess(watched);
    await page.getByRole('button', { name: 'Run', exact: true }).click();

    await page.waitForURL(/\/runs\/[0-9a-f]{32}/);
    await page.getByText('COMPLETED').first().waitFor();
    await page.locator('button.opener').first().waitFor();
    await expectAccess(watched);
    await page.locator('button.opener').first().click();
    await page
      .getByText(/^Evidence: /)
      .first()
      .click();
    await page.getByRole('button', { name: 'Run again and show the rows' }).first().click();
    await page.getByText('the same result as recorded, by hash').first().waitFor();
    await expectAccess(watched);

    for (const tab of ['Timeline', 'Plugins', 'What ran?', 'Lineage', 'Artifacts']) {
      await page.getByLabel('Views of this run').getByRole('link', { name: tab }).click();
      await page.locator('.loading').waitFor({ state: 'detached' });
      await expectAccess(watched);
    }
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download report.json' }).click();
    const bytes = readFileSync(await (await coming).path());
    const listed = page.getByRole('button', { name: 'Copy the hash of report.json' });
    expect(await listed.getAttribute('title')).toBe(sha256(bytes));

    await page.getByRole('link', { name: 'Datasets' }).click();
    await page.getByRole('link', { name: 'waits' }).click();
    await page.getByLabel('Jump to row').fill('300');
    await page.getByLabel('Jump to row').press('Enter');
    await page.getByRole('link', { name: '300', exact: true }).click();
    await page.getByRole('heading', { name: 'What was found in row 300' }).waitFor();
    await page.getByRole('link', { name: /^Run / }).waitFor();
    await expectAccess(watched);
    for (const tab of ['Columns and roles', 'Quality', 'Versions and parts', 'Runs']) {
      await page.getByLabel('Of the dataset').getByRole('link', { name: tab }).click();
      await expectAccess(watched);
    }
  });

  test('UX-06 the main path by keyboard alone', async () => {
    const file = it.write('keys.csv', shortLog(300));
    const watched = await it.open();
    const { page } = watched;
    watched.expect(NOT_YET);
    const press = async (target: Locator, key = 'Enter'): Promise<void> => {
      await target.waitFor();
      await tabTo(page, target);
      await page.keyboard.press(key);
    };
    await press(page.getByRole('link', { name: 'Upload' }).first());
    const chooser = page.waitForEvent('filechooser');
    await press(page.getByRole('button', { name: 'Choose files' }));
    await (await chooser).setFiles(file);
    await page.getByRole('region', { name: 'First rows' }).waitFor();
    await press(page.getByLabel('First line'), 'ArrowDown');
    await page.waitForURL(/header=yes/);
    await press(page.getByRole('link', { name: 'Choose what to run' }));
    await press(page.getByRole('button', { name: 'None', exact: true }));
    await press(page.getByRole('checkbox', { name: CHOSEN[1] ?? '' }), 'Space');
    await press(page.getByRole('button', { name: /settings of Where runs wait/ }));
    await press(page.getByLabel('threshold s', { exact: true }), 'Control+a');
    await page.keyboard.type('30');
    await page.keyboard.press('Enter');
    await page.getByText('(as you said; 0 to 31536000)').waitFor();
    await press(page.getByRole('link', { name: 'See exactly what will run' }));
    await page.getByRole('heading', { name: '1 plugin runs' }).waitFor();
    await page.getByText('threshold_s = 30 (as you said)').waitFor();
    await press(page.getByRole('button', { name: 'Run', exact: true }));
    await page.getByText('COMPLETED').first().waitFor();
    await press(page.locator('button.opener').first());
    await press(page.locator('summary', { hasText: /^Evidence: / }).first());
    await press(page.getByRole('button', { name: 'Run again and show the rows' }).first());
    await page.getByText('the same result as recorded, by hash').first().waitFor();
    await press(page.getByLabel('Views of this run').getByRole('link', { name: 'Artifacts' }));
    const coming = page.waitForEvent('download');
    await press(page.getByRole('link', { name: 'Download report.json' }));
    const listed = page.getByRole('button', { name: 'Copy the hash of report.json' });
    expect(await listed.getAttribute('title')).toBe(sha256(readFileSync(await (await coming).path())));
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'What do you want to do?' }).waitFor();
    await page.keyboard.type('Datasets');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Datasets' }).waitFor();
    await page.getByRole('link', { name: 'keys' }).waitFor();
  });
});

async function choosePlugins(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'None', exact: true }).click();
  for (const name of CHOSEN) await page.getByRole('checkbox', { name }).check();
}

/** Presses Tab until a thing has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never comes to ${target}`);
}
