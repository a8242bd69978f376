import { describe } from 'vitest';
import { missingBrowser } from './chromium.ts';

/** Tests that need a browser: skipped, and counted so, where npm has none for the platform. */
export function inBrowser(name: string, tests: () => void): void {
  if (missingBrowser === undefined) describe(name, { timeout: 400_000 }, tests);
  else describe.skip(`${name} (${missingBrowser})`, tests);
}
