import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, PluginValidation } from '../../src/contract/index.ts';
import manifest from '../../templates/profile/plugin.json' with { type: 'json' };
import { command, root, temporaryFolder } from './command.ts';

/** Writes a plugin that notes something, changed as told, and gives its folder. */
function written(
  parent: string,
  id: string,
  change: object,
  code = 'analyze: (ctx) => ctx.note("done")',
): string {
  const folder = join(parent, id);
  mkdirSync(folder);
  const plain = { ...manifest, id, config_schema: { type: 'object', properties: {} }, finding_kinds: [] };
  writeFileSync(
    join(folder, 'plugin.json'),
    JSON.stringify({ ...plain, entrypoint: 'plugin.js', ...change }),
  );
  writeFileSync(join(folder, 'plugin.js'), `export default { ${code} };`);
  return folder;
}

/** Validates by the command line; gives its exit code and what did not pass, by plugin. */
async function validated(args: readonly string[]) {
  const { code, out, err } = await command(['plugins', 'validate', ...args, '--json', '--quiet']);
  if (out === '') throw new Error(err);
  const checked = check(PluginValidation, JSON.parse(out));
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const left = checked.value.plugins.map(({ source, checks }) => [
    source.split(/[\\/]/).at(-1),
    Object.fromEntries(
      checks
        .filter(({ status }) => status === 'fail' || status === 'warning')
        .map(({ id, reason }) => [id, reason]),
    ),
  ]);
  return {
    code,
    value: checked.value,
    left: Object.fromEntries(left) as Record<string, Record<string, string>>,
  };
}

test('EXT-02: a malformed manifest, an entry point that throws, an import and a capability that nothing allows: each fails with its reason', async () => {
  const parent = temporaryFolder();
  const folders = [
    written(parent, 'malformed', { limits: { wall_s: 'long' } }),
    written(parent, 'throws', {}, "analyze() {} }; throw new Error('not here'); export const rest = {"),
    written(parent, 'imports', {}, 'analyze() {} }; import "node:fs"; export const rest = {'),
    written(
      parent,
      'undeclared',
      {},
      'async analyze(ctx) { await write(ctx).catch(() => ctx.note("no")); } }; const write = (ctx) => ctx.artifact({ path: "a.txt", content: "a", media_type: "text/plain", title: "A" }); export const rest = {',
    ),
    written(parent, 'unset', {
      config_schema: { type: 'object', required: ['key'], properties: { key: {} } },
    }),
    written(parent, 'too_new', { requires: { engine_semver: '>=99.0.0', schema_versions: [] } }),
    written(parent, 'no_health', { health: true }),
    written(
      parent,
      'ill',
      { health: true, limits: { ...manifest.limits, memory_mb: 65_536 } },
      'health() { throw new Error("no moon"); }, analyze: (ctx) => ctx.note("done")',
    ),
    written(parent, 'summary', { type: 'report' }),
    written(
      parent,
      'endless',
      { limits: { ...manifest.limits, wall_s: 1 } },
      'async analyze() { await new Promise((resolve) => setTimeout(resolve, 1e9)); }',
    ),
  ];
  const { code, left, value } = await validated(folders);
  expect(code).toBe(2);
  expect(value.passed).toBe(false);
  expect(left['malformed']?.['manifest']).toMatch(/limits/);
  expect(left['throws']).toEqual({ load: 'Error: not here' });
  expect(left['imports']?.['bundle']).toContain('"node:fs" is neither its own file nor the sdk');
  expect(left['undeclared']).toMatchObject({
    capabilities: 'it tried to use artifacts.write, which its manifest does not declare',
  });
  expect(left['unset']?.['defaults']).toMatch(/key/);
  expect(left['too_new']?.['engine']).toContain('>=99.0.0');
  expect(left['no_health']?.['health']).toContain('no function health');
  expect(left['ill']).toMatchObject({
    health: 'Error: no moon',
    limits: expect.stringMatching(/^memory_mb 65536, where \d+ is what it gets$/),
  });
  expect(left['summary']?.['engine']).toContain('type report');
  const late = Object.entries(left['endless'] ?? {}).filter(([id]) => id.startsWith('table:'));
  expect(late).toEqual([['table:process_log', expect.stringContaining('timed_out')]]);
  const told = await command(['plugins', 'validate', folders[1] ?? '', '--quiet']);
  expect(told.code).toBe(2);
  expect(told.out).toMatch(/FAIL {2}load .*not here\n.*has to hold: .*\n.*to do: /);
});

