import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readPluginCosts, tooDear } from '../../bench/plugin-costs.ts';
import { referencePages } from '../../scripts/reference-pages.ts';
import { exportsOf, sdkLines } from '../../scripts/sdk-page.ts';
import { isRoleName, ROLES } from '../../src/contract/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

test('the reference pages are what the code says (npm run docs writes them)', async () => {
  for (const [name, text] of Object.entries(await referencePages())) {
    const committed = readFileSync(join(root, 'docs/reference', name), 'utf8').replaceAll('\r\n', '\n');
    expect(committed, name).toBe(text);
  }
});

const pages = [
  'README.md',
  'AGENTS.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

test('every name that the sdk and the test kit export is described', () => {
  const bare = ['sdk/index.ts', 'testing/index.ts'].flatMap(exportsOf).filter(({ what }) => what === '');
  expect(bare).toEqual([]);
});

test('nothing that a built-in plugin takes from the sdk is said to be of no use to a plugin', () => {
  const none = sdkLines().at(-2) ?? '';
  const files = readdirSync(join(root, 'plugins'), { recursive: true, encoding: 'utf8' });
  const taken = files
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [
      ...readFileSync(join(root, 'plugins', name), 'utf8').matchAll(
        /import (?:type )?\{([^}]*)\} from '[./]*src\/sdk\/index\.ts'/g,
      ),
    ])
    .flatMap(([, names = '']) => names.match(/\w+/g) ?? []);
  expect(taken.length).toBeGreaterThan(100);
  expect([...new Set(taken)].filter((name) => none.includes(`\`${name}\``))).toEqual([]);
});

test('every member of what a plugin is given or gives, and every key of its manifest, is described', () => {
  const rows = sdkLines().filter((line) => line.startsWith('| `'));
  expect(rows).toContainEqual(expect.stringMatching(/^\| `media_type` \| `string` \| .*text\/csv/));
  expect(rows).toContainEqual(expect.stringMatching(/^\| `severity` \| `'info' .*'serious'` \| ./));
  expect(rows).toContainEqual(expect.stringMatching(/^\| `depends_on` \| .*required: boolean.* \| ./));
  expect(rows.filter((row) => row.endsWith('|  |'))).toEqual([]);
});

test('every link between pages leads to a file that exists', () => {
  const broken: string[] = [];
  for (const page of pages) {
    const text = readFileSync(join(root, page), 'utf8');
    for (const [, target] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      if (target !== undefined && !existsSync(join(root, dirname(page), target)))
        broken.push(`${page}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test('the README and AGENTS.md stay short', () => {
  const lines = (name: string) => readFileSync(join(root, name), 'utf8').split('\n').length;
  expect(lines('README.md')).toBeLessThanOrEqual(150);
  expect(lines('AGENTS.md')).toBeLessThanOrEqual(80);
});

test('the guide to process logs names every analysis that needs one, and none that is not there', () => {
  const guide = readFileSync(join(root, 'docs/guides/process-logs.md'), 'utf8');
  const named = new Set([...guide.matchAll(/`(analysis_\w+)`/g)].map(([, id]) => id));
  const plugins = readdirSync(join(root, 'plugins'));
  const needing = plugins.filter((id) => {
    const { needs } = JSON.parse(readFileSync(join(root, 'plugins', id, 'plugin.json'), 'utf8'));
    return needs.roles.some((either: readonly string[]) =>
      either.every((role) => isRoleName(role) && ROLES[role].unique),
    );
  });
  expect(needing.filter((id) => !named.has(id))).toEqual([]);
  expect([...named].filter((id) => !plugins.includes(id ?? ''))).toEqual([]);
});

test('every built-in plugin states its cost, and each beyond the five of the goal stays under two units', () => {
  const { units } = readPluginCosts();
  const built = readdirSync(join(root, 'plugins')).filter(
    (id) => id !== 'profile_roles' && existsSync(join(root, 'plugins', id, 'plugin.json')),
  );
  expect(Object.keys(units)).toEqual(built.sort());
  expect(tooDear(units)).toEqual([]);
});

test('what costs two units or more is too dear, but for the five of the goal', () => {
  expect(tooDear({ analysis_dependence: 4, analysis_littles_law: 1.99 })).toEqual([]);
  expect(tooDear({ analysis_dependence: 4, analysis_littles_law: 2 })).toEqual([
    'analysis_littles_law: 2 units, and beyond the five of the goal a plugin is to stay under 2',
  ]);
});
