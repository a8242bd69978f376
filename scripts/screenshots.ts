// Pictures of every page, light and dark, on a run of the example: `npm run screenshots -- FOLDER`. Those of the README
// (docs/images) are first views.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../test/web/chromium.ts';
import { startServing } from '../test/web/serve.ts';

const root = resolve(import.meta.dirname, '..');
const target = resolve(process.argv[2] ?? 'screenshots');
const folder = mkdtempSync(join(tmpdir(), 'stat-harness-pictures-'));
const appdata = join(folder, 'appdata');

try {
  mkdirSync(target, { recursive: true });
  const run = exampleRun();
  const served = await startServing(appdata);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(120_000);
    await page.goto(served.launchUrl);
    const upload = await uploadAddress(page, served.url);
    for (const [name, path] of Object.entries(pages(run, upload)))
      await picture(page, name, served.url + path);
  } finally {
    await browser.close();
    await served.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** The pages by the name of their picture. */
function pages(run: string, upload: string): Record<string, string> {
  return {
    activity: '/',
    upload: `/upload?u=${upload}`,
    'new-run': '/new?version=process-log@1',
    confirm: '/new/confirm?version=process-log@1',
    findings: `/runs/${run}/findings`,
    finding: `/runs/${run}/findings?open=1`,
    recommendations: `/runs/${run}/recommendations`,
    timeline: `/runs/${run}/timeline`,
    plugins: `/runs/${run}/plugins`,
    artifacts: `/runs/${run}/artifacts`,
    'what-ran': `/runs/${run}/what-ran`,
    lineage: `/runs/${run}/lineage`,
    datasets: '/datasets',
    rows: '/datasets/process-log?row=3000',
    columns: '/datasets/process-log/columns',
    quality: '/datasets/process-log/quality',
    versions: '/datasets/process-log/versions',
  };
}

/** Runs the example and returns the id of the run. */
function exampleRun(): string {
  const args = [
    'run',
    'examples/process-log.csv',
    '--kind',
    'synthetic',
    '--json',
    '--quiet',
    '--appdata',
    appdata,
  ];
  const { stdout, status } = spawnSync(process.execPath, [join(root, 'bin/stat-harness.mjs'), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the example run ended with ${status}: ${stdout}`);
  return (JSON.parse(stdout) as { run_id: string }).run_id;
}

/** Sends the example to the page, and returns what its address calls it. */
async function uploadAddress(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/upload`);
  await page.getByLabel('Files to upload').setInputFiles(join(root, 'examples/process-log.csv'));
  await page.waitForURL(/u=[0-9a-f]{64}/);
  return new URL(page.url()).searchParams.get('u') ?? '';
}

async function picture(page: Page, name: string, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('h1').waitFor();
  await page.waitForTimeout(300);
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(target, `${name}-${colorScheme}.png`), fullPage: true });
    await page.screenshot({ path: join(target, 'first-view', `${name}-${colorScheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: null });
}
