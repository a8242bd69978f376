import { expect, onTestFinished, test } from 'vitest';
import { start } from '../run/command.ts';
import { inBrowser } from './in-browser.ts';
import { patientPlugin } from './patient-plugin.ts';
import { expectAccess, shortLog, world } from './world.ts';

inBrowser('the page of a run under way', () => {
  const it = world();

  test('OBS-04 UX-01 UX-05 each plugin tells how it stands, provisional findings what they cover, and bars grow; a server that dies is told, and followed again with the new address', async () => {
    const plugins = patientPlugin(it.folder);
    const running = start([
      ...['run', it.write('live.csv', shortLog()), '--quiet', '--appdata', it.appdata],
      ...['--plugins', 'profile_basic,profile_roles,waits_a_while', '--plugin-dir', plugins],
      ...['--chunk-rows', '50', '--workers', '1'],
    ]);
    onTestFinished(() => void running.child.kill('SIGKILL'));
    const watched = await it.open();
    watched.expect(/401|404|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET/);
    const { page } = watched;
    const row = page.getByRole('row').filter({ hasText: 'live' }).filter({ hasText: 'RUNNING' });
    await row.locator('a[href^="/runs/"]').first().click();
    await page.getByLabel('Views of this run').getByRole('link', { name: 'Plugins' }).click();
    const plugin = (id: string) => page.locator('main table tr', { has: page.locator(`#${id}`) });
    await plugin('profile_basic').getByText('done', { exact: true }).waitFor();
    await plugin('waits_a_while').getByText('executing', { exact: true }).waitFor();
    const live = page.getByRole('region', { name: 'Executing' });
    await live.getByText('provisional').first().waitFor();
    await live
      .getByText(/% of the table/)
      .first()
      .waitFor();
    await expectAccess(watched);

    await page.getByLabel('Views of this run').getByRole('link', { name: 'Timeline' }).click();
    const bar = page.locator('tr', { hasText: 'waits_a_while' }).locator('.bar.executing');
    await bar.waitFor();
    const took = () =>
      page.locator('tr', { hasText: 'waits_a_while' }).locator('td.num').last().textContent();
    const before = await took();
    await expect.poll(took, { timeout: 30_000 }).not.toBe(before);
    await expectAccess(watched);

    const { port } = new URL(it.url);
    await it.stop('SIGKILL');
    await page.getByText('The connection to the program was lost').waitFor();
    await expectAccess(watched);
    await it.serve('--port', port);
    await page.getByText('This browser has no session with the server').waitFor();
    await expectAccess(watched);
    const other = await page.context().newPage();
    await other.goto(it.launchUrl);
    await page.evaluate("dispatchEvent(new Event('focus'))");
    await bar.waitFor();

    // With the token of the session that came after its own.
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByText('it ended as CANCELLED').waitFor();
    expect((await running.ended).code).not.toBe(0);
    watched.expect(/403/);
    await page.getByLabel('Views of this run').getByRole('link', { name: 'Plugins' }).click();
    await plugin('profile_basic').getByText('done', { exact: true }).waitFor();
    await plugin('waits_a_while')
      .getByText(/cancelled|broken off/)
      .waitFor();
  });
});
