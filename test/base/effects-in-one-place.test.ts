import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { effectsIn } from './effects.ts';

/**
 * The part of the import rule that imports can't show: clock, randomness and locale-dependent calls are made in
 * src/base only, so that whoever reads the rest knows that the same input gives the same bytes, and so that tests can
 * put a clock of their own in their place.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const EXEMPT: Readonly<Record<string, string>> = {
  'src/plugin-host/child/freeze-clock.ts': 'replaces every clock inside the sandbox by one that stands still',
  'src/testing/seed-randomness.ts': 'does the same in the test kit, while code of a plugin runs',
  'src/plugin-host/child/seed-randomness.ts': 'replaces chance inside the sandbox by streams of the seed',
};

const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
  .map((name) => `src/${name.replaceAll('\\', '/')}`)
  .filter((name) => name.endsWith('.ts') && !name.startsWith('src/base/'))
  .sort();
const effectsOf = (file: string): string[] =>
  effectsIn(readFileSync(root + file, 'utf8')).map((effect) => `${file}:${effect}`);

test('the clock, chance and the locale are read in src/base only', () => {
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => EXEMPT[file] === undefined).flatMap(effectsOf)).toEqual([]);
});

test('each exemption is still needed', () => {
  for (const file of Object.keys(EXEMPT)) expect(effectsOf(file), file).not.toEqual([]);
});

test.each([
  ['Date.now()', 'Date.now'],
  ['new Date()', 'new Date()'],
  ['new Date(milliseconds)', 'new Date()'],
  ['Date()', 'Date()'],
  ['performance.now()', 'performance.now'],
  ['const wait = Math.random;', 'Math.random'],
  ["import { randomBytes } from 'node:crypto';", 'randomBytes'],
  ["import { randomUUID as id } from 'node:crypto';", 'randomUUID'],
  ['crypto.getRandomValues(bytes)', 'getRandomValues'],
  ['n.toLocaleString()', 'toLocaleString'],
  ['a?.localeCompare(b)', 'localeCompare'],
  ['new Intl.Collator()', 'Intl'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
  ['`at ${Date.now()}`', 'Date.now'],
])('%s is found', (source, what) => {
  expect(effectsIn(`const a = /['"]/;\n${source}`)).toEqual([`2: ${what}`]);
});

test.each([
  '// Date.now()',
  '/* Math.random() */',
  "const text = 'new Date() and Intl.NumberFormat';",
  'const text = `toLocaleString`;',
  'const zone: Intl.DateTimeFormat = given;',
  "Date.parse('2025-01-31T00:00:00Z')",
])('%s is left alone', (source) => {
  expect(effectsIn(source)).toEqual([]);
});
