// Pictures of every page and state, on a run of the example: `npm run screenshots -- FOLDER`. They lie by the width of the
// window, light, dark and in high contrast. Those of the README (docs/images) are first views.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../test/web/chromium.ts';
import { startServing } from '../test/web/serve.ts';
import { fill, filledStates, firstStates, liveState, type State } from './shown-states.ts';

const root = resolve(import.meta.dirname, '..');
const target = resolve(process.argv[2] ?? 'screenshots');
const only = process.argv[3];
const folder = mkdtempSync(join(tmpdir(), 'stat-harness-pictures-'));
const appdata = join(folder, 'appdata');

const LOOKS = {
  light: { colorScheme: 'light', contrast: 'no-preference' },
  dark: { colorScheme: 'dark', contrast: 'no-preference' },
  contrast: { colorScheme: 'light', contrast: 'more' },
  'contrast-dark': { colorScheme: 'dark', contrast: 'more' },
} as const;

/** The widths of the window, each with the looks that are taken in it. */
const WIDTHS = [
  { width: 1440, looks: ['light', 'dark', 'contrast', 'contrast-dark'] },
  { width: 900, looks: ['light', 'dark'] },
  { width: 400, looks: ['light'] },
] as const;

try {
  mkdirSync(target, { recursive: true });
  const served = await startServing(appdata);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(served.launchUrl);
    await pictures(page, firstStates(served.url));
    const filled = { ...fill(appdata, folder), upload: await uploadAddress(page, served.url) };
    await pictures(page, filledStates(served.url, folder, filled));
    const live = liveState(served.url, appdata, folder);
    try {
      await pictures(page, [live.state]);
    } finally {
      live.end();
    }
  } finally {
    await browser.close();
    await served.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Sends the example to the page, and returns what its address calls it. */
async function uploadAddress(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/upload`);
  await page.getByLabel('Files to upload').setInputFiles(join(root, 'examples/process-log.csv'));
  await page.waitForURL(/u=[0-9a-f]{64}/);
  return new URL(page.url()).searchParams.get('u') ?? '';
}

/** Takes the states, or the one that was named behind the folder. */
async function pictures(page: Page, states: readonly State[]): Promise<void> {
  for (const state of states) if (only === undefined || state.name === only) await picture(page, state);
}

async function picture(page: Page, { name, show }: State): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 860 });
  await show(page);
  await page.locator('h1').waitFor();
  await page.waitForTimeout(300);
  if (name !== 'live-run') await page.locator('.loading').first().waitFor({ state: 'detached' });
  for (const look of ['light', 'dark'] as const) {
    await page.emulateMedia(LOOKS[look]);
    await page.screenshot({ path: join(target, 'first-view', `${name}-${look}.png`) });
  }
  for (const { width, looks } of WIDTHS) {
    await page.setViewportSize({ width, height: 860 });
    for (const look of looks) {
      await page.emulateMedia({ ...LOOKS[look], reducedMotion: 'reduce' });
      await page.waitForTimeout(50);
      await page.screenshot({ path: join(target, String(width), `${name}-${look}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null, contrast: null, reducedMotion: null });
}