test('what differs from run to run, with the cut of the rows or the side that is merged first, fails; so do silence and a kind that was not announced', async () => {
  const parent = temporaryFolder();
  const read = { capabilities_required: ['dataset.read'] };
  const stream = (merge: string, say: string) =>
    `partial: ({ rows }) => rows, merge: (a, b) => ${merge}, analyze: (ctx) => ctx.note(String(${say}))`;
  const folders = [
    written(
      parent,
      'unsteady',
      read,
      `async analyze(ctx) {
        for (let i = 0; i < 12; i += 1) {
          let turns = 0;
          const asked = ctx.query('SELECT count(*) + ' + i + ' AS n FROM data').then(() => { turns = -turns; });
          while (turns >= 0) { turns += 1; await new Promise((resolve) => setTimeout(resolve)); }
          await asked;
          ctx.note(String(turns));
        }
      }`,
    ),
    written(parent, 'cut', read, stream('a + b + 1', 'ctx.state')),
    written(parent, 'one_sided', read, stream('a - b', 'ctx.state')),
    written(parent, 'sound', read, stream('a + b', 'ctx.state')),
    written(
      parent,
      'silent',
      read,
      'async analyze(ctx) { await ctx.query("SELECT count(*) AS n FROM data"); }',
    ),
    written(
      parent,
      'unannounced',
      read,
      `async analyze(ctx) {
        const q = await ctx.query('SELECT count(*) AS n FROM data');
        ctx.finding({ kind: 'odd', title: '{n}', statement: '{n}', fields: { n: q.cell(0, 'n') }, target: {}, how: 'exact_count', severity: 'info' });
      }`,
    ),
  ];
  const { left } = await validated(folders);
  expect(Object.keys(left['unsteady'] ?? {})).toEqual(['same_bytes']);
  expect(Object.keys(left['cut'] ?? {})).toContain('chunks');
  expect(Object.keys(left['one_sided'] ?? {})).toContain('merge');
  expect(left['sound']).toEqual({});
  expect(left['silent']?.['says_something']).toContain('no finding, no note and no test');
  expect(left['unannounced']?.['finding_kinds']).toContain('"odd"');
});

test("--data tries a plugin on the author's own table too; a word that names nothing is refused", async () => {
  const streamed = ['--plugin-dir', join(root, 'templates')];
  const { code, value } = await validated([
    'presence',
    ...streamed,
    '--data',
    join(root, 'examples/sales.csv'),
  ]);
  expect(code).toBe(0);
  expect(value.plugins[0]?.checks.find(({ id }) => id === 'table:data')).toMatchObject({
    status: 'pass',
    reason: 'sales.csv: ok, 1 finding',
  });
  const unknown = await command(['plugins', 'validate', 'profile_bsic']);
  expect(unknown.code).toBe(2);
  expect(unknown.err).toContain('Nearest: profile_basic');
});

test('a bundle is validated as it would be installed, and one that was altered fails', async () => {
  const out = join(temporaryFolder(), 'presence.shplugin.zip');
  await command(['plugins', 'pack', join(root, 'templates/profile'), '--out', out]);
  const bytes = readFileSync(out);
  bytes[bytes.indexOf('definePlugin')] = 0x44;
  writeFileSync(`${out}.altered`, bytes);
  const { code, left } = await validated([out, `${out}.altered`]);
  expect(code).toBe(4);
  expect(left['presence.shplugin.zip']).toEqual({});
  expect(left['presence.shplugin.zip.altered']?.['bundle']).toContain('was altered since it was packed');
});

test('every built-in plugin passes the suite that it asks of others', async () => {
  const { code, value, left } = await validated(['--all']);
  expect(left).toEqual(Object.fromEntries(value.plugins.map(({ source }) => [source, {}])));
  expect(code).toBe(0);
  expect(value.plugins.length).toBeGreaterThanOrEqual(10);
}, 300_000);
