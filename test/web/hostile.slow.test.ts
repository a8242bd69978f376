import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, root } from '../run/command.ts';
import { inBrowser } from './in-browser.ts';
import { world } from './world.ts';

const STRINGS = JSON.parse(readFileSync(join(root, 'fixtures', 'blns', 'blns.json'), 'utf8')) as string[];
const IMAGE = '"><img src=x onerror=alert(1)>';
const quoted = (text: string): string => `"${text.replaceAll('\0', '').replaceAll('"', '""')}"`;

/** Hostile strings as cells and as headers. */
function hostileTable(): string {
  const headers = [
    '<script>alert(1)</script>',
    IMAGE,
    "';alert(1)//",
    '{{constructor.constructor("alert(1)")()}}',
  ];
  const rows = STRINGS.map((text, i) =>
    [String(i), quoted(text), quoted(IMAGE), quoted(`=cmd|${text}`)].join(','),
  );
  return `${headers.map(quoted).join(',')}\n${rows.join('\n')}\n`;
}

inBrowser('hostile strings', () => {
  const it = world();

  test('SEC-05 blns in cells, headers, file names and the name of the dataset: every page shows them, and nothing is executed', async () => {
    const watched = await it.open();
    const { page } = watched;
    watched.expect(/404.*\/api\/v1\/runs\/[0-9a-f]{32}\)/);
    await page.goto(`${it.url}/upload`);
    const file = {
      name: `${IMAGE}.csv`.replaceAll('/', ''),
      mimeType: 'text/csv',
      buffer: Buffer.from(hostileTable()),
    };
    await page.getByLabel('Files to upload').setInputFiles(file);
    await page.getByRole('region', { name: 'First rows' }).waitFor();
    await page.getByText('<script>alert(1)</script>').first().waitFor();
    await page.getByLabel('Dataset', { exact: true }).fill(IMAGE);
    await page.getByLabel('Dataset', { exact: true }).press('Enter');
    await page.getByText(`The dataset ${IMAGE} is new.`).waitFor();
    const query = new URL(page.url()).search;
    await page.goto(`${it.url}/new/confirm${query}&plugins=profile_quality,profile_basic`);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page
      .getByText(/^(COMPLETED|PARTIAL)$/)
      .first()
      .waitFor();
    const run = new URL(page.url()).pathname;
    const name = encodeURIComponent(IMAGE);
    const id = /[0-9a-f]{32}/.exec(run)?.[0] ?? '';
    const places = [
      ...[
        '',
        '/findings?open=1',
        '/recommendations',
        '/timeline',
        '/plugins',
        '/artifacts',
        '/what-ran',
        '/lineage',
      ].map((tab) => run.replace(/(\/runs\/[0-9a-f]+).*/, `$1${tab}`)),
      ...['', '?row=40', '/columns', '/quality', '/versions', '/runs'].map(
        (tab) => `/datasets/${name}${tab}`,
      ),
      ...['/', '/datasets', `/new?version=${name}@1`, `/new/confirm?version=${name}@1`, `/upload${query}`],
      `/compare/${id}/${id}`,
    ];
    const see = async (place: string) => {
      await page.goto(it.url + place);
      await page.locator('h1').waitFor();
      await page.waitForTimeout(200);
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      expect(await page.locator('img, main script').count(), place).toBe(0);
    };
    for (const place of places) await see(place);
    const appdata = ['--appdata', it.appdata];
    expect((await command(['datasets', 'delete', `${IMAGE}@1`, ...appdata])).code).toBe(0);
    expect((await command(['runs', 'delete', id, ...appdata])).code).toBe(0);
    watched.expect(/status of 410/);
    for (const place of ['/trash', `/datasets/${name}`, `/runs/${id}`]) await see(place);
  });
});
