import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, PluginValidation } from '../../src/contract/index.ts';
import { CHECKS, type CheckName } from '../../src/engine/conformance/verdicts.ts';
import manifest from '../../templates/profile/plugin.json' with { type: 'json' };
import { root, temporaryFolder } from './command.ts';
import { say } from './say.ts';

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

/** What this machine has installed is not asked for. */
const nothingInstalled = () => ['--appdata', join(temporaryFolder(), 'nothing')];

/** Validates by the command line; gives its exit code and what did not pass, by plugin. */
async function validated(args: readonly string[]) {
  const { code, out, err } = await say([
    ...['plugins', 'validate', ...args, '--json', '--quiet', ...nothingInstalled()],
  ]);
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

/** A plugin that one check has something to say of, and what that is. */
interface Broken {
  readonly check: CheckName;
  readonly change?: object;
  readonly code?: string;
  readonly reason: RegExp;
}

const READS = { capabilities_required: ['dataset.read'] };
const stream = (merge: string, partial = 'rows') =>
  `partial: ({ rows }) => ${partial}, merge: (a, b) => ${merge}, analyze: (ctx) => ctx.note(String(ctx.state))`;

const BROKEN: Readonly<Record<string, Broken>> = {
  malformed: { check: 'manifest', change: { limits: { wall_s: 'long' } }, reason: /limits/ },
  throws: {
    check: 'load',
    code: "analyze() {} }; throw new Error('not here'); export const rest = {",
    reason: /^Error: not here$/,
  },
  imports: {
    check: 'bundle',
    code: 'analyze() {} }; import "node:fs"; export const rest = {',
    reason: /"node:fs" is neither its own file nor the sdk/,
  },
  undeclared: {
    check: 'capabilities',
    code: 'async analyze(ctx) { await write(ctx).catch(() => ctx.note("no")); } }; const write = (ctx) => ctx.artifact({ path: "a.txt", content: "a", media_type: "text/plain", title: "A" }); export const rest = {',
    reason: /^it tried to use artifacts\.write, which its manifest does not declare$/,
  },
  unset: {
    check: 'defaults',
    change: { config_schema: { type: 'object', required: ['key'], properties: { key: {} } } },
    reason: /key/,
  },
  too_new: {
    check: 'engine',
    change: { requires: { engine_semver: '>=99.0.0', schema_versions: [] } },
    reason: />=99\.0\.0/,
  },
  summary: { check: 'engine', change: { type: 'report' }, reason: /type report/ },
  no_health: { check: 'health', change: { health: true }, reason: /no function health/ },
  ill: {
    check: 'health',
    change: { health: true },
    code: 'health() { throw new Error("no moon"); }, analyze: (ctx) => ctx.note("done")',
    reason: /^Error: no moon$/,
  },
  greedy: {
    check: 'limits',
    change: { capabilities_required: [], limits: { ...manifest.limits, memory_mb: 65_536 } },
    reason: /^memory_mb 65536, where \d+ is what it gets$/,
  },
  endless: {
    check: 'table',
    change: { limits: { ...manifest.limits, wall_s: 1 } },
    code: 'async analyze() { await new Promise((resolve) => setTimeout(resolve, 1e9)); }',
    reason: /timed_out/,
  },
  unsteady: {
    check: 'same_bytes',
    change: READS,
    code: `async analyze(ctx) {
      for (let i = 0; i < 12; i += 1) {
        let turns = 0;
        const asked = ctx.query('SELECT count(*) + ' + i + ' AS n FROM data').then(() => { turns = -turns; });
        while (turns >= 0) { turns += 1; await new Promise((resolve) => setTimeout(resolve)); }
        await asked;
        ctx.note(String(turns));
      }
    }`,
    reason: /^two results on process_log, sales, all_missing differ$/,
  },
  cut: {
    check: 'chunks',
    change: READS,
    code: stream('a + b + 1'),
    reason: /chunks of 64 rows, process_log/,
  },
  cut_long: {
    check: 'chunks',
    change: READS,
    code: stream('a + b', 'rows === 300 ? 7 : rows'),
    reason: /^cut into chunks of 300 rows, sales gives another result$/,
  },
  cut_lonely: {
    check: 'chunks',
    change: READS,
    code: stream('a + b', 'rows === 1 ? 7 : rows'),
    reason: /^cut into chunks of 149 rows, all_missing gives another result$/,
  },
  one_sided: { check: 'merge', change: READS, code: stream('a - b'), reason: /^merged from the right/ },
  says_digits: {
    check: 'provisional',
    change: READS,
    code: `${stream('a + b')}, provisional: (_, ctx) => ctx.fact({ statement: '7 rows', fields: {} })`,
    reason: /^on process_log: fact 1: statement holds the literal digit "7"/,
  },
  silent: {
    check: 'says_something',
    change: READS,
    code: 'async analyze(ctx) { await ctx.query("SELECT count(*) AS n FROM data"); }',
    reason: /no finding, no note and no test/,
  },
  unannounced: {
    check: 'finding_kinds',
    change: READS,
    code: `async analyze(ctx) {
      const q = await ctx.query('SELECT count(*) AS n FROM data');
      ctx.finding({ kind: 'odd', title: '{n}', statement: '{n}', fields: { n: q.cell(0, 'n') }, target: {}, how: 'exact_count', severity: 'info' });
    }`,
    reason: /"odd"/,
  },
};

test('EXT-02: each check is failed, with its reason, by a plugin made for it; a plugin with nothing wrong passes all', async () => {
  const parent = temporaryFolder();
  const folders = Object.entries(BROKEN).map(([id, { change, code }]) =>
    written(parent, id, change ?? {}, code),
  );
  const sound = written(parent, 'sound', READS, stream('a + b'));
  const { code, left, value } = await validated([...folders, sound]);
  expect(code).toBe(2);
  expect(value.passed).toBe(false);
  expect(left['sound']).toEqual({});
  for (const [id, { check, reason }] of Object.entries(BROKEN)) {
    const said = Object.entries(left[id] ?? {}).filter(([name]) => name.split(':')[0] === check);
    expect(
      said.map(([, why]) => why),
      id,
    ).toEqual([expect.stringMatching(reason)]);
  }
  for (const id of ['throws', 'unsteady', 'cut_long', 'cut_lonely', 'too_new', 'greedy'])
    expect(Object.keys(left[id] ?? {}), id).toEqual([BROKEN[id]?.check]);
  const told = await say(['plugins', 'validate', join(parent, 'throws'), '--quiet', ...nothingInstalled()]);
  expect(told.code).toBe(2);
  expect(told.out).toMatch(/FAIL {2}load .*not here\n.*has to hold: .*\n.*to do: /);
}, 300_000);

test('there is no check without a plugin that fails it, but that of the evidence, which the host gives', () => {
  const failed = new Set<string>(Object.values(BROKEN).map(({ check }) => check));
  // What a plugin cites is filled in by the host: test/testing/check-evidence.test.ts fails it with another dataset.
  expect(Object.keys(CHECKS).filter((name) => !failed.has(name))).toEqual(['evidence']);
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
  const unknown = await say(['plugins', 'validate', 'profile_bsic', ...nothingInstalled()]);
  expect(unknown.code).toBe(2);
  expect(unknown.err).toContain('Nearest: profile_basic');
});

test('a bundle is validated as it would be installed, and one that was altered fails', async () => {
  const out = join(temporaryFolder(), 'presence.shplugin.zip');
  await say(['plugins', 'pack', join(root, 'templates/profile'), '--out', out]);
  const bytes = readFileSync(out);
  bytes[bytes.indexOf('definePlugin')] = 0x44;
  writeFileSync(`${out}.altered`, bytes);
  const { code, left } = await validated([out, `${out}.altered`]);
  expect(code).toBe(4);
  expect(left['presence.shplugin.zip']).toEqual({});
  expect(left['presence.shplugin.zip.altered']?.['bundle']).toContain('was altered since it was packed');
});

/** Of these the example's log has nothing to say that would take a file. */
const SILENT = ['analysis_handoff_gaps', 'analysis_ideaspace_normative_gap', 'analysis_variant_differential'];

test('every built-in plugin passes the suite that it asks of others', async () => {
  const { code, value, left } = await validated(['--all', '--data', join(root, 'examples/process-log.csv')]);
  const unused = { capabilities: expect.stringContaining('did not use it on these tables') };
  expect(left).toEqual(
    Object.fromEntries(value.plugins.map(({ source }) => [source, SILENT.includes(source) ? unused : {}])),
  );
  expect(code).toBe(0);
  expect(value.plugins.length).toBeGreaterThanOrEqual(10);
}, 300_000);
