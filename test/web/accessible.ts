import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const EVERYTHING = "{ resultTypes: ['violations'] }";
/** What more contrast can change. */
const COLOURS = "{ resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'] }";

/** The themes that a page is looked at in, and by which rules. */
const LOOKS = [
  { name: 'light', scheme: 'light', contrast: 'no-preference', rules: EVERYTHING },
  { name: 'dark', scheme: 'dark', contrast: 'no-preference', rules: EVERYTHING },
  { name: 'high contrast', scheme: 'light', contrast: 'more', rules: COLOURS },
  { name: 'high contrast, dark', scheme: 'dark', contrast: 'more', rules: COLOURS },
] as const;

/**
 * UX-06: what axe finds serious or critical in what the page shows now, light, dark and with high contrast. It comes in by
 * the debugger, so that the page's content security policy stays on.
 */
export async function accessProblems(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.evaluate(AXE);
  for (const { name, scheme, contrast, rules } of LOOKS) {
    // Colours that are still on their way from one theme to the other would be taken for those of the theme.
    await page.emulateMedia({ colorScheme: scheme, contrast, reducedMotion: 'reduce' });
    found.push(...(await violations(page, rules)).map((violation) => `${name}: ${violation}`));
  }
  await page.emulateMedia({ colorScheme: null, contrast: null, reducedMotion: null });
  return found.map((problem) => `${page.url()}, ${problem}`);
}

async function violations(page: Page, rules: string): Promise<string[]> {
  const results = (await page.evaluate(`axe.run(document, ${rules})`)) as AxeResults;
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}, ${help}: ${html.slice(0, 200)}`));
}
