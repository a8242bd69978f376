import { expect, test } from 'vitest';
import { inBrowser } from './in-browser.ts';
import { expectAccess, world } from './world.ts';

inBrowser('the encoding of a file', () => {
  const it = world();

  test('UX-02 a guess is told on the page, and another encoding changes the rows that are shown', async () => {
    const text = `name,amount\n${'Müller,1\nGarcía,2\n'.repeat(20)}`;
    const file = it.write('customers.csv', Buffer.from(text, 'latin1'));
    const watched = await it.open();
    const { page } = watched;
    await page.getByRole('link', { name: 'Upload' }).first().click();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose files' }).click();
    await (await chooser).setFiles(file);
    const rows = page.getByRole('region', { name: 'First rows' });
    await rows.getByText('Müller').first().waitFor();
    await page.getByText('Windows-1252, which is a guess, lines end in LF').waitFor();
    await page.getByText(/read as windows-1252, a guess: byte 0xFC in line 2 .*"Müller"/).waitFor();
    await expectAccess(watched);

    const encoding = page.getByLabel('Encoding');
    const [first] = await encoding.locator('option').allTextContents();
    expect(first).toBe('guessed: Windows-1252');
    await encoding.selectOption({ label: 'DOS 850 (Western)' });
    await rows.getByText('M³ller').first().waitFor();
    await page.getByText('DOS 850, as you said').waitFor();
    expect(page.url()).toContain('encoding=cp850');
    expect(await page.getByText('a guess').count()).toBe(0);

    watched.expect(/400.*\/previews/);
    await encoding.selectOption({ label: 'UTF-8' });
    await page.getByText('can not be read as utf-8: byte 0xFC in line 2').first().waitFor();
    await page.getByLabel('Encoding').selectOption({ index: 0 });
    await rows.getByText('Müller').first().waitFor();
    await page.getByRole('link', { name: 'Choose what to run' }).click();
    await page.getByRole('button', { name: 'None', exact: true }).waitFor();
  });
});
